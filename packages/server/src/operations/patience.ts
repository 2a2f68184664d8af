import { toSampanError } from '@sampan/driver';
import { sleep } from '../platform/time.ts';

/** Together some ten minutes: an outage of that length does not end an operation that took hours. */
const PAUSES_MS = [1, 2, 4, 8, 15, 30, 60, 60, 60, 120, 240].map((seconds) => seconds * 1000);

/** Does something again while the storage is away for a moment. Drivers have retried each request themselves by then. */
export async function patiently<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
  onPause: (message: string) => Promise<void>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toSampanError(thrown);
      const pause = PAUSES_MS[attempt];
      if (!error.retryable || pause === undefined) throw error;
      await onPause(error.message);
      await sleep(Math.max(pause, error.retryAfterMs ?? 0), signal);
    }
  }
}
