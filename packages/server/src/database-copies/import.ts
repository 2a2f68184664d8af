import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { migrate } from '../platform/database/migrate.ts';
import { sqliteDialect } from '../platform/database/node-sqlite.ts';
import type { Database } from '../platform/database/open.ts';
import type { Tables } from '../tables.ts';
import { exportDatabase } from './export.ts';
import { atOneMoment, copyRows, firstUsedTable, makeSearchIndex } from './rows.ts';

/** Thrown for what the person who asked can change. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

/** @throws ImportRefused when there is no such file, or it is not a database of Sampan */
export function demandDatabaseFile(file: string): void {
  if (!existsSync(file)) throw new ImportRefused(`There is no file ${file}.`);
  if (!statSync(file).isFile())
    throw new ImportRefused(`${file} is no file. Name the database in it, e.g. sampan.sqlite.`);
  let names: unknown[];
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    names = database.prepare("select name from sqlite_master where type = 'table'").all();
    database.close();
  } catch (error) {
    const { message } = error as Error;
    if (/readonly|unable to open/.test(message))
      throw new ImportRefused(
        `${file} cannot be opened: ${message}. Copy it, and ${path.basename(file)}-wal with it if there is one, to a folder that you may write to.`,
      );
    throw new ImportRefused(`${file} cannot be read as a SQLite database: ${message}.`);
  }
  const has = (name: string): boolean => names.some((row) => (row as { name: string }).name === name);
  if (!has('kysely_migration') || !has('properties')) throw new ImportRefused(`${file} is not a database of Sampan.`);
}

/**
 * Fills a PostgreSQL database, which must be as new, with what a SQLite file of Sampan holds: all of it, or nothing when it fails. The
 * file is left as it is, and may be of an older version, or in use. A server that is started on the database waits before it acts in
 * place of another; see system/standby.ts.
 * @returns how many rows there were
 * @throws ImportRefused, NewerDatabase
 */
export async function importDatabase(file: string, into: Database, signal?: AbortSignal): Promise<number> {
  demandDatabaseFile(file);
  const folder = await mkdtemp(path.join(tmpdir(), 'sampan-import-'));
  try {
    const copy = path.join(folder, 'sampan.sqlite');
    await exportDatabase({ kind: 'sqlite', file }, copy, signal);
    const { dialect, raw } = sqliteDialect(copy);
    const query = new Kysely<Tables>({ dialect });
    try {
      await migrate(query, { kind: 'sqlite', raw, folder });
      return await atOneMoment('sqlite', query, (from) =>
        into.query.transaction().execute(async (db) => {
          const to = { kind: into.kind, db };
          const used = await firstUsedTable(to, from.db);
          if (used !== null) throw new ImportRefused(`It is in use already: ${used} has rows. Name an empty database.`);
          const count = await copyRows(from, to, signal);
          await makeSearchIndex(to, signal);
          return count;
        }),
      );
    } finally {
      await query.destroy();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
