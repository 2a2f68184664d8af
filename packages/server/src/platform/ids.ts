import { createHash, randomBytes } from 'node:crypto';

/** 32 lower-case hex characters, the form of every id (ZStack's clients choose ids in this form too). */
export const ID_PATTERN = '^[0-9a-f]{32}$';

/**
 * A new id. The first 12 characters are the milliseconds since 1970, so that ids made later sort later and rows made
 * together lie together on disk; the other 80 bits are random.
 */
export function newId(now: number = Date.now()): string {
  return now.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
}

/** The same id for the same parts: lets a repeated request find what its first attempt made. */
export function derivedId(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}
