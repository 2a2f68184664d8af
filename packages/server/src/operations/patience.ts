import { type SampanError, toSampanError } from '@sampan/driver';
import { sleep } from '../platform/time.ts';
import type { OperationContext } from './kinds.ts';

/** How long work waits for a storage that is away. */
export interface Patience {
  /** Before each further attempt. */
  pausesMs: readonly number[];
  isOutage: (error: SampanError) => boolean;
}

const inSeconds = (...pauses: number[]): number[] => pauses.map((seconds) => seconds * 1000);

/** Some ten minutes: for work on single objects, whose drivers have tried each request again by themselves by then. */
export const OBJECTS_PATIENCE: Patience = {
  pausesMs: inSeconds(1, 2, 4, 8, 15, 30, 60, 60, 60, 120, 240),
  isOutage: (error) => error.retryable,
};

const OUTAGES: ReadonlySet<string> = new Set([
  'storage_unreachable',
  'storage_unavailable',
  'storage_timeout',
  'throttled',
  'gateway_failed',
]);

/** Some 100 minutes: a storage that was away for an hour does not end a backup. */
export const BACKUP_PATIENCE: Patience = {
  pausesMs: inSeconds(5, 15, 30, 60, 120, 300, 600, 600, 900, 900, 1200, 1200),
  isOutage: (error) => OUTAGES.has(error.code),
};

/** Does something again while the storage is away, and tells so in the step and, where one is given, in the log. */
export async function patiently<T>(
  { pausesMs, isOutage }: Patience,
  context: Pick<OperationContext, 'signal' | 'stepMessage'> & Partial<Pick<OperationContext, 'log'>>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = toSampanError(thrown);
      const planned = pausesMs[attempt];
      if (!isOutage(error) || planned === undefined) throw error;
      const pauseMs = Math.max(planned, error.retryAfterMs ?? 0);
      await context.log?.('warning', `${error.message} It is tried again in ${pauseMs / 1000} s.`);
      await context.stepMessage(`waits ${pauseMs / 1000} s for the storage: ${error.message}`);
      await sleep(pauseMs, context.signal);
    }
  }
}
