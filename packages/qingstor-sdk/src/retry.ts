import { setTimeout as delay } from 'node:timers/promises';
import { QingStorError } from './error.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 8_000;
/** Who is asked to wait longer is answered with an error at once: the caller decides about so long a wait. */
export const LONGEST_RETRY_AFTER_MS = 30_000;

/**
 * How long to wait before retry number `retry` (from 1), milliseconds: random between half and the whole of a pause that
 * doubles, so that many clients do not come back together; never less than asked for.
 */
export function pauseBefore(retry: number, retryAfterMs: number | undefined, random: () => number): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
  return Math.max(retryAfterMs ?? 0, whole * (0.5 + random() / 2));
}

export function mayRetry(error: unknown): error is QingStorError {
  return error instanceof QingStorError && error.retryable && (error.retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER_MS;
}

export function cancelled(): QingStorError {
  return new QingStorError('cancelled', 'The request was cancelled');
}

/** Waits; rejects with `cancelled` when the signal says so. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal ? { signal } : undefined);
  } catch {
    throw cancelled();
  }
}

/** The promise, or `cancelled` as soon as the signal says so; what it was about goes on unseen. */
export function orCancelled<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(cancelled());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
