/** Smaller differences are left alone: the vendor allows 15 minutes, and a request sent again then stays the same. */
const WORTH_CORRECTING_MS = 30_000;
/** A clock that is further off than any time zone can explain is not silently worked around. */
const LARGEST_CORRECTION_MS = 14 * 3_600_000;
/** An answer that took longer says too little about the moment it was written. */
const LARGEST_ROUND_TRIP_MS = 10_000;

/** Learns from `Date` headers how far the cloud's clock is from ours. */
export interface CloudClock {
  /** The cloud's clock minus ours, milliseconds, to about a second; null until an answer was seen. */
  skewMs(): number | null;
  /** Takes note of an answer. Times are our clock's, milliseconds since 1970. Answers out of a cache are ignored. */
  observe(headers: Headers, sentAt: number, receivedAt: number): void;
  /** One of our instants as the cloud's clock shows it, where the difference matters and is believable. */
  corrected(instant: number): number;
}

export function createCloudClock(): CloudClock {
  let skew: number | null = null;
  return {
    skewMs: () => skew,
    observe(headers, sentAt, receivedAt) {
      const written = Date.parse(headers.get('date') ?? '');
      const fresh = !headers.has('age') && receivedAt - sentAt <= LARGEST_ROUND_TRIP_MS;
      // The header is cut to seconds: half a second is its middle.
      if (fresh && !Number.isNaN(written)) skew = Math.round(written + 500 - (sentAt + receivedAt) / 2);
    },
    corrected(instant) {
      const size = Math.abs(skew ?? 0);
      return size > WORTH_CORRECTING_MS && size <= LARGEST_CORRECTION_MS ? instant + (skew ?? 0) : instant;
    },
  };
}
