import { QingStorServerError } from '../errors.ts';

export interface ByteRange {
  /** First byte. */
  start: number;
  /** The byte after the last. */
  end: number;
}

/**
 * One range (`bytes=a-b`, `bytes=a-`, `bytes=-n`) of an object; null when there is none, or when the header is not one
 * that must be understood. Throws `invalid_range`.
 */
export function readRange(header: string | undefined, size: number): ByteRange | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined) {
    if (header?.startsWith('bytes=') && !header.includes(',')) throw new QingStorServerError('invalid_range');
    return null;
  }
  if (first === '') {
    const wanted = Number(last);
    if (last === '' || wanted === 0 || size === 0) throw new QingStorServerError('invalid_range');
    return { start: Math.max(0, size - wanted), end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (start >= size || end <= start) throw new QingStorServerError('invalid_range');
  return { start, end };
}
