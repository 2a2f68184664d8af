import assert from 'node:assert/strict';
import { bytesSource } from '@sampan/storage';
import { assertSame, keysOf, pattern, read } from '../content.ts';
import type { Group } from '../harness.ts';
import { fitting, hostileKeys } from '../hostile-keys.ts';

export const copy: Group = {
  group: 'copy',
  tests: (withStore) => ({
    'a copy is there exactly when the capability is': withStore(async (store) => {
      assert.equal(store.copy !== undefined, store.capabilities.has('copy'));
    }),
    'a copy has the content, and lives on without the original': withStore(async (store) => {
      if (!store.copy) return;
      await store.put('from', bytesSource(pattern(70_000)), { contentType: 'text/x-sampan' });
      await store.copy('from', 'folder/to');
      assertSame(await read(store, 'from'), pattern(70_000), 'the original');
      await store.delete('from');
      assertSame(await read(store, 'folder/to'), pattern(70_000), 'content');
      assert.ok([null, 'text/x-sampan'].includes((await store.head('folder/to')).contentType));
      assert.deepEqual(await keysOf(store), ['folder/to']);
    }),
    'a copy replaces what is there; of hostile names too': withStore(async (store, harness) => {
      if (!store.copy) return;
      await store.put('to', bytesSource('old'));
      const names = fitting(hostileKeys, harness);
      for (const key of harness.isSlow ? names.filter((_, index) => index % 4 === 0) : names) {
        await store.put(key, bytesSource(key));
        await store.copy(key, 'to');
        assert.equal(String(await read(store, 'to')), key);
        await store.copy('to', key);
        assert.equal(String(await read(store, key)), key);
      }
    }),
    'a copy of what is not there is object_not_found': withStore(async (store) => {
      if (!store.copy) return;
      await store.put('to', bytesSource('old'));
      await assert.rejects(store.copy('absent', 'to'), { code: 'object_not_found' });
      assert.equal(String(await read(store, 'to')), 'old');
    }),
  }),
};
