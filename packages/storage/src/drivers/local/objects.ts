import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectHead, ObjectStore, StorageCapability, StoredObject } from '../../contract.ts';
import { corruptedDownload, objectChanged, objectNotFound, rangeNotSatisfiable } from '../../errors.ts';
import { checkPathKey } from '../../keys.ts';
import { cancelled, readSource } from '../../source.ts';
import { folderMissing, systemCodeOf, translated } from './errors.ts';
import { walk } from './walk.ts';

const PART = /^\.sampan-[0-9a-f]{16}\.part$/;
const PIECE = 256 * 1024;
/** Bytes that are written together: each call costs more than a small piece is worth. */
const WRITTEN_AT_ONCE = 512 * 1024;
/** Many that lie in a folder at once are looked at together. */
const LOOKS = 32;

const isPart = (name: string): boolean => PART.test(name);

function etagOf({ ino, size, mtimeNs }: Seen): string {
  return `${ino.toString(16)}-${size.toString(16)}-${mtimeNs.toString(16)}`;
}

export interface LocalObjectsOptions {
  /** Whether an object is on the disk when `put` answers; true when not said. Otherwise it gets there soon. */
  isDurable?: boolean;
}

interface Extent {
  start: number;
  length: number;
}

interface Seen {
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  ino: bigint;
}

/** The files below a folder as objects. An object is a file of its own name; writing goes through a hidden one beside it. */
export function localObjects(
  root: string,
  capabilities: ReadonlySet<StorageCapability>,
  options: LocalObjectsOptions = {},
): ObjectStore {
  const { isDurable = true } = options;
  let realRoot: string | null = null;

  /** The folder must be there already: a disk that is not mounted is not an empty storage. */
  async function findRoot(): Promise<string> {
    if (realRoot !== null) return realRoot;
    try {
      if ((await stat(root)).isDirectory()) realRoot = await realpath(root);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw translated(error, '');
    }
    if (realRoot === null) throw folderMissing();
    return realRoot;
  }

  async function fileOf(key: string): Promise<string> {
    checkPathKey(key);
    if (key.split('/').some(isPart)) throw objectNotFound(key);
    return path.join(await findRoot(), key);
  }

  /** The file as it is, without following a link, neither at its end nor on the way. */
  async function look(key: string): Promise<{ file: string; head: ObjectHead }> {
    const file = await fileOf(key);
    await demandInside(path.dirname(file));
    const seen = await lstat(file, { bigint: true });
    if (seen.isSymbolicLink()) throw leadsOut();
    if (!seen.isFile()) throw objectNotFound(key);
    return { file, head: { ...entry(key, seen), contentType: null } };
  }

  function leadsOut(): Error {
    return Object.assign(new Error('a link leads out'), { code: 'ELOOP' });
  }

  async function demandInside(folder: string): Promise<void> {
    const top = await findRoot();
    const real = await realpath(folder);
    if (real === top || real.startsWith(top + path.sep)) return;
    throw leadsOut();
  }

  function entry(key: string, seen: Seen): StoredObject {
    return {
      key,
      size: Number(seen.size),
      modified: Number(seen.mtimeNs / 1_000_000n),
      md5: null,
      etag: etagOf(seen),
      changedAt: Number(seen.ctimeNs / 1_000_000n),
    };
  }

  async function guarded<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (signal?.aborted) throw cancelled();
    try {
      return await work();
    } catch (error) {
      throw translated(error, key);
    }
  }

  /** Opens the file only when it is read, so that a body that nobody reads holds nothing. It must still be what `look` saw. */
  async function* content({ file, head }: { file: string; head: ObjectHead }, range: Extent, signal?: AbortSignal) {
    const { start, length } = range;
    let handle: FileHandle | null = null;
    try {
      handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      if (etagOf(await handle.stat({ bigint: true })) !== head.etag) throw objectChanged(head.key);
      let at = 0;
      while (at < length) {
        if (signal?.aborted) throw cancelled();
        const piece = Buffer.allocUnsafe(Math.min(PIECE, length - at));
        const { bytesRead } = await handle.read(piece, 0, piece.length, start + at);
        if (bytesRead === 0) throw corruptedDownload(head.key, `it ended after ${at} of ${length} bytes`);
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    } catch (error) {
      throw translated(error, head.key);
    } finally {
      await handle?.close();
    }
  }

  /** Parents that hold nothing any more go too, as folders of an object storage do. */
  async function pruneParents(file: string): Promise<void> {
    const top = await findRoot();
    for (let folder = path.dirname(file); folder !== top; folder = path.dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        return;
      }
    }
  }

  async function syncFolder(folder: string): Promise<void> {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } catch (error) {
      // Some file systems refuse to sync a folder; the file itself is on disk.
      if (!['EINVAL', 'EPERM', 'EISDIR', 'EBADF'].includes(systemCodeOf(error))) throw error;
    } finally {
      await handle.close();
    }
  }

  /** Parents may be pruned by who deletes beside us between making and using them. */
  async function openPart(file: string): Promise<{ part: string; handle: FileHandle }> {
    const folder = path.dirname(file);
    for (let attempt = 0; ; attempt += 1) {
      await mkdir(folder, { recursive: true });
      await demandInside(folder);
      const part = path.join(folder, `.sampan-${randomBytes(8).toString('hex')}.part`);
      try {
        return { part, handle: await open(part, 'wx', 0o600) };
      } catch (error) {
        if (systemCodeOf(error) !== 'ENOENT' || attempt >= 10) throw error;
      }
    }
  }

  async function remove(key: string): Promise<void> {
    const file = await fileOf(key);
    try {
      await demandInside(path.dirname(file));
      await unlink(file);
    } catch (error) {
      // A folder of this name is no object.
      if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EPERM'].includes(systemCodeOf(error)) && (await isNoFile(file))) return;
      throw translated(error, key);
    }
    await pruneParents(file);
  }

  async function isNoFile(file: string): Promise<boolean> {
    return stat(file).then(
      (found) => found.isDirectory(),
      (error) => ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error)),
    );
  }

  return {
    capabilities,

    head: (key, { signal } = {}) => guarded(key, signal, async () => (await look(key)).head),

    get: (key, { range, signal } = {}) =>
      guarded(key, signal, async () => {
        const looked = await look(key);
        const { size } = looked.head;
        const start = range?.start ?? 0;
        if (range && start >= size) throw rangeNotSatisfiable(key, size);
        const length = size === 0 ? 0 : Math.min(range?.end ?? size - 1, size - 1) - start + 1;
        return { ...looked.head, contentLength: length, body: content(looked, { start, length }, signal) };
      }),

    put: (key, source, { modified, signal, onProgress, withoutMd5 } = {}) =>
      guarded(key, signal, async () => {
        const file = await fileOf(key);
        const { part, handle } = await openPart(file);
        const md5 = withoutMd5 ? null : createHash('md5');
        let size = 0;
        let gathered: Uint8Array[] = [];
        let gatheredSize = 0;
        async function flush(): Promise<void> {
          if (gathered.length === 0) return;
          await writeAll(handle, gathered, gatheredSize, size);
          size += gatheredSize;
          onProgress?.(size);
          gathered = [];
          gatheredSize = 0;
        }
        try {
          try {
            for await (const piece of readSource(source, { signal })) {
              md5?.update(piece);
              gathered.push(piece);
              gatheredSize += piece.length;
              if (gatheredSize >= WRITTEN_AT_ONCE) await flush();
            }
            await flush();
            if (modified !== undefined) await handle.utimes(new Date(), new Date(modified));
            if (isDurable) await handle.sync();
          } finally {
            await handle.close();
          }
          await rename(part, file);
        } catch (error) {
          await unlink(part).catch(() => undefined);
          await pruneParents(file);
          throw error;
        }
        if (isDurable) await syncFolder(path.dirname(file));
        const found = await stat(file, { bigint: true }).catch(() => null);
        return { size, md5: md5?.digest('hex') ?? '', etag: found && etagOf(found) };
      }),

    list: (request = {}) =>
      guarded(request.prefix ?? '', request.signal, async () => {
        const { prefix = '', delimiter, cursor, limit = 1000, signal } = request;
        const top = await findRoot();
        const objects: StoredObject[] = [];
        const prefixes: string[] = [];
        const names: string[] = [];
        let last: string | null = null;
        let isMore = false;
        const found = walk(top, { prefix, after: cursor, isFlat: delimiter === '/', signal, isHidden: isPart });
        for await (const { key, isFolder } of found) {
          if (names.length + prefixes.length === limit) {
            isMore = true;
            break;
          }
          (isFolder ? prefixes : names).push(key);
          last = key;
        }
        for (let at = 0; at < names.length; at += LOOKS) {
          const looked = await Promise.all(
            names.slice(at, at + LOOKS).map(async (key) => {
              const seen = await stat(path.join(top, key), { bigint: true }).catch(() => null);
              return seen?.isFile() ? entry(key, seen) : [];
            }),
          );
          objects.push(...looked.flat());
        }
        return { objects, prefixes, nextCursor: isMore ? last : null };
      }),

    delete: (key, { signal } = {}) => guarded(key, signal, () => remove(key)),

    async deleteMany(keys, { signal } = {}) {
      const failures: { key: string; code: string; message: string }[] = [];
      for (const key of keys) {
        if (signal?.aborted) throw cancelled();
        await remove(key).catch((error) => {
          const { code, message } = translated(error, key);
          failures.push({ key, code, message });
        });
      }
      return failures;
    },

    async removeUnfinished(olderThanMs, { signal } = {}) {
      const before = Date.now() - olderThanMs;
      let removed = 0;
      for await (const { file } of parts(await findRoot(), signal)) {
        const seen = await stat(file).catch(() => null);
        if (!seen || seen.mtimeMs > before) continue;
        await unlink(file);
        await pruneParents(file);
        removed += 1;
      }
      return removed;
    },
  };
}

/** All of the pieces: a file system may take less of them than it was given, e.g. when it is almost full. */
async function writeAll(handle: FileHandle, pieces: readonly Uint8Array[], size: number, at: number): Promise<void> {
  let { bytesWritten: done } = await handle.writev(pieces, at);
  if (done === size) return;
  const all = Buffer.concat(pieces);
  while (done < size) {
    const { bytesWritten } = await handle.write(all, done, size - done, at + done);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
    done += bytesWritten;
  }
}

/** Files that are being written, or were when their writer ended. Links are not followed. */
async function* parts(folder: string, signal: AbortSignal | undefined): AsyncGenerator<{ file: string }> {
  for (const found of await readdir(folder, { withFileTypes: true })) {
    if (signal?.aborted) throw cancelled();
    const file = path.join(folder, found.name);
    if (found.isDirectory()) yield* parts(file, signal);
    else if (found.isFile() && isPart(found.name)) yield { file };
  }
}
