import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Blobs } from './blobs.ts';
import { Buckets } from './buckets.ts';
import { Committer } from './committer.ts';
import { openDatabase } from './database.ts';
import { FreeSpace } from './free-space.ts';
import { Listing } from './listing.ts';
import { Objects } from './objects.ts';
import { Trash } from './trash.ts';
import { Uploads } from './uploads.ts';

export interface Store {
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly uploads: Uploads;
  readonly listing: Listing;
  readonly blobs: Blobs;
  readonly database: DatabaseSync;
  readonly committer: Committer;
  /** Ends what is under way and closes the files. */
  close(): Promise<void>;
}

function readState(database: DatabaseSync, name: string): number {
  return Number(database.prepare('SELECT value FROM state WHERE name = ?').get(name)?.value ?? 0);
}

function writeState(database: DatabaseSync, values: Record<string, number>): void {
  database.exec('PRAGMA synchronous = FULL');
  for (const [name, value] of Object.entries(values)) {
    database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)').run(name, value);
  }
  database.exec('PRAGMA synchronous = NORMAL');
}

/** Every data file of one run that the index refers to. */
function referredBlobs(database: DatabaseSync, run: number): Set<number> {
  const referred = new Set<number>();
  for (const table of ['segments', 'parts', 'trash']) {
    for (const { blob } of database.prepare(`SELECT blob FROM ${table}`).iterate()) {
      if (Blobs.belongsTo(Number(blob), run)) referred.add(Number(blob));
    }
  }
  return referred;
}

/**
 * Opens (or makes) a data directory: `index.sqlite`, `objects/` and `incoming/`. Cleans up after a crash.
 *
 * @param now milliseconds since 1970 UTC
 */
export async function openStore(directory: string, now: () => number): Promise<Store> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'index.sqlite');
  const database = openDatabase(file);
  try {
    const lastRun = readState(database, 'run');
    const crashed = lastRun > 0 && readState(database, 'clean') === 0;
    const blobs = new Blobs(directory, lastRun + 1, new FreeSpace(directory, now));
    await blobs.prepare();
    if (crashed) await blobs.removeOrphans(lastRun, referredBlobs(database, lastRun));
    writeState(database, { run: lastRun + 1, clean: 0 });

    const log = await open(`${file}-wal`, 'r+');
    const committer = new Committer(database, log);
    const trash = new Trash(database, committer, blobs);
    const core = { database, committer, blobs, trash, now };
    await trash.empty();
    const buckets = new Buckets(core);
    const objects = new Objects(core, buckets);
    return {
      buckets,
      objects,
      uploads: new Uploads(core, objects),
      listing: new Listing(database),
      blobs,
      database,
      committer,
      async close() {
        try {
          await trash.settle();
          await committer.idle();
          writeState(database, { clean: 1 });
          database.close();
        } finally {
          await log.close();
        }
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What the parts of a store share. */
export interface StoreCore {
  database: DatabaseSync;
  committer: Committer;
  blobs: Blobs;
  trash: Trash;
  now: () => number;
}
