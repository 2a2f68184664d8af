import type { StoredObject } from '../contract.ts';

/** How far the clocks of two sides may differ, as signed requests allow; what changed within it is looked at closer. */
const CLOCK_MARGIN_MS = 15 * 60_000;
/** Object storages tell times by the second, some file systems by two. */
const GRANULARITY_MS = 2_000;

export type Verdict =
  | 'missing'
  | 'different'
  | 'same'
  /** Only the content tells. */
  | 'read';

/**
 * Whether what is at the destination is what the source has, from the listings alone.
 *
 * - Another size, or another MD5, is different; the same MD5 is the same.
 * - A file that was last touched well before the stored object was written has not changed since: nobody can set that time
 *   (`changedAt`), unlike a modification time.
 * - A file that has the modification time of the stored object got it when it was downloaded.
 * - Between two storages without MD5, a destination that is not older is taken for the same.
 *
 * With `checksum`, times prove nothing: what the listings do not settle by MD5 is read.
 */
export function compare(
  source: StoredObject,
  found: StoredObject | undefined,
  options: { checksum: boolean },
): Verdict {
  if (!found) return 'missing';
  if (source.size !== found.size) return 'different';
  if (source.md5 !== null && found.md5 !== null) return source.md5 === found.md5 ? 'same' : 'different';
  if (source.size === 0) return 'same';
  if (options.checksum) return 'read';
  if (source.changedAt !== undefined && found.changedAt === undefined) {
    if (found.modified !== null && source.changedAt < found.modified - CLOCK_MARGIN_MS) return 'same';
    return 'read';
  }
  if (source.modified === null || found.modified === null) return 'read';
  if (found.changedAt !== undefined) {
    return Math.abs(source.modified - found.modified) <= GRANULARITY_MS ? 'same' : 'read';
  }
  return found.modified >= source.modified ? 'same' : 'different';
}
