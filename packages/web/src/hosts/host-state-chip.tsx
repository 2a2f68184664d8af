import type { HostState } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';

const TONES: Readonly<Record<HostState, Tone>> = {
  new: 'idle',
  synchronizing: 'busy',
  ready: 'good',
  unreachable: 'warning',
  refused: 'bad',
};

export function HostStateChip({ state }: { state: HostState }) {
  const { word } = useTexts();
  return (
    <span data-state={state}>
      <Chip tone={TONES[state] ?? 'idle'} moving={state === 'synchronizing'}>
        {word('hostStates', state)}
      </Chip>
    </span>
  );
}
