import { chmodSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Thrown when another server already works on this data folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  constructor(folder: string) {
    super(
      `Another Sampan server is running on the data in ${folder}.\n` +
        'Stop it first, or give this one another folder with SAMPAN_DATA. Several servers at once need PostgreSQL (SAMPAN_DATABASE_URL).',
    );
  }
}

/**
 * SQLite means exactly one server. The lock is an exclusive transaction on a file of its own: the operating system drops
 * it with the process, so that no stale lock is ever left, however the process ended.
 */
export function lockDataFolder(folder: string): { release: () => void } {
  const file = path.join(folder, 'server.lock');
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) throw new DataFolderInUse(folder);
    throw error;
  }
  chmodSync(file, 0o600);
  return { release: () => lock.close() };
}
