import type { RunState } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';

const TONES: Readonly<Record<RunState, Tone>> = {
  queued: 'idle',
  running: 'busy',
  paused: 'warning',
  succeeded: 'good',
  partial: 'warning',
  failed: 'bad',
  cancelled: 'idle',
  interrupted: 'warning',
};

export function isRunUnfinished(state: RunState): boolean {
  return state === 'queued' || state === 'running' || state === 'paused';
}

/** How a run, or a restore, is or ended. */
export function RunStateChip({ state }: { state: RunState }) {
  const { word } = useTexts();
  return (
    <span data-state={state}>
      <Chip tone={TONES[state] ?? 'idle'} moving={state === 'queued' || state === 'running'}>
        {word('runStates', state)}
      </Chip>
    </span>
  );
}
