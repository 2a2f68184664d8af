import { mkdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { exportDatabase, exportSource } from '../database-copies/export.ts';
import type { Database } from '../platform/database/open.ts';

export function ownCopyFolder(dataFolder: string): string {
  return path.join(dataFolder, 'own-backup');
}

/** A copy of Sampan's own database as a SQLite file, always of the same name, so that backups find it again. */
export async function copyOwnDatabase(database: Database, dataFolder: string, signal: AbortSignal): Promise<void> {
  const folder = ownCopyFolder(dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await exportDatabase(exportSource(database, dataFolder), path.join(folder, 'sampan.sqlite'), signal);
  // Plans belong to this computer: where the copy is put back, it has to be this computer again.
  await copyFile(path.join(dataFolder, 'node.id'), path.join(folder, 'node.id'));
}
