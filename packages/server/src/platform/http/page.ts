import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Tables } from '../../tables.ts';
import { InvalidRequest } from './problem.ts';

export const MAXIMUM_LIMIT = 200;
/** Counting stops here: a list says "10,000+" rather than reading a million rows to be exact. */
export const MAXIMUM_COUNT = 10_000;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  count?: { value: number; exact: boolean };
}

/** One column to sort on, never null, followed by the id to make the order total. */
export interface Sort {
  /** Name in the API. */
  key: string;
  column: string;
  descending: boolean;
}

/** Reads `name` or `-name` against the columns a list offers. */
export function parseSort(text: string | undefined, offered: Readonly<Record<string, string>>, fallback: string): Sort {
  const asked = text ?? fallback;
  const key = asked.replace(/^-/, '');
  const column = Object.hasOwn(offered, key) ? offered[key] : undefined;
  if (column === undefined) {
    const message = `sort must be one of ${Object.keys(offered).join(', ')}, with - in front for the other direction`;
    throw new InvalidRequest([{ field: 'sort', code: 'not_offered', message }]);
  }
  return { key, column, descending: asked.startsWith('-') };
}

interface Position {
  sort: string;
  value: string | number;
  id: string;
}

function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.sort, position.value, position.id])).toString('base64url');
}

function decodeCursor(cursor: string, sort: string): Position {
  try {
    const [sortOfCursor, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    const isValue = typeof value === 'string' || typeof value === 'number';
    if (sortOfCursor === sort && isValue && typeof id === 'string') return { sort, value, id };
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  const message = 'cursor does not belong to this list and order; begin again without it';
  throw new InvalidRequest([{ field: 'cursor', code: 'bad_format', message }]);
}

function sortText(sort: Sort): string {
  return `${sort.descending ? '-' : ''}${sort.key}`;
}

// biome-ignore lint/suspicious/noExplicitAny: works on a query over any tables; the columns were checked by parseSort.
type AnyQuery<O> = SelectQueryBuilder<any, any, O>;

/**
 * Reads one page after a cursor, by comparison with the last row's position: no offset, so that the hundredth page costs
 * what the first does and rows that come and go meanwhile are neither repeated nor lost.
 * @param table alias of the table whose column is sorted on.
 */
export async function readPage<O extends { id: string }>(
  query: AnyQuery<O>,
  table: string,
  sort: Sort,
  request: { limit: number; cursor?: string | undefined },
): Promise<{ rows: O[]; nextCursor: string | null }> {
  const column = sql.ref(`${table}.${sort.column}`);
  const id = sql.ref(`${table}.id`);
  const direction = sort.descending ? 'desc' : 'asc';
  let page = query
    .select(column.as('sort_value'))
    .orderBy(column, direction)
    .orderBy(id, direction)
    .limit(request.limit + 1);
  if (request.cursor !== undefined) {
    const after = decodeCursor(request.cursor, sortText(sort));
    const operator = sql.raw(sort.descending ? '<' : '>');
    page = page.where(sql<boolean>`(${column}, ${id}) ${operator} (${after.value}, ${after.id})`);
  }
  const rows = (await page.execute()) as (O & { sort_value: string | number })[];
  const last = rows.length > request.limit ? rows[request.limit - 1] : undefined;
  return {
    rows: rows.slice(0, request.limit),
    nextCursor: last ? encodeCursor({ sort: sortText(sort), value: last.sort_value, id: last.id }) : null,
  };
}

/** Counts the rows of a query, but never more than `MAXIMUM_COUNT`. */
export async function countRows(
  db: Kysely<Tables>,
  query: AnyQuery<unknown>,
): Promise<{ value: number; exact: boolean }> {
  const some = query
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(MAXIMUM_COUNT + 1);
  const { value } = await db
    .selectFrom(some.as('some'))
    .select((eb) => eb.fn.countAll<number>().as('value'))
    .executeTakeFirstOrThrow();
  return value > MAXIMUM_COUNT ? { value: MAXIMUM_COUNT, exact: false } : { value, exact: true };
}
