import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoredObject } from '../contract.ts';

/** So many rows are kept in memory at least; beyond, the database pages to its file. */
const CACHE_KIB = 16 * 1024;
const ROWS_AT_ONCE = 1_000;

interface Row {
  size: number;
  modified: number | null;
  md5: string | null;
  etag: string | null;
  changed_at: number | null;
}

/**
 * What a destination has, by key, in bounded memory: a temporary database that goes away with the process. Listings of
 * storages come in an order of their own, so that two of them cannot be walked side by side.
 */
export class KnownObjects {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #insert;
  readonly #find;
  readonly #rest;

  constructor(folder: string = tmpdir()) {
    this.#file = path.join(folder, `sampan-sync-${randomBytes(8).toString('hex')}.sqlite`);
    this.#database = new DatabaseSync(this.#file);
    this.#database.exec(`
      pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive;
      pragma cache_size = -${CACHE_KIB};
      create table known (key text primary key, size integer, modified real, md5 text, etag text, changed_at real,
        seen integer not null default 0) without rowid;
    `);
    this.#insert = this.#database.prepare(
      'insert or replace into known (key, size, modified, md5, etag, changed_at) values (?, ?, ?, ?, ?, ?)',
    );
    this.#find = this.#database.prepare(
      'update known set seen = 1 where key = ? returning size, modified, md5, etag, changed_at',
    );
    this.#rest = this.#database.prepare('select key, size from known where seen = 0 and key > ? order by key limit ?');
  }

  add(objects: readonly StoredObject[]): void {
    this.#database.exec('begin');
    for (const { key, size, modified, md5, etag, changedAt } of objects) {
      this.#insert.run(key, size, modified, md5, etag, changedAt ?? null);
    }
    this.#database.exec('commit');
  }

  /** What is known of a key, which is marked as seen. */
  take(key: string): StoredObject | undefined {
    const row = this.#find.get(key) as unknown as Row | undefined;
    if (!row) return undefined;
    const { size, modified, md5, etag, changed_at: changedAt } = row;
    return { key, size, modified, md5, etag, ...(changedAt !== null && { changedAt }) };
  }

  /** Those that nobody asked for, in pages. */
  *unseen(): Generator<{ key: string; size: number }[]> {
    let after = '';
    for (;;) {
      const rows = this.#rest.all(after, ROWS_AT_ONCE) as unknown as { key: string; size: number }[];
      if (rows.length === 0) return;
      yield rows;
      after = rows.at(-1)?.key ?? '';
    }
  }

  close(): void {
    this.#database.close();
    rmSync(this.#file, { force: true });
  }
}
