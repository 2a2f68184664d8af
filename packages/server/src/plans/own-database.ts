import { mkdirSync } from 'node:fs';
import { copyFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { exportDatabase, exportSource } from '../database-copies/export.ts';
import type { Database } from '../platform/database/open.ts';

export function ownCopyFolder(dataFolder: string): string {
  return path.join(dataFolder, 'own-backup');
}

/** Two plans may back it up at once. */
let copying: Promise<void> = Promise.resolve();

/**
 * A copy of Sampan's own database as a SQLite file, always of the same name, so that backups find it again. A backup that still
 * reads the one before keeps what it reads.
 */
export function copyOwnDatabase(database: Database, dataFolder: string, signal: AbortSignal): Promise<void> {
  const turn = copying.then(() => copyNow(database, dataFolder, signal));
  copying = turn.catch(() => undefined);
  return turn;
}

async function copyNow(database: Database, dataFolder: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const folder = ownCopyFolder(dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // What a server that was killed left half-done would be backed up too.
  for (const name of await readdir(folder)) if (/\.part(-\w+)?$/.test(name)) await rm(path.join(folder, name));
  await exportDatabase(exportSource(database, dataFolder), path.join(folder, 'sampan.sqlite'), signal);
  // Plans belong to this computer: where the copy is put back, it has to be this computer again.
  await copyFile(path.join(dataFolder, 'node.id'), path.join(folder, 'node.id'));
}
