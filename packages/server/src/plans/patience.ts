import { toSampanError } from '@sampan/driver';
import { sleep } from '../platform/time.ts';

/** Together some 100 minutes: a storage that was away for an hour does not end a backup. */
const PAUSES_MS = [5, 15, 30, 60, 120, 300, 600, 600, 900, 900, 1200, 1200].map((seconds) => seconds * 1000);

/** Does something again while the storage is away. restic and the drivers have tried again by themselves by then. */
export async function patiently<T>(
  context: {
    signal: AbortSignal;
    stepMessage: (message: string) => Promise<void>;
    log: (level: 'warning', message: string) => Promise<void>;
  },
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = toSampanError(thrown);
      const pause = PAUSES_MS[attempt];
      if (!isOutage(error.code) || pause === undefined) throw thrown;
      await context.log('warning', `${error.message} It is tried again in ${pause / 1000} s.`);
      await context.stepMessage(`waits ${pause / 1000} s for the storage: ${error.message}`);
      await sleep(pause, context.signal);
    }
  }
}

const OUTAGES: ReadonlySet<string> = new Set([
  'storage_unreachable',
  'storage_unavailable',
  'storage_timeout',
  'throttled',
  'gateway_failed',
]);

export function isOutage(code: string): boolean {
  return OUTAGES.has(code);
}
