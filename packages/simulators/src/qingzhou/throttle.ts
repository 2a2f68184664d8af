import { ApiError } from './errors.ts';

/** One token bucket per key. */
export interface Throttle {
  /** Throws Throttling, with the seconds to wait, when the key has no request left. */
  take(accessKeyId: string, now: number): void;
}

export function createThrottle(perSecond: number, burst: number): Throttle {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(accessKeyId, now) {
      const bucket = buckets.get(accessKeyId) ?? { tokens: burst, at: now };
      bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000);
      bucket.at = now;
      buckets.set(accessKeyId, bucket);
      if (bucket.tokens < 1) {
        const seconds = Math.ceil((1 - bucket.tokens) / perSecond);
        throw new ApiError('Throttling', 'Too many requests for this key; ask for more or come back later.', seconds);
      }
      bucket.tokens -= 1;
    },
  };
}
