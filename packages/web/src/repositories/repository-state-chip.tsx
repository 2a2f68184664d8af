import type { Repository, RepositoryState } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';

const TONES: Readonly<Record<RepositoryState, Tone>> = {
  new: 'idle',
  ready: 'good',
  unreachable: 'warning',
  refused: 'bad',
  damaged: 'bad',
};

export function RepositoryStateChip({ repository }: { repository: Pick<Repository, 'state'> }) {
  const { word } = useTexts();
  const { state } = repository;
  return (
    <span data-state={state}>
      <Chip tone={TONES[state] ?? 'idle'}>{word('repositoryStates', state)}</Chip>
    </span>
  );
}
