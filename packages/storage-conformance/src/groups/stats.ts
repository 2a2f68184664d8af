import assert from 'node:assert/strict';
import { bytesSource } from '@sampan/storage';
import type { Group } from '../harness.ts';

export const stats: Group = {
  group: 'stats',
  tests: (withStore) => ({
    'count and size are those of the objects, where the storage knows them': withStore(async (store) => {
      assert.equal(store.stats !== undefined, store.capabilities.has('stats'));
      if (!store.stats) return;
      assert.deepEqual(await store.stats(), { objects: 0, bytes: 0 });
      await store.put('a', bytesSource('1234'));
      await store.put('folder/b', bytesSource('123456'));
      await store.put('a', bytesSource('12'));
      assert.deepEqual(await store.stats(), { objects: 2, bytes: 8 });
      await store.delete('a');
      assert.deepEqual(await store.stats(), { objects: 1, bytes: 6 });
    }),
  }),
};
