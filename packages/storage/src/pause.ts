import { setTimeout as delay } from 'node:timers/promises';
import { SampanError } from '@sampan/driver';
import { cancelled } from './source.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 20_000;

/** Doubles from try to try (counted from 0), with jitter; longer where the other side asks for it. */
export async function pauseBefore(retry: number, error: SampanError, signal: AbortSignal | undefined): Promise<void> {
  const doubled = Math.min(FIRST_PAUSE_MS * 2 ** retry, LONGEST_PAUSE_MS);
  const milliseconds = Math.max(doubled * (0.5 + Math.random() / 2), error.retryAfterMs ?? 0);
  await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => {
    throw cancelled();
  });
}

/** Makes a call again after a retryable error, so many times at most. */
export async function retrying<Result>(
  retries: number,
  signal: AbortSignal | undefined,
  call: () => Promise<Result>,
  onRetry?: () => void,
): Promise<Result> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof SampanError) || !error.retryable || retry >= retries) throw error;
      onRetry?.();
      await pauseBefore(retry, error, signal);
    }
  }
}
