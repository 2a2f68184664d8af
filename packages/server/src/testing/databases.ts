import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe } from 'node:test';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { sqliteDialect } from '../platform/database/node-sqlite.ts';
import type { DatabaseKind } from '../platform/database/open.ts';
import type { Tables } from '../tables.ts';

/** Where a test keeps its data: a folder of its own, and on PostgreSQL a database of its own. */
export interface TestPlace {
  dataFolder: string;
  databaseUrl: string | null;
}

const ADMINISTRATION = process.env.SAMPAN_TEST_POSTGRES;

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: ADMINISTRATION });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * A connection beside the one of a server that runs, to make in a moment what else takes days, or to hold it up. Destroy it.
 */
export function besides(place: TestPlace): { kind: DatabaseKind; query: Kysely<Tables> } {
  if (place.databaseUrl === null)
    return { kind: 'sqlite', query: new Kysely(sqliteDialect(path.join(place.dataFolder, 'sampan.sqlite'))) };
  const pool = new pg.Pool({ connectionString: place.databaseUrl });
  // A database that is dropped ends its connections.
  pool.on('error', () => undefined);
  return { kind: 'postgres', query: new Kysely({ dialect: new PostgresDialect({ pool }) }) };
}

type Cleanup = () => Promise<void> | void;

function temporaryFolder(cleanups: Cleanup[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-test-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

async function sqlitePlace(cleanups: Cleanup[]): Promise<TestPlace> {
  return { dataFolder: path.join(temporaryFolder(cleanups), 'data'), databaseUrl: null };
}

/** A database of its own on the throw-away PostgreSQL that the test runner started. */
async function postgresPlace(cleanups: Cleanup[]): Promise<TestPlace> {
  if (!ADMINISTRATION) throw new Error('SAMPAN_TEST_POSTGRES is not set: run tests with npm test');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name}`);
  cleanups.push(() => administer(`drop database if exists ${name} with (force)`));
  const url = new URL(ADMINISTRATION);
  url.pathname = `/${name}`;
  return { dataFolder: path.join(temporaryFolder(cleanups), 'data'), databaseUrl: url.href };
}

type Body = (makePlace: () => Promise<TestPlace>) => void;

/** Places are removed when the whole group has ended: by then whatever uses them was stopped by the group's own hooks. */
function group(title: string, make: (cleanups: Cleanup[]) => Promise<TestPlace>, body: Body): void {
  describe(title, () => {
    const cleanups: Cleanup[] = [];
    body(() => make(cleanups));
    after(async () => {
      for (const cleanup of cleanups) await cleanup();
    });
  });
}

export function onSqlite(title: string, body: Body): void {
  group(title, sqlitePlace, body);
}

export function onPostgres(title: string, body: Body): void {
  group(title, postgresPlace, body);
}

/** Runs the same statements about behaviour on both databases. */
export function onBothDatabases(title: string, body: Body): void {
  onSqlite(`${title} on SQLite`, body);
  onPostgres(`${title} on PostgreSQL`, body);
}
