import type { QingzhouError } from './error.ts';

const REMEMBERED = 1000;

/** What this process knows of the wishes to change something that it has sent. */
export interface ChangeLedger {
  /** How many nonces of this wish were used up by a plain "not now". */
  refusals(requestId: string): number;
  /** Takes note of how one attempt failed. */
  note(change: { requestId: string; issuedAt: number }, error: QingzhouError): void;
}

/**
 * "Too many requests" uses the nonce up and does nothing, so the next attempt needs the next nonce. But only if no
 * attempt with the present nonce ended without an answer: then that nonce is the only guard against a second
 * execution, and it is kept. A wish that is older than this process (`startedAt`) may have been sent by one before.
 */
export function createChangeLedger(startedAt: number): ChangeLedger {
  const known = new Map<string, { refusals: number; undecided: boolean }>();
  return {
    refusals: (requestId) => known.get(requestId)?.refusals ?? 0,
    note(change, error) {
      const before = known.get(change.requestId) ?? { refusals: 0, undecided: change.issuedAt < startedAt };
      const after = { ...before };
      if (error.code !== 'throttled') after.undecided ||= error.retryable || error.code === 'cancelled';
      else if (!before.undecided) after.refusals += 1;
      known.delete(change.requestId);
      known.set(change.requestId, after);
      for (const oldest of known.size > REMEMBERED ? known.keys() : []) {
        known.delete(oldest);
        break;
      }
    },
  };
}
