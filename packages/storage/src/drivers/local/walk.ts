import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { compareKeys } from '../../keys.ts';
import { cancelled } from '../../source.ts';

/** A file, or a folder whose content is not looked at; `key` has `/` at its end for a folder. */
export interface Found {
  key: string;
  isFolder: boolean;
}

export interface WalkRequest {
  prefix: string;
  /** Only names after it; a folder's name with `/` stands for everything in it. */
  after: string | undefined;
  /** Tell folders instead of going into them. */
  isFlat: boolean;
  signal: AbortSignal | undefined;
  /** Names that are not objects. */
  isHidden: (name: string) => boolean;
}

interface Entry {
  name: string;
  entry: Dirent;
}

/** The entries of a folder in the order of the keys that they stand for: `a.txt` comes before what is in `a/`. */
async function entries(folder: string): Promise<Entry[]> {
  let found: Dirent[];
  try {
    found = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // Gone meanwhile, or never there: nothing is in it. What may not be read must not pass for empty.
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
  return found
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => ({ name: entry.isDirectory() ? `${entry.name}/` : entry.name, entry }))
    .sort((a, b) => compareKeys(a.name, b.name));
}

/** Files below a root in the order of their keys. Memory: the entries of one folder per level. */
export async function* walk(root: string, request: WalkRequest): AsyncGenerator<Found> {
  const { prefix, after, isFlat, signal, isHidden } = request;
  const begin = prefix.slice(0, prefix.lastIndexOf('/') + 1);

  async function* inside(folder: string): AsyncGenerator<Found> {
    if (signal?.aborted) throw cancelled();
    for (const { name, entry } of await entries(path.join(root, folder))) {
      if (isHidden(entry.name)) continue;
      const key = folder + name;
      const isFolder = entry.isDirectory();
      // Below `begin` the prefix is part of one name at most: what does not begin with it has nothing that does.
      if (!key.startsWith(prefix)) continue;
      if (after !== undefined && compareKeys(key, after) <= 0) {
        const goesOnInside = isFolder && !isFlat && after.startsWith(key);
        if (!goesOnInside) continue;
      }
      if (!isFolder) yield { key, isFolder: false };
      else if (isFlat) yield { key, isFolder: true };
      else yield* inside(key);
    }
  }

  yield* inside(begin);
}
