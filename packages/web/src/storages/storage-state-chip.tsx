import type { StorageState } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';

const TONES: Readonly<Record<StorageState, Tone>> = {
  new: 'idle',
  ready: 'good',
  unreachable: 'warning',
  refused: 'bad',
};

export function StorageStateChip({ state }: { state: StorageState }) {
  const { word } = useTexts();
  return (
    <span data-state={state}>
      <Chip tone={TONES[state] ?? 'idle'}>{word('storageStates', state)}</Chip>
    </span>
  );
}
