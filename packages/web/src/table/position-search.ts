import { pageNumberOf, textOf } from './search-params.ts';

/** What the address of a page with nothing but a cursor says. */
export interface PositionSearch {
  cursor?: string;
  page?: number;
}

export function readPositionSearch(raw: Readonly<Record<string, unknown>>): PositionSearch {
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  return { ...(cursor && { cursor }), ...(page && { page }) };
}
