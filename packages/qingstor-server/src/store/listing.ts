import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { afterPrefix, keyBytes, keyText } from './key.ts';
import { toObject } from './objects.ts';
import type { ObjectRecord } from './records.ts';

export interface PageRequest {
  prefix: string;
  /** '' for none. */
  delimiter: string;
  /** Exclusive; a common prefix excludes all keys under it. '' for the beginning. */
  marker: string;
  /** Keys and common prefixes together. */
  limit: number;
}

export interface Page<T> {
  items: T[];
  commonPrefixes: string[];
  hasMore: boolean;
  /** Where the next page begins; '' at the end. */
  nextMarker: string;
}

/** How many keys under a common prefix are stepped over before the index is asked for what comes after it. */
const STEPS_BEFORE_SEEK = 8;
const EMPTY = Buffer.alloc(0);
const LAST = Buffer.from([0xff]);

type Row = Record<string, unknown>;

/**
 * Pages in the order of UTF-8 bytes, straight from the index: the time of a page depends on its limit, not on the size of
 * the bucket, nor on how many keys a common prefix stands for.
 */
export class Listing {
  private readonly objectRows: StatementSync;

  constructor(database: DatabaseSync) {
    this.objectRows = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key');
  }

  objects(bucket: number, request: PageRequest): Page<ObjectRecord> {
    return paginate(request, (from, to) => this.objectRows.iterate(bucket, from, to), toObject);
  }
}

/** @param rows ordered rows with a column `key`, from `from` (inclusive) to `to` (exclusive) */
export function paginate<T>(
  { prefix, delimiter, marker, limit }: PageRequest,
  rows: (from: Buffer, to: Buffer) => Iterable<Row>,
  toItem: (row: Row) => T,
  isAfter: (row: Row) => boolean = () => true,
): Page<T> {
  const page: Page<T> = { items: [], commonPrefixes: [], hasMore: false, nextMarker: '' };
  const start = keyBytes(prefix);
  const end = afterPrefix(start) ?? LAST;
  const separator = keyBytes(delimiter);
  let cursor = beginning(start, keyBytes(marker), separator);
  let last = '';
  let taken = 0;
  while (cursor !== null && Buffer.compare(cursor, end) < 0) {
    let seek: Buffer | null = null;
    let under: Buffer | undefined;
    let steps = 0;
    for (const row of rows(cursor, end)) {
      const key =
        row.key instanceof Uint8Array ? Buffer.from(row.key.buffer, row.key.byteOffset, row.key.length) : EMPTY;
      if (under && key.subarray(0, under.length).equals(under)) {
        steps += 1;
        if (steps < STEPS_BEFORE_SEEK) continue;
        seek = afterPrefix(under);
        break;
      }
      under = undefined;
      steps = 0;
      if (!isAfter(row)) continue;
      if (taken === limit) return { ...page, hasMore: true, nextMarker: last };
      taken += 1;
      const at = separator.length === 0 ? -1 : key.indexOf(separator, start.length);
      if (at < 0) {
        page.items.push(toItem(row));
        last = keyText(key);
      } else {
        under = Buffer.from(key.subarray(0, at + separator.length));
        last = keyText(under);
        page.commonPrefixes.push(last);
      }
    }
    cursor = seek;
  }
  return page;
}

/** The first key of a page: after the marker, and after everything under it when it is a common prefix. */
function beginning(prefix: Buffer, marker: Buffer, delimiter: Buffer): Buffer | null {
  if (marker.length === 0 || Buffer.compare(marker, prefix) < 0) return prefix;
  const isCommonPrefix =
    delimiter.length > 0 &&
    marker.length > prefix.length &&
    marker.subarray(0, prefix.length).equals(prefix) &&
    marker.subarray(marker.length - delimiter.length).equals(delimiter) &&
    marker.indexOf(delimiter, prefix.length) === marker.length - delimiter.length;
  return isCommonPrefix ? afterPrefix(marker) : Buffer.concat([marker, Buffer.from([0])]);
}
