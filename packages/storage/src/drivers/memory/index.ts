import { createHash } from 'node:crypto';
import type { ObjectHead, ObjectStore, StorageCapability } from '../../contract.ts';
import { objectNotFound, rangeNotSatisfiable } from '../../errors.ts';
import { checkAnyKey, compareKeys } from '../../keys.ts';
import { pageOf } from '../../list.ts';
import { cancelled, readSource } from '../../source.ts';

interface Stored {
  head: ObjectHead;
  content: Buffer;
}

const CAPABILITIES: ReadonlySet<StorageCapability> = new Set(['copy', 'md5', 'stats', 'keys.any', 'listing.ordered']);
const PIECE = 64 * 1024;

/**
 * A storage in this process: for tests, and as the shortest driver there is. What it keeps is in memory; close to what a
 * cloud does, each method answers later and copies what it is given.
 */
export function createMemoryStore(now: () => number = Date.now): ObjectStore {
  const objects = new Map<string, Stored>();

  function find(key: string): Stored {
    checkAnyKey(key);
    const found = objects.get(key);
    if (!found) throw objectNotFound(key);
    return found;
  }

  async function begin(signal: AbortSignal | undefined): Promise<void> {
    await null;
    if (signal?.aborted) throw cancelled();
  }

  function sorted() {
    return [...objects.values()].map(({ head }) => head).sort((a, b) => compareKeys(a.key, b.key));
  }

  return {
    capabilities: CAPABILITIES,

    async head(key, options = {}) {
      await begin(options.signal);
      return { ...find(key).head };
    },

    async get(key, { range, signal } = {}) {
      await begin(signal);
      const { head, content } = find(key);
      const start = range?.start ?? 0;
      if (range && start >= content.length) throw rangeNotSatisfiable(key, content.length);
      const body = content.subarray(start, (range?.end ?? content.length - 1) + 1);
      async function* pieces() {
        for (let at = 0; at < body.length; at += PIECE) {
          await begin(signal);
          yield body.subarray(at, at + PIECE);
        }
      }
      return { ...head, contentLength: body.length, body: pieces() };
    },

    async put(key, source, { contentType = null, signal, onProgress } = {}) {
      await begin(signal);
      checkAnyKey(key);
      const pieces: Uint8Array[] = [];
      let sent = 0;
      for await (const piece of readSource(source, { signal })) {
        pieces.push(Buffer.from(piece));
        sent += piece.length;
        onProgress?.(sent);
      }
      const content = Buffer.concat(pieces);
      const md5 = createHash('md5').update(content).digest('hex');
      objects.set(key, { head: { key, size: sent, modified: now(), md5, etag: md5, contentType }, content });
      return { size: sent, md5, etag: md5 };
    },

    async list(request = {}) {
      await begin(request.signal);
      return pageOf(sorted(), request);
    },

    async delete(key, options = {}) {
      await begin(options.signal);
      checkAnyKey(key);
      objects.delete(key);
    },

    async deleteMany(keys, options = {}) {
      await begin(options.signal);
      for (const key of keys) objects.delete(key);
      return [];
    },

    async copy(from, to, options = {}) {
      await begin(options.signal);
      const { head, content } = find(from);
      checkAnyKey(to);
      objects.set(to, { head: { ...head, key: to, modified: now() }, content });
    },

    async stats(options = {}) {
      await begin(options.signal);
      return { objects: objects.size, bytes: sorted().reduce((sum, { size }) => sum + size, 0) };
    },
  };
}
