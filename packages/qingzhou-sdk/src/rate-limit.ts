export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Lets `burst` requests through at once and then so many a second, in the order they came. */
export interface RateLimit {
  /** Resolves when the request may be sent; rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<void>;
}

export function createRateLimit(perSecond: number, burst: number, now: () => number, sleep: Sleep): RateLimit {
  let tokens = burst;
  let filledAt = now();
  return {
    async take(signal) {
      const time = now();
      tokens = Math.min(burst, tokens + (Math.max(0, time - filledAt) * perSecond) / 1000);
      filledAt = time;
      // Taken in advance: whoever comes next waits behind us.
      tokens -= 1;
      if (tokens >= 0) return;
      try {
        await sleep((-tokens / perSecond) * 1000, signal);
      } catch (error) {
        tokens += 1;
        throw error;
      }
    },
  };
}
