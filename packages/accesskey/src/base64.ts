import { timingSafeEqual } from 'node:crypto';

/**
 * The bytes of a base64 text that is written in its one canonical form (padded, standard alphabet, no stray bits), or
 * null. A second spelling of the same bytes would let one signature pass as two.
 */
export function decodeCanonicalBase64(text: string, byteLength: number): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === byteLength && bytes.toString('base64') === text ? bytes : null;
}

/** Compares without telling by its duration where the difference is. */
export function equalInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
