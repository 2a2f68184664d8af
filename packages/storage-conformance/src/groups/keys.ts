import assert from 'node:assert/strict';
import { SampanError } from '@sampan/driver';
import { bytesSource, listObjects, type ObjectStore } from '@sampan/storage';
import { keysOf, read, thrownBy } from '../content.ts';
import type { Group } from '../harness.ts';
import { cloudKeys, fitting, hostileKeys, impossibleKeys } from '../hostile-keys.ts';

async function refused(call: () => Promise<unknown>, key: string): Promise<void> {
  const error = await thrownBy(call);
  assert.ok(error instanceof SampanError, `${JSON.stringify(key)}: ${error}`);
  assert.ok(['invalid_key', 'key_conflict'].includes(error.code), `${JSON.stringify(key)} is ${error.code}`);
  assert.equal(error.retryable, false);
}

/** Puts each key with its own name as content, and finds exactly these, each with its own content. */
async function keeps(store: ObjectStore, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((key) => store.put(key, bytesSource(`content of ${key}`))));
  assert.deepEqual(await keysOf(store), [...names].sort());
  for (const key of names) {
    assert.equal(String(await read(store, key)), `content of ${key}`);
    assert.equal((await store.head(key)).key, key);
  }
}

export const keys: Group = {
  group: 'keys',
  tests: (withStore) => ({
    'hostile names are stored as they are': withStore(async (store, harness) => {
      await keeps(store, fitting(hostileKeys, harness));
    }),
    'a hostile name as a prefix finds what begins with it': withStore(async (store, harness) => {
      const folders = fitting(hostileKeys, harness).filter((key) => Buffer.byteLength(key) < 100);
      await Promise.all(folders.map((key) => store.put(`${key}/x`, bytesSource('x'))));
      for (const key of folders) {
        assert.deepEqual(await keysOf(store, { prefix: `${key}/` }), [`${key}/x`]);
        const { prefixes } = await store.list({ prefix: key, delimiter: '/' });
        assert.ok(prefixes.includes(`${key}/`), JSON.stringify(key));
      }
    }),
    'a name that another begins with is not confused with it': withStore(async (store) => {
      await keeps(store, ['a', 'a.txt', 'aa', 'a b', 'A', 'b/c', 'b-/c', 'b0', 'b.c']);
      assert.deepEqual(await keysOf(store, { prefix: 'a' }), ['a', 'a b', 'a.txt', 'aa']);
      assert.deepEqual(await keysOf(store, { prefix: 'b/' }), ['b/c']);
    }),
    'names that only a cloud can hold are stored there, and refused by a file system': withStore(
      async (store, harness) => {
        if (store.capabilities.has('keys.any')) return keeps(store, fitting(cloudKeys, harness));
        await store.put('a/b', bytesSource('inside'));
        for (const key of cloudKeys) {
          await refused(() => store.put(key, bytesSource('x')), key);
          await refused(() => store.get(key), key);
          await refused(() => store.head(key), key);
          await refused(() => store.delete(key), key);
        }
        assert.deepEqual(await keysOf(store), ['a/b']);
      },
    ),
    'names that nothing can hold are refused before anything is sent': withStore(async (store) => {
      for (const key of impossibleKeys) {
        await refused(() => store.put(key, bytesSource('x')), key);
        await refused(() => store.head(key), key);
      }
      assert.deepEqual(await keysOf(store), []);
    }),
    'names that the storage says it cannot hold are refused': withStore(async (store, { cannotHold }) => {
      if (!cannotHold) return;
      assert.ok(cannotHold.why.length > 10, 'with a reason');
      for (const key of hostileKeys.filter((each) => cannotHold.names.test(each))) {
        await refused(() => store.put(key, bytesSource('x')), key);
      }
      assert.deepEqual(await keysOf(store), []);
    }),
    'a NUL character is stored or refused, never cut off': withStore(async (store) => {
      const key = 'before\0after';
      try {
        await store.put(key, bytesSource('x'));
      } catch (error) {
        await refused(() => Promise.reject(error), key);
        assert.deepEqual(await keysOf(store), []);
        return;
      }
      assert.deepEqual(await keysOf(store), [key]);
    }),
    'an object and a folder of one name: both in a cloud, a conflict in a file system': withStore(async (store) => {
      await store.put('x', bytesSource('object'));
      await store.put('y/z', bytesSource('deeper'));
      if (store.capabilities.has('keys.any')) {
        await store.put('x/z', bytesSource('deeper'));
        await store.put('y', bytesSource('object'));
        assert.deepEqual(await keysOf(store), ['x', 'x/z', 'y', 'y/z']);
        await store.delete('x');
        assert.equal(String(await read(store, 'x/z')), 'deeper');
        return;
      }
      await refused(() => store.put('x/z', bytesSource('deeper')), 'x/z');
      await refused(() => store.put('y', bytesSource('object')), 'y');
      assert.equal(String(await read(store, 'x')), 'object');
      assert.equal(String(await read(store, 'y/z')), 'deeper');
      assert.equal((await Array.fromAsync(listObjects(store))).length, 2);
    }),
  }),
};
