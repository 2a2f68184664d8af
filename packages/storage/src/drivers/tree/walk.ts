import type { ListRequest, ObjectPage, StoredObject } from '../../contract.ts';
import { compareKeys } from '../../keys.ts';
import { cancelled } from '../../source.ts';
import { isPart, type RemoteTree, type TreeEntry } from './tree.ts';

interface Found {
  /** With `/` at its end for a folder that is not looked into. */
  key: string;
  entry: TreeEntry;
}

interface Walk {
  prefix: string;
  /** Only names after it; a folder's name with `/` stands for everything in it. */
  after: string | undefined;
  /** Tells folders instead of going into them. */
  isFlat: boolean;
  signal: AbortSignal | undefined;
}

/** The entries of a folder in the order of the keys that they stand for: `a.txt` comes before what is in `a/`. */
function inOrder(entries: readonly TreeEntry[]): { name: string; entry: TreeEntry }[] {
  return entries
    .filter((entry) => !isPart(entry.name))
    .map((entry) => ({ name: entry.isFolder ? `${entry.name}/` : entry.name, entry }))
    .sort((a, b) => compareKeys(a.name, b.name));
}

/** Files in the order of their keys. Memory: the entries of one folder per level. */
async function* walk(tree: RemoteTree, request: Walk): AsyncGenerator<Found> {
  const { prefix, after, isFlat, signal } = request;

  async function* inside(folder: string): AsyncGenerator<Found> {
    if (signal?.aborted) throw cancelled();
    // A folder that went away meanwhile has nothing in it.
    const entries = (await tree.entries(folder.slice(0, -1), signal)) ?? [];
    for (const { name, entry } of inOrder(entries)) {
      const key = folder + name;
      if (!key.startsWith(prefix)) continue;
      const goesOnInside = entry.isFolder && !isFlat && after?.startsWith(key);
      if (after !== undefined && compareKeys(key, after) <= 0 && !goesOnInside) continue;
      if (entry.isFolder && !isFlat) yield* inside(key);
      else yield { key, entry };
    }
  }

  yield* inside(prefix.slice(0, prefix.lastIndexOf('/') + 1));
}

const LARGEST_PAGE = 1000;

export function storedObject(key: string, { size, modified, etag }: TreeEntry): StoredObject {
  return { key, size, modified, md5: null, etag };
}

/** One page. The cursor is the last name that was told. */
export async function treePage(tree: RemoteTree, request: ListRequest): Promise<ObjectPage> {
  const { prefix = '', delimiter, cursor, limit = LARGEST_PAGE, signal } = request;
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last: string | null = null;
  for await (const { key, entry } of walk(tree, { prefix, after: cursor, isFlat: delimiter === '/', signal })) {
    if (objects.length + prefixes.length === limit) return { objects, prefixes, nextCursor: last };
    if (entry.isFolder) prefixes.push(key);
    else objects.push(storedObject(key, entry));
    last = key;
  }
  return { objects, prefixes, nextCursor: null };
}

/** Parts of uploads anywhere in the tree. */
export async function* findParts(tree: RemoteTree, signal?: AbortSignal): AsyncGenerator<Found> {
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (signal?.aborted) throw cancelled();
    for (const entry of (await tree.entries(folder.slice(0, -1), signal)) ?? []) {
      if (entry.isFolder) folders.push(`${folder}${entry.name}/`);
      else if (isPart(entry.name)) yield { key: folder + entry.name, entry };
    }
  }
}
