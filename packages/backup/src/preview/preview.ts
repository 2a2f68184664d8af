import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import { exclusion } from './exclusion.ts';

export interface SourcePreview {
  files: number;
  folders: number;
  bytes: number;
  /** What is left out: how much of it was met, and the first by name. What lies in left-out folders is not looked at. */
  excluded: { count: number; first: string[] };
  /** What cannot be read, and why. */
  unreadable: { count: number; first: { path: string; reason: string }[] };
  /** The largest files and the largest folders below the sources, largest first. */
  largestFiles: { path: string; bytes: number }[];
  largestFolders: { path: string; bytes: number }[];
  /** It was ended before everything was looked at. */
  isCut: boolean;
}

const MOST_NAMED = 50;
const MOST_LARGE = 10;
const LOOKS_AT_ONCE = 32;

/** Keeps the largest of many. */
class Largest {
  readonly #items: { path: string; bytes: number }[] = [];

  offer(item: { path: string; bytes: number }): void {
    if (this.#items.length === MOST_LARGE && item.bytes <= (this.#items.at(-1)?.bytes ?? 0)) return;
    this.#items.push(item);
    this.#items.sort((a, b) => b.bytes - a.bytes);
    if (this.#items.length > MOST_LARGE) this.#items.pop();
  }

  get items() {
    return this.#items;
  }
}

/**
 * Looks what a backup would read, without reading it. Ends after so many entries or milliseconds, and says so.
 *
 * @param wish.excludes restic's patterns
 */
export async function previewSources(wish: {
  paths: readonly string[];
  excludes: readonly string[];
  oneFileSystem?: boolean | undefined;
  mostEntries?: number;
  mostMs?: number;
  signal?: AbortSignal | undefined;
}): Promise<SourcePreview> {
  const { mostEntries = 300_000, mostMs = 15_000, signal } = wish;
  const isOut = exclusion(wish.excludes);
  const until = Date.now() + mostMs;
  const files = new Largest();
  const folders = new Largest();
  const preview: SourcePreview = {
    ...{ files: 0, folders: 0, bytes: 0, isCut: false },
    ...{ excluded: { count: 0, first: [] }, unreadable: { count: 0, first: [] } },
    ...{ largestFiles: files.items, largestFolders: folders.items },
  };
  let entries = 0;

  const unreadable = (where: string, error: unknown): void => {
    preview.unreadable.count += 1;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (preview.unreadable.first.length < MOST_NAMED) preview.unreadable.first.push({ path: where, reason });
  };
  const isOver = (): boolean => {
    if (!preview.isCut && entries <= mostEntries && Date.now() < until && signal?.aborted !== true) return false;
    preview.isCut = true;
    return true;
  };

  type Found = { path: string; bytes: number; device: number; isFolder: boolean };

  async function look(where: string, device: number | null): Promise<Found | null> {
    if (isOver()) return null;
    entries += 1;
    if (isOut(where)) {
      preview.excluded.count += 1;
      if (preview.excluded.first.length < MOST_NAMED) preview.excluded.first.push(where);
      return null;
    }
    try {
      const found = await lstat(where);
      if (wish.oneFileSystem && device !== null && found.dev !== device) return null;
      const bytes = found.isFile() ? found.size : 0;
      return { path: where, bytes, device: found.dev, isFolder: found.isDirectory() };
    } catch (error) {
      unreadable(where, error);
      return null;
    }
  }

  /** Folders one after the other: what is open at once does not grow with how deep they are. */
  async function add(found: readonly (Found | null)[]): Promise<number> {
    let bytes = 0;
    for (const each of found) {
      if (!each) continue;
      if (each.isFolder) bytes += await inside(each);
      else {
        preview.files += 1;
        preview.bytes += each.bytes;
        bytes += each.bytes;
        files.offer({ path: each.path, bytes: each.bytes });
      }
    }
    return bytes;
  }

  async function inside(folder: Found): Promise<number> {
    preview.folders += 1;
    let bytes = 0;
    let names: string[] = [];
    const flush = async (): Promise<void> => {
      const looked = await Promise.all(names.map((name) => look(path.join(folder.path, name), folder.device)));
      names = [];
      bytes += await add(looked);
    };
    try {
      for await (const { name } of await opendir(folder.path)) {
        if (isOver()) break;
        names.push(name);
        if (names.length === LOOKS_AT_ONCE) await flush();
      }
      await flush();
    } catch (error) {
      unreadable(folder.path, error);
    }
    folders.offer({ path: folder.path, bytes });
    return bytes;
  }

  for (const source of wish.paths) await add([await look(path.resolve(source), null)]);
  return preview;
}
