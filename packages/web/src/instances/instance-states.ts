import type { Tone } from '../ui/chip.tsx';

export const INSTANCE_STATES = [
  'running',
  'stopped',
  'starting',
  'stopping',
  'restarting',
  'pending',
  'rebuilding',
  'resizing',
  'resetting_password',
  'releasing',
  'failed',
  'locked',
  'unknown',
] as const;

const TONES: Readonly<Record<string, Tone>> = {
  running: 'good',
  stopped: 'idle',
  failed: 'bad',
  locked: 'warning',
  unknown: 'warning',
};

/** States that last are calm; whatever is on its way to another state is busy. */
export function toneOfState(state: string): Tone {
  return TONES[state] ?? 'busy';
}
