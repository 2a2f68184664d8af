/** One attempt to send may take so long. */
export const SEND_TIMEOUT_MS = 30_000;
/** A channel is held for one attempt, with time left to write down how it ended. */
export const LEASE_MS = SEND_TIMEOUT_MS + 15_000;
/** Told for so long; then given up. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** More messages than this that are due at once go as one. */
export const SINGLY_AT_MOST = 3;
/** Notices of one message; a robot takes about 2,000 to 20,000 bytes. */
export const ITEMS_AT_MOST = 50;

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 2 * 3_600_000;

/** How long to wait after so many attempts in vain: 30 s, 1 min, 2 min … 2 h, or longer when the other side asks. */
export function waitAfter(attempts: number, askedMs = 0): number {
  const growing = Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MS);
  return Math.max(growing, Math.min(askedMs, GIVE_UP_AFTER_MS));
}

/** Others of the same channel wait so long after one that did not go through. */
export const PAUSE_MS = 30_000;
