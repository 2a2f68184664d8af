import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../tables.ts';
import { migrate } from './migrate.ts';
import { refuseNestedQueries } from './nested-queries.ts';
import { sqliteDialect } from './node-sqlite.ts';
import { lockDataFolder } from './single-process.ts';

export type DatabaseKind = 'sqlite' | 'postgres';

/** An open, migrated database. `query` runs single statements; changes go through `Changes`. */
export interface Database {
  readonly kind: DatabaseKind;
  readonly query: Kysely<Tables>;
  /** Connection address for a listener of notifications; null on SQLite, where one process needs none. */
  readonly listenUrl: string | null;
  close(): Promise<void>;
}

const INT8 = 20;
const POOL_SIZE = 12;
const CONNECT_TIMEOUT_MS = 10_000;

/** Milliseconds since 1970 by the clock of the database, which all servers share. */
export function databaseNow(kind: DatabaseKind): RawBuilder<number> {
  return kind === 'postgres'
    ? sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    : sql<number>`cast(unixepoch('now', 'subsec') * 1000 as integer)`;
}

/** Thrown when a copy was put over a database, whose last changes still lie beside it. */
export class StrangeLog extends Error {
  override readonly name = 'StrangeLog';
}

/** Byte of the header that says how the file is written: 1 with a rollback journal, as our copies are, 2 with a write-ahead log. */
const WRITE_VERSION_AT = 18;
const ROLLBACK = 1;

/**
 * A copy that takes the place of a database has no write-ahead log yet. SQLite would take one that was left there for its own, and play
 * the changes of the other database into it.
 * @throws StrangeLog
 */
function demandOwnLog(file: string): void {
  const log = `${file}-wal`;
  if (!existsSync(file) || !existsSync(log) || statSync(log).size === 0) return;
  const header = Buffer.alloc(WRITE_VERSION_AT + 1);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header[WRITE_VERSION_AT] !== ROLLBACK) return;
  throw new StrangeLog(
    `${file} is a copy, and beside it lie the last changes of the database that was there before: ${path.basename(log)}.\n` +
      `Move ${path.basename(log)} and ${path.basename(file)}-shm away, and start again.`,
  );
}

async function openSqlite(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(folder);
  try {
    const file = path.join(folder, 'sampan.sqlite');
    demandOwnLog(file);
    const isNew = !existsSync(file);
    const { dialect, raw } = sqliteDialect(file);
    if (isNew) chmodSync(file, 0o600);
    const query = new Kysely<Tables>({ dialect, plugins: [refuseNestedQueries] });
    await migrate(query, { kind: 'sqlite', raw, folder });
    return {
      kind: 'sqlite',
      query,
      listenUrl: null,
      close: async () => {
        await query.destroy();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Connections to a PostgreSQL database, whatever its version is. */
export async function connectPostgres(
  url: string,
  onIdleError: (error: Error) => void = () => undefined,
): Promise<Kysely<Tables>> {
  // Loaded only where it is used: a server on SQLite is smaller and starts sooner without it.
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'sampan',
    // All our bigints are milliseconds, bytes or counters below 2^53.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  pool.on('error', onIdleError);
  // One that is in use reports to its query too; without a listener of its own it would end the process.
  pool.on('connect', (client) => client.on('error', onIdleError));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [refuseNestedQueries] });
}

async function openPostgres(url: string, onIdleError: (error: Error) => void): Promise<Database> {
  const query = await connectPostgres(url, onIdleError);
  try {
    await migrate(query, { kind: 'postgres' });
  } catch (error) {
    await query.destroy();
    throw error;
  }
  return { kind: 'postgres', query, listenUrl: url, close: () => query.destroy() };
}

/**
 * Opens the database and brings it to this version.
 * @throws DataFolderInUse, StrangeLog, NewerDatabase, or the error of the database itself.
 */
export function openDatabase(
  where: { databaseUrl: string | null; dataFolder: string },
  onIdleError: (error: Error) => void = () => undefined,
): Promise<Database> {
  return where.databaseUrl === null ? openSqlite(where.dataFolder) : openPostgres(where.databaseUrl, onIdleError);
}
