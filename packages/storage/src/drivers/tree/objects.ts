import { SampanError, toSampanError } from '@sampan/driver';
import type { DeleteFailure, ObjectStore, StorageCapability } from '../../contract.ts';
import { objectNotFound, rangeNotSatisfiable } from '../../errors.ts';
import { checkPathKey } from '../../keys.ts';
import { cancelled } from '../../source.ts';
import { putFile } from './put.ts';
import { isPart, type RemoteTree } from './tree.ts';
import { findParts, storedObject, treePage } from './walk.ts';

/** Deletes at the same time. */
const DELETES_AT_ONCE = 16;

function checkKey(key: string): void {
  checkPathKey(key);
  if (!key.split('/').some(isPart)) return;
  throw new SampanError('invalid_key', 'Names of this form are those of uploads under way.', {
    hint: 'Choose another name.',
    parameters: { key },
  });
}

/** The files of a remote file system as objects. */
export function treeObjects(tree: RemoteTree, capabilities: ReadonlySet<StorageCapability>): ObjectStore {
  function begin(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw cancelled();
  }

  async function remove(key: string, signal: AbortSignal | undefined): Promise<void> {
    checkKey(key);
    // A folder of this name is no object, and some protocols would delete all that is in it.
    const found = await tree.find(key, signal);
    if (found && !found.isFolder) await tree.remove(key, signal);
  }

  return {
    capabilities,

    async head(key, { signal } = {}) {
      begin(signal);
      checkKey(key);
      const found = await tree.find(key, signal);
      if (!found || found.isFolder) throw objectNotFound(key);
      return { ...storedObject(key, found), contentType: null };
    },

    async get(key, { range, signal } = {}) {
      begin(signal);
      checkKey(key);
      const file = await tree.open(key, range, signal);
      if (!file) throw objectNotFound(key);
      const { contentLength, body } = file;
      if (range && range.start >= file.size) {
        await body[Symbol.asyncIterator]().return?.();
        throw rangeNotSatisfiable(key, file.size);
      }
      return { ...storedObject(key, file), contentType: null, contentLength, body };
    },

    async put(key, source, options = {}) {
      begin(options.signal);
      checkKey(key);
      return putFile(tree, key, source, options);
    },

    async list(request = {}) {
      begin(request.signal);
      return treePage(tree, request);
    },

    async delete(key, { signal } = {}) {
      begin(signal);
      await remove(key, signal);
    },

    async deleteMany(keys, { signal } = {}) {
      begin(signal);
      const failures: DeleteFailure[] = [];
      let next = 0;
      async function work(): Promise<void> {
        for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
          begin(signal);
          try {
            await remove(key, signal);
          } catch (error) {
            begin(signal);
            const { code, message, retryable } = toSampanError(error);
            // Of a connection that is away nothing can be said of single keys: the whole call is to be tried again.
            if (retryable) throw error;
            failures.push({ key, code, message });
          }
        }
      }
      await Promise.all(Array.from({ length: DELETES_AT_ONCE }, work));
      return failures;
    },

    async removeUnfinished(olderThanMs, { signal } = {}) {
      begin(signal);
      const before = Date.now() - olderThanMs;
      let removed = 0;
      for await (const { key, entry } of findParts(tree, signal)) {
        if (entry.modified === null || entry.modified > before) continue;
        await tree.remove(key, signal);
        removed += 1;
      }
      return removed;
    },
  };
}
