import { existsSync, mkdirSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { COPIED_FROM } from '../platform/properties.ts';

const COPY = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(workerData.from, { readOnly: true });
  database.prepare('vacuum into ?').run(workerData.to);
  database.close();
  const copy = new DatabaseSync(workerData.to);
  copy.exec('pragma journal_mode = delete');
  const copied = JSON.stringify({ copiedAt: Date.now() });
  copy.prepare("insert or replace into properties (name, value) values (?, ?)").run(workerData.mark, copied);
  copy.close();
  parentPort.postMessage('done');
`;

export function ownCopyFolder(dataFolder: string): string {
  return path.join(dataFolder, 'own-backup');
}

/**
 * A consistent copy of Sampan's own SQLite database, made while it is in use, in a thread of its own. Always of the same name, so that
 * backups find it again; secrets in it are sealed with the key that is kept elsewhere. It says of itself that it is a copy, so that a
 * server that is started on it waits before it acts in place of this one; see system/standby.ts.
 */
export async function copyOwnDatabase(dataFolder: string, databaseFile: string): Promise<void> {
  const folder = ownCopyFolder(dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const target = path.join(folder, 'sampan.sqlite');
  const part = `${target}.part`;
  if (existsSync(part)) await rm(part);
  await new Promise<void>((resolve, reject) => {
    const worker = new Worker(COPY, { eval: true, workerData: { from: databaseFile, to: part, mark: COPIED_FROM } });
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the copy ended with ${code}`)));
  });
  await rename(part, target);
  // Plans belong to this computer: where the copy is put back, it has to be this computer again.
  await copyFile(path.join(dataFolder, 'node.id'), path.join(folder, 'node.id'));
}
