import { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS buckets (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, zone TEXT NOT NULL, owner TEXT NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS settings (
  bucket INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (bucket, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage (
  bucket INTEGER NOT NULL, class TEXT NOT NULL, count INTEGER NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (bucket, class)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS objects (
  bucket INTEGER NOT NULL, key BLOB NOT NULL, id INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  mime TEXT NOT NULL, modified INTEGER NOT NULL, class TEXT NOT NULL, details TEXT NOT NULL,
  PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segments (
  object INTEGER NOT NULL, ordinal INTEGER NOT NULL, blob INTEGER NOT NULL, size INTEGER NOT NULL, nonce BLOB,
  PRIMARY KEY (object, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uploads (
  bucket INTEGER NOT NULL, key BLOB NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL, fields TEXT NOT NULL,
  customer_key TEXT, PRIMARY KEY (bucket, key, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, created INTEGER NOT NULL,
  blob INTEGER NOT NULL, nonce BLOB, PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;
-- Data files that nothing refers to any more and that are not yet removed.
CREATE TABLE IF NOT EXISTS trash (blob INTEGER PRIMARY KEY) STRICT;
`;

const FORMAT = 1;

/**
 * The index of a data directory. Exclusive: a second process is refused. Commits are made durable by the `Committer`,
 * which syncs the write-ahead log itself, off the main thread and once for many of them; hence `synchronous = NORMAL`,
 * which orders everything else (checkpoints) safely.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY');
    // Takes the lock, and makes the log exist.
    database.exec('BEGIN IMMEDIATE');
    database.exec(SCHEMA);
    const format = database.prepare('SELECT value FROM state WHERE name = ?').get('format')?.value;
    if (format !== undefined && format !== FORMAT) throw new Error(`${file} is of another format (${format})`);
    database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)').run('format', FORMAT);
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    if (/database is locked/.test((error as Error).message)) {
      throw new Error('Another process serves this data directory already; end it first.', { cause: error });
    }
    throw error;
  }
}
