const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;
/** A vendor that asks for more than this is answered with an error at once: the caller decides about so long a wait. */
export const LONGEST_RETRY_AFTER_MS = 30_000;

/**
 * How long to wait before attempt `attempt + 1`, milliseconds. Random between half and the whole of a pause that
 * doubles, so that many clients do not come back together; never less than the vendor asked for.
 */
export function pauseAfter(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return Math.max(retryAfterMs ?? 0, whole * (0.5 + random() / 2));
}

/** `Retry-After` in milliseconds: seconds, or a date compared with the answer's own `Date`. */
export function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const wait = Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
