import { createHash, randomUUID } from 'node:crypto';

/** A nonce that was never used. */
export function freshNonce(): string {
  return randomUUID();
}

/**
 * The nonce of one wish to change something: the same wish gives the same nonce in every process, so the vendor's own
 * replay check refuses the second arrival. `refusals` counts how often the vendor answered a plain "not now" to this
 * wish; such an answer has used the nonce up without doing anything.
 */
export function changeNonce(requestId: string, refusals: number): string {
  return createHash('sha256').update(`sampan-change:${requestId}:${refusals}`).digest('hex').slice(0, 32);
}
