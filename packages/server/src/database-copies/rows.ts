import { setImmediate } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { indexText } from '../inventory/search-index.ts';
import type { DatabaseKind } from '../platform/database/open.ts';
import { storable } from '../platform/storable-text.ts';
import type { Db, Tables } from '../tables.ts';

/** One of the two databases, in a transaction of its own. */
export interface Side {
  kind: DatabaseKind;
  db: Transaction<Tables>;
}

interface TableShape {
  name: string;
  columns: string[];
  /** Names of the columns of the primary key, in its order. */
  key: string[];
  /** Tables that its rows refer to. */
  refersTo: string[];
  /** Column whose numbers the database hands out. */
  counter: string | null;
}

type Row = Record<string, unknown>;

/** Some rows hold lists of a thousand paths. */
const ROWS_AT_ONCE = 100;
/** Made from the rows of instances, in a form of its own on each database: on SQLite with tables beside it. */
const SEARCH_INDEX = ['', '_config', '_content', '_data', '_docsize', '_idx'].map((end) => `instance_search${end}`);

/** The tables as SQLite describes them; both databases have the same, by name and column. */
async function describeTables(db: Db): Promise<TableShape[]> {
  const tables = await sql<{ name: string; sql: string }>`
    select name, sql from sqlite_master
    where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not like 'kysely\\_%' escape '\\'
      and name not in (${sql.join(SEARCH_INDEX)})
    order by name`.execute(db);
  const shapes: TableShape[] = [];
  for (const table of tables.rows) {
    const columns = await sql<{ name: string; pk: number }>`
      select name, pk from pragma_table_info(${table.name}) order by cid`.execute(db);
    const refersTo = await sql<{ table: string }>`
      select distinct "table" from pragma_foreign_key_list(${table.name})`.execute(db);
    const key = columns.rows.filter((column) => column.pk > 0).sort((left, right) => left.pk - right.pk);
    if (key.length === 0) throw new Error(`the table ${table.name} has no primary key to read it by`);
    shapes.push({
      name: table.name,
      columns: columns.rows.map((column) => column.name),
      key: key.map((column) => column.name),
      refersTo: refersTo.rows.map((row) => row.table).filter((name) => name !== table.name),
      counter: /autoincrement/i.test(table.sql) ? (key[0]?.name ?? null) : null,
    });
  }
  return shapes;
}

/** What is referred to comes first. */
function inOrder(shapes: readonly TableShape[]): TableShape[] {
  const ordered: TableShape[] = [];
  const left = new Map(shapes.map((shape) => [shape.name, shape]));
  while (left.size > 0) {
    const ready = [...left.values()].filter((shape) => shape.refersTo.every((name) => !left.has(name)));
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    for (const shape of ready) {
      ordered.push(shape);
      left.delete(shape.name);
    }
  }
  return ordered;
}

const columnList = (names: readonly string[]): RawBuilder<unknown> => sql.join(names.map((name) => sql.ref(name)));
const valueList = (values: readonly unknown[]): RawBuilder<unknown> => sql`(${sql.join(values)})`;

/** Pages of a table by its primary key: as much memory for a million rows as for a thousand. */
async function* pages(db: Db, shape: TableShape): AsyncGenerator<Row[]> {
  const key = columnList(shape.key);
  let last: Row | undefined;
  for (;;) {
    const from = last;
    const after = from ? sql`where (${key}) > ${valueList(shape.key.map((name) => from[name]))}` : sql``;
    const { rows } = await sql<Row>`
      select ${columnList(shape.columns)} from ${sql.table(shape.name)} ${after} order by ${key} limit ${sql.lit(ROWS_AT_ONCE)}
    `.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_AT_ONCE) return;
    // SQLite answers at once: a server has others to answer in between.
    await setImmediate();
    last = rows.at(-1);
  }
}

/** PostgreSQL stores no NUL. */
function storedIn(kind: DatabaseKind, value: unknown): unknown {
  return kind === 'postgres' && typeof value === 'string' ? storable(value) : value;
}

async function insert({ kind, db }: Side, { name, columns, key }: TableShape, rows: readonly Row[]): Promise<void> {
  const values = rows.map((row) => valueList(columns.map((column) => storedIn(kind, row[column]))));
  try {
    await sql`insert into ${sql.table(name)} (${columnList(columns)}) values ${sql.join(values)}`.execute(db);
  } catch (error) {
    const from = key.map((column) => rows[0]?.[column]).join(' ');
    throw new Error(`rows of ${name} could not be written, from ${from} on: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A number that was handed out is never handed out again, also when its row is gone. */
async function copyCounter(from: Side, to: Side, shape: TableShape & { counter: string }): Promise<void> {
  const sequence = sql`pg_get_serial_sequence(${shape.name}, ${shape.counter})`;
  let value: number;
  if (from.kind === 'sqlite') {
    const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${shape.name}`.execute(
      from.db,
    );
    value = rows[0]?.seq ?? 0;
  } else {
    const { rows } = await sql<{ value: number | null }>`select pg_sequence_last_value(${sequence}) as value`.execute(
      from.db,
    );
    value = rows[0]?.value ?? 0;
  }
  if (value === 0) return;
  if (to.kind === 'postgres') {
    await sql`select setval(${sequence}, ${value})`.execute(to.db);
    return;
  }
  await sql`delete from sqlite_sequence where name = ${shape.name}`.execute(to.db);
  await sql`insert into sqlite_sequence (name, seq) values (${shape.name}, ${value})`.execute(to.db);
}

/** Search in what `copyRows` copied. */
export async function makeSearchIndex(to: Side, signal?: AbortSignal): Promise<void> {
  const shape = { name: 'instances', columns: ['number', 'search_text'], key: ['number'] };
  for await (const rows of pages(to.db, { ...shape, refersTo: [], counter: null })) {
    signal?.throwIfAborted();
    for (const row of rows) await indexText(to.db, to.kind, Number(row.number), String(row.search_text));
  }
}

/** Tables that are not empty in a database that was just made. */
const SEEDED = ['projects', 'sequences'];

/** @returns name of a table that a new database would not have rows in; null when it is as new */
export async function firstUsedTable(side: Side, sqlite: Db): Promise<string | null> {
  for (const { name } of await describeTables(sqlite)) {
    if (SEEDED.includes(name)) continue;
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(side.db);
    if (rows.length > 0) return name;
  }
  return null;
}

/**
 * Copies every row but those of the search index into a database of the same version that is as new. One of the two is
 * SQLite. Both sides are transactions: what is read is of one moment, and what is written is there whole or not at all.
 * @returns how many rows there were
 */
export async function copyRows(from: Side, to: Side, signal?: AbortSignal): Promise<number> {
  const shapes = inOrder(await describeTables(from.kind === 'sqlite' ? from.db : to.db));
  let count = 0;
  for (const name of SEEDED) await sql`delete from ${sql.table(name)}`.execute(to.db);
  for (const shape of shapes) {
    for await (const rows of pages(from.db, shape)) {
      signal?.throwIfAborted();
      await insert(to, shape, rows);
      count += rows.length;
    }
    const { counter } = shape;
    if (counter !== null) await copyCounter(from, to, { ...shape, counter });
  }
  return count;
}

/** Reads all of it as it was at one moment, while others write. */
export function atOneMoment<T>(
  kind: DatabaseKind,
  query: Kysely<Tables>,
  read: (side: Side) => Promise<T>,
): Promise<T> {
  const transaction = query.transaction();
  const set =
    kind === 'postgres' ? transaction.setIsolationLevel('repeatable read').setAccessMode('read only') : transaction;
  return set.execute((db) => read({ kind, db }));
}
