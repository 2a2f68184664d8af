/** The part of `Storage` that is used. */
export interface TrailStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What comes before the first page. */
const FIRST = '';
const PREFIX = 'sampan.before:';

/**
 * Where each page came from. The server's cursors lead forward only; the way back is remembered for as long as the tab
 * lives, so that it survives a reload. Somebody who was sent the address of a page has no way back but the first page.
 */
export function rememberStep(storage: TrailStorage, from: string | undefined, to: string): void {
  storage.setItem(PREFIX + to, from ?? FIRST);
}

/** The page before: a cursor, `''` for the first page, or null when it is not known. */
export function pageBefore(storage: TrailStorage, cursor: string | undefined): string | null {
  return cursor === undefined ? null : storage.getItem(PREFIX + cursor);
}
