import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SampanError } from '@sampan/driver';
import { bytesSource, listObjects, type ObjectStore } from '@sampan/storage';
import { storageConformance } from './suite.ts';
import { memoryHarness } from './testing/memory.ts';

type Breaking = (store: ObjectStore) => Partial<ObjectStore>;

/** Names of the tests that a store with this defect fails. */
async function failuresOf(breaking: Breaking): Promise<string[]> {
  const tests: { name: string; body: () => Promise<void> }[] = [];
  storageConformance(
    {
      describe: (_name, body) => body(),
      test: (name, { skip }, body) => void (skip ?? tests.push({ name, body })),
    },
    {
      name: 'broken',
      create: async () => {
        const harness = await memoryHarness((store) => ({ ...store, ...breaking(store) }));
        return { ...harness, patienceMs: 500 };
      },
      skip: { secrets: 'not part of this test of the suite' },
    },
  );
  const failed: string[] = [];
  for (const { name, body } of tests) await body().catch(() => failed.push(name));
  return failed;
}

/** The store, with every name changed on its way in. */
const renaming =
  (change: (key: string) => string): Breaking =>
  (store) => ({
    head: async (key, options) => ({ ...(await store.head(change(key), options)), key }),
    get: async (key, options) => ({ ...(await store.get(change(key), options)), key }),
    put: (key, source, options) => store.put(change(key), source, options),
    delete: (key, options) => store.delete(change(key), options),
  });

const defects: Record<string, { breaking: Breaking; found: string }> = {
  'names without their blanks': { breaking: renaming((key) => key.trim() || key), found: 'keys' },
  'names that are decoded once too often': {
    breaking: renaming((key) => key.replaceAll('%41', 'A')),
    found: 'keys',
  },
  'names whose plus became a blank': { breaking: renaming((key) => key.replaceAll('+', ' ')), found: 'keys' },
  'names in one normal form': { breaking: renaming((key) => key.normalize('NFC')), found: 'keys' },
  'names that are resolved like paths': {
    breaking: renaming((key) => new URL(`x:/${key.replaceAll('%', '%25').replaceAll('?', '%3F')}`).pathname),
    found: 'keys',
  },
  'a list that misses its last object': {
    breaking: (store) => ({
      async list(request) {
        const page = await store.list(request);
        return { ...page, objects: page.nextCursor === null ? page.objects.slice(0, -1) : page.objects };
      },
    }),
    found: 'lists',
  },
  'pages that repeat an object': {
    breaking: (store) => {
      let last: Awaited<ReturnType<ObjectStore['list']>>['objects'] = [];
      return {
        async list(request) {
          const page = await store.list(request);
          const repeated = request?.cursor === undefined ? [] : last.slice(-1);
          last = page.objects;
          return { ...page, objects: [...repeated, ...page.objects] };
        },
      };
    },
    found: 'lists',
  },
  'a delimiter that is not looked at': {
    breaking: (store) => ({ list: (request) => store.list({ ...request, delimiter: undefined }) }),
    found: 'lists',
  },
  'a prefix taken for a folder': {
    breaking: (store) => ({
      list: (request = {}) =>
        store.list({ ...request, prefix: request.prefix && `${request.prefix.replace(/\/$/, '')}/` }),
    }),
    found: 'lists',
  },
  'half an object when the source breaks': {
    breaking: (store) => ({
      async put(key, source, options) {
        const seen: Uint8Array[] = [];
        try {
          for await (const piece of source.open()) seen.push(piece);
        } catch (error) {
          await store.put(key, bytesSource(Buffer.concat(seen)));
          throw error instanceof SampanError ? error : new SampanError('source_failed', 'It broke.');
        }
        return store.put(key, { ...bytesSource(Buffer.concat(seen)), size: source.size }, options);
      },
    }),
    found: 'sources',
  },
  'a length that nobody checks': {
    breaking: (store) => ({ put: (key, source, options) => store.put(key, { ...source, size: null }, options) }),
    found: 'sources',
  },
  'temporary names that stay': {
    breaking: (store) => ({
      async put(key, source, options) {
        await store.put(`${key}.part`, bytesSource(''));
        const result = await store.put(key, source, options);
        await store.delete(`${key}.part`);
        return result;
      },
    }),
    found: 'sources',
  },
  'a source that is never closed': {
    breaking: (store) => ({
      put: (key, source, options) => {
        const open = () => ({
          [Symbol.asyncIterator]: () => {
            const inner = source.open()[Symbol.asyncIterator]();
            return { next: () => inner.next() };
          },
        });
        return store.put(key, { ...source, open }, options);
      },
    }),
    found: 'sources',
  },
  'an object that is away while it is replaced': {
    breaking: (store) => ({
      async put(key, source, options) {
        const all = await Array.fromAsync(source.open());
        await store.delete(key);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return store.put(key, { ...bytesSource(Buffer.concat(all)), size: source.size }, options);
      },
    }),
    found: 'concurrency',
  },
  'a range with one byte too many': {
    breaking: (store) => ({
      get: (key, { range, ...options } = {}) =>
        store.get(key, { ...options, range: range?.end === undefined ? range : { ...range, end: range.end + 1 } }),
    }),
    found: 'ranges',
  },
  'a range beyond the end that is empty': {
    breaking: (store) => ({
      async get(key, options) {
        try {
          return await store.get(key, options);
        } catch (error) {
          if (!(error instanceof SampanError && error.code === 'range_not_satisfiable')) throw error;
          return { ...(await store.head(key)), contentLength: 0, body: bytesSource('').open() };
        }
      },
    }),
    found: 'ranges',
  },
  'connections that are kept by readers that stopped': {
    breaking: (store) => {
      let open = 0;
      return {
        async get(key, options) {
          if (open >= 40) throw new SampanError('storage_unreachable', 'Too many connections.');
          const download = await store.get(key, options);
          open += 1;
          async function* pieces() {
            yield* download.body;
            open -= 1;
          }
          return { ...download, body: pieces() };
        },
      };
    },
    found: 'ranges',
  },
  'a body that is cut short': {
    breaking: (store) => ({
      async get(key, options) {
        const download = await store.get(key, options);
        async function* pieces() {
          let left = 65_536;
          for await (const piece of download.body) {
            yield piece.subarray(0, left);
            left -= piece.length;
            if (left <= 0) return;
          }
        }
        return { ...download, body: pieces() };
      },
    }),
    found: 'sizes',
  },
  'an error for deleting what is not there': {
    breaking: (store) => ({
      async delete(key, options) {
        await store.head(key);
        return store.delete(key, options);
      },
    }),
    found: 'deletes',
  },
  'only the first thousand deleted': {
    breaking: (store) => ({ deleteMany: (keys, options) => store.deleteMany(keys.slice(0, 1000), options) }),
    found: 'deletes',
  },
  'a signal that nobody looks at': {
    breaking: (store) => ({ put: (key, source, options) => store.put(key, source, { ...options, signal: undefined }) }),
    found: 'cancellation',
  },
  'a download that cannot be stopped': {
    breaking: (store) => ({ get: (key, options) => store.get(key, { ...options, signal: undefined }) }),
    found: 'cancellation',
  },
  'a missing object that is empty': {
    breaking: (store) => ({
      head: (key) =>
        store.head(key).catch(() => ({ key, size: 0, modified: 0, md5: null, etag: '', contentType: null })),
    }),
    found: 'objects',
  },
  'another MD5': {
    breaking: (store) => ({
      put: async (key, source, options) => ({ ...(await store.put(key, source, options)), md5: '0' }),
    }),
    found: 'objects',
  },
  'a copy that is a move': {
    breaking: (store) => ({
      async copy(from, to, options) {
        await store.copy?.(from, to, options);
        if (from !== to) await store.delete(from);
      },
    }),
    found: 'copy',
  },
  'a delete that takes what is below along': {
    breaking: (store) => ({
      async delete(key, options) {
        await store.delete(key, options);
        for await (const { key: below } of listObjects(store, { prefix: key.endsWith('/') ? key : `${key}/` }))
          await store.delete(below);
      },
    }),
    found: 'deletes',
  },
  'statistics of what once was': {
    breaking: (store) => {
      let bytes = 0;
      let objects = 0;
      return {
        async put(key, source, options) {
          const result = await store.put(key, source, options);
          bytes += result.size;
          objects += 1;
          return result;
        },
        stats: async () => ({ objects, bytes }),
      };
    },
    found: 'stats',
  },
  'a file system that lets names out of its folder': {
    breaking: (store) => ({ capabilities: new Set([...store.capabilities].filter((each) => each !== 'keys.any')) }),
    found: 'keys',
  },
  'a capability without its method': { breaking: () => ({ copy: undefined }) as Partial<ObjectStore>, found: 'copy' },
};

describe('the suite finds', () => {
  for (const [defect, { breaking, found }] of Object.entries(defects)) {
    test(defect, async () => {
      const failed = await failuresOf(breaking);
      assert.ok(
        failed.some((name) => name.startsWith(`${found}:`)),
        failed.join('\n') || 'nothing',
      );
    });
  }

  test('nothing in a store without a defect', async () => assert.deepEqual(await failuresOf(() => ({})), []));

  test('a group that is left out without a reason', () => {
    const runner = { describe: (_name: string, body: () => void) => body(), test: () => undefined };
    const create = () => Promise.reject(new Error('not needed'));
    assert.throws(
      () => storageConformance(runner, { name: 'x', create, skip: { lists: 'later' } }),
      /without a reason/,
    );
  });
});
