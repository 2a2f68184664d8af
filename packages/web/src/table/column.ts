import type { ReactNode } from 'react';

/** One column of a table of resources. */
export interface Column<T> {
  key: string;
  title: string;
  /** CSS width; columns without one share what is left. */
  width?: string;
  align?: 'end';
  /** What the server sorts by, for the first and the second click on the head. */
  sort?: { ascending: string; descending: string };
  /** Where the cell goes on a narrow screen, where each row becomes a card; `hidden` also beside an open panel. */
  narrow?: 'title' | 'line' | 'labelled' | 'hidden';
  cell: (row: T) => ReactNode;
}

/** The sort after a click on a column's head. */
export function nextSort(current: string | undefined, sort: { ascending: string; descending: string }): string {
  return current === sort.ascending ? sort.descending : sort.ascending;
}
