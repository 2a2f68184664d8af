import type { OperationState } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';
import { isUnfinished } from './operation-state.ts';

const TONES: Readonly<Record<OperationState, Tone>> = {
  queued: 'idle',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'idle',
  interrupted: 'warning',
};

export function OperationStateChip({ state }: { state: OperationState }) {
  const { word } = useTexts();
  return (
    <Chip tone={TONES[state] ?? 'idle'} moving={isUnfinished(state)}>
      {word('operationStates', state)}
    </Chip>
  );
}
