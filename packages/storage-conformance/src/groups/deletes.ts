import assert from 'node:assert/strict';
import { bytesSource } from '@sampan/storage';
import { keysOf } from '../content.ts';
import type { Group } from '../harness.ts';
import { cloudKeys, fitting, hostileKeys } from '../hostile-keys.ts';

export const deletes: Group = {
  group: 'deletes',
  tests: (withStore) => ({
    'an object is gone, and only that one': withStore(async (store, harness) => {
      await Promise.all(['a', 'a.txt', 'b/c', 'b/d'].map((key) => store.put(key, bytesSource('x'))));
      await store.delete('a');
      await harness.store().delete('b/c');
      assert.deepEqual(await keysOf(store), ['a.txt', 'b/d']);
      await assert.rejects(store.head('a'), { code: 'object_not_found' });
    }),
    'what is not there is no error': withStore(async (store) => {
      await store.put('folder/object', bytesSource('x'));
      for (const key of ['absent', 'absent/absent', 'folder', 'folder/absent', 'folder/object/deeper']) {
        await store.delete(key);
        await store.delete(key);
      }
      assert.deepEqual(await store.deleteMany(['absent', 'folder', 'folder/absent']), []);
      assert.deepEqual(await store.deleteMany([]), []);
      assert.deepEqual(await keysOf(store), ['folder/object']);
    }),
    'hostile names are deleted, one by one and many at once': withStore(async (store, harness) => {
      const all = store.capabilities.has('keys.any') ? [...hostileKeys, ...cloudKeys] : hostileKeys;
      const names = fitting(all, harness);
      await Promise.all([...names, 'kept', 'A/B'].map((key) => store.put(key, bytesSource('x'))));
      const half = names.filter((_, index) => index % 2 === 0);
      for (const key of half) await store.delete(key);
      assert.deepEqual(await store.deleteMany(names.filter((key) => !half.includes(key))), []);
      assert.deepEqual(await keysOf(store), ['A/B', 'kept']);
    }),
    'more than a thousand at once': withStore(async (store) => {
      const there = Array.from({ length: 40 }, (_, index) => `many/${index * 26}`);
      await Promise.all([...there, 'kept'].map((key) => store.put(key, bytesSource('x'))));
      const names = Array.from({ length: 1041 }, (_, index) => `many/${index}`);
      assert.deepEqual(await store.deleteMany(names), []);
      assert.deepEqual(await keysOf(store), ['kept']);
    }),
    'a name is free again': withStore(async (store) => {
      await store.put('x/y', bytesSource('x'));
      await store.delete('x/y');
      await store.put('x/y', bytesSource('again'));
      assert.equal((await store.head('x/y')).size, 5);
    }),
  }),
};
