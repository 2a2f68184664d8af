import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Kysely } from 'kysely';
import { demandCurrent, migrate } from '../platform/database/migrate.ts';
import { sqliteDialect } from '../platform/database/node-sqlite.ts';
import type { DatabaseKind } from '../platform/database/open.ts';
import { COPIED_FROM } from '../platform/properties.ts';
import type { Tables } from '../tables.ts';
import { atOneMoment, copyRows, makeSearchIndex } from './rows.ts';

/** Where the database is that is to be copied: a connection to it, or the file of SQLite. */
export type ExportSource =
  | { kind: 'postgres'; query: Kysely<Tables> }
  /** Perhaps in use by a server. */
  | { kind: 'sqlite'; file: string };

const VACUUM_INTO = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(workerData.from, { readOnly: true, timeout: 5000 });
  database.prepare('vacuum into ?').run(workerData.to);
  database.close();
  const copy = new DatabaseSync(workerData.to);
  copy.exec('pragma journal_mode = delete');
  const copied = JSON.stringify({ copiedAt: Date.now() });
  copy.prepare("insert or ignore into properties (name, value) values (?, ?)").run(workerData.mark, copied);
  copy.close();
  parentPort.postMessage('done');
`;

/** By SQLite itself, in a thread of its own: that takes as long as the disk does. */
async function vacuumInto(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const worker = new Worker(VACUUM_INTO, { eval: true, workerData: { from, to, mark: COPIED_FROM } });
  const end = (): void => void worker.terminate();
  signal?.addEventListener('abort', end);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', (code) => reject(signal?.reason ?? new Error(`the copy ended with ${code}`)));
    });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

async function fromPostgres(query: Kysely<Tables>, file: string, signal: AbortSignal | undefined): Promise<void> {
  const { dialect, raw } = sqliteDialect(file);
  const copy = new Kysely<Tables>({ dialect });
  let reason: unknown;
  try {
    // Nobody has it before it is whole: nothing in between needs to reach the disk. And rows come in an order of their own.
    raw.exec('pragma journal_mode = memory; pragma synchronous = off');
    await migrate(copy, { kind: 'sqlite', raw, folder: path.dirname(file) });
    raw.exec('pragma foreign_keys = off');
    await atOneMoment('postgres', query, async (from) => {
      // A server that was not upgraded with another one knows only a part of what is there.
      await demandCurrent(from.db, 'postgres');
      await copy.transaction().execute(async (db) => {
        await copyRows(from, { kind: 'sqlite', db }, signal).catch((error) => {
          // A disk that is full has rolled it back already: that it cannot be rolled back again is not the reason.
          reason = error;
          throw error;
        });
        const value = JSON.stringify({ copiedAt: Date.now() });
        await db
          .insertInto('properties')
          .values({ name: COPIED_FROM, value })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute();
      });
    });
    await copy.transaction().execute((db) => makeSearchIndex({ kind: 'sqlite', db }, signal));
    const [lost] = raw.prepare('pragma foreign_key_check').all();
    if (lost) throw new Error(`a row of ${lost.table} refers to one of ${lost.parent} that is not there`);
  } catch (error) {
    throw reason ?? error;
  } finally {
    await copy.destroy();
  }
}

async function syncToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a SQLite file that any server of this version or a newer one starts with: one moment of the database, while servers use it.
 * Secrets in it are sealed with the key that is kept elsewhere. It says of itself that it is a copy, so that a server that is
 * started on it waits before it acts in place of this one; see system/standby.ts.
 * @param file is replaced when the copy is whole; until then there is one with `.part` at its end beside it
 */
export async function exportDatabase(from: ExportSource, file: string, signal?: AbortSignal): Promise<void> {
  // A name of its own: two copies at once must not write into one file.
  const part = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    // For nobody else from its first byte on; both ways to fill it take an empty file.
    await (await open(part, 'wx', 0o600)).close();
    if (from.kind === 'sqlite') await vacuumInto(from.file, part, signal);
    else await fromPostgres(from.query, part, signal);
    await syncToDisk(part);
    await rename(part, file);
  } catch (error) {
    for (const end of ['', '-journal', '-wal', '-shm']) await rm(`${part}${end}`, { force: true });
    throw error;
  }
}

export function exportSource(
  database: { kind: DatabaseKind; query: Kysely<Tables> },
  dataFolder: string,
): ExportSource {
  return database.kind === 'postgres'
    ? { kind: 'postgres', query: database.query }
    : { kind: 'sqlite', file: path.join(dataFolder, 'sampan.sqlite') };
}
