import type { ComputeCapability, InstanceState } from '@sampan/compute';

export type PowerAction = 'start' | 'stop' | 'restart';

interface PowerRule {
  capability: ComputeCapability;
  /** States in which it can be asked for. */
  from: readonly InstanceState[];
  /** State in which it is done. */
  target: InstanceState;
  /** States on the way there. */
  underway: readonly InstanceState[];
}

/** What each power action needs, and how its end is recognised. */
export const POWER_RULES: Readonly<Record<PowerAction, PowerRule>> = {
  start: { capability: 'instance.start', from: ['stopped'], target: 'running', underway: ['starting', 'pending'] },
  stop: { capability: 'instance.stop', from: ['running'], target: 'stopped', underway: ['stopping'] },
  restart: {
    capability: 'instance.restart',
    from: ['running'],
    target: 'running',
    underway: ['restarting', 'stopping', 'starting'],
  },
};

/** States that the cloud leaves by itself: whoever asks then waits for the operation that is under way. */
export const TRANSITIONAL: ReadonlySet<InstanceState> = new Set([
  'pending',
  'starting',
  'stopping',
  'restarting',
  'rebuilding',
  'resizing',
  'resetting_password',
]);
