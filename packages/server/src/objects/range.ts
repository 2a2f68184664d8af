import type { ByteRange } from '@sampan/storage';

/** The last so many bytes, whatever the size. */
export interface Suffix {
  last: number;
}

/** One range of a `Range` header; null where it asks for none, for several, or for nonsense: the whole is then answered. */
export function parseRange(header: string | undefined): ByteRange | Suffix | null {
  const match = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '');
  if (!match) return null;
  const [, from = '', to = ''] = match;
  if (from === '') return to === '' ? null : { last: Number(to) };
  if (to === '') return { start: Number(from) };
  return Number(to) < Number(from) ? null : { start: Number(from), end: Number(to) };
}
