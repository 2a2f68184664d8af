import assert from 'node:assert/strict';
import { bytesSource, streamSource } from '@sampan/storage';
import { assertSame, contentOf, keysOf, pattern, read } from '../content.ts';
import type { Group } from '../harness.ts';

const cancelled = { name: 'SampanError', code: 'cancelled', retryable: false };
const LARGE = 3_000_000;
/** Bytes that a stream goes on after the signal: more than what lies in buffers. */
const FURTHER = 20_000_000;

export const cancellation: Group = {
  group: 'cancellation',
  tests: (withStore) => ({
    'a call with a signal that has aborted does nothing': withStore(async (store) => {
      await store.put('kept', bytesSource('x'));
      const signal = AbortSignal.abort();
      await assert.rejects(store.head('kept', { signal }), cancelled);
      await assert.rejects(store.get('kept', { signal }), cancelled);
      await assert.rejects(store.put('new', bytesSource('x'), { signal }), cancelled);
      await assert.rejects(store.list({ signal }), cancelled);
      await assert.rejects(store.delete('kept', { signal }), cancelled);
      await assert.rejects(store.deleteMany(['kept'], { signal }), cancelled);
      if (store.copy) await assert.rejects(store.copy('kept', 'copy', { signal }), cancelled);
      if (store.stats) await assert.rejects(store.stats({ signal }), cancelled);
      assert.deepEqual(await keysOf(store), ['kept']);
    }),
    'a download ends where it is aborted, and others go on': withStore(async (store) => {
      const content = pattern(LARGE);
      await store.put('object', bytesSource(content));
      const controller = new AbortController();
      const other = await store.get('object');
      const { body } = await store.get('object', { signal: controller.signal });
      let seen = 0;
      await assert.rejects(async () => {
        for await (const piece of body) {
          seen += piece.length;
          controller.abort();
        }
      }, cancelled);
      assert.ok(seen > 0 && seen < LARGE, `${seen} bytes were read`);
      assertSame(await contentOf(other), content, 'the other download');
    }),
    'an upload ends where it is aborted, and leaves nothing': withStore(async (store, harness) => {
      const { chunk } = harness.uploadBoundaries ?? { chunk: 200_000 };
      for (const aim of [1, chunk, 2 * chunk + 1]) {
        const controller = new AbortController();
        async function* stream() {
          for (let given = 0; given < aim + FURTHER; given += 50_000) {
            if (given >= aim) controller.abort();
            yield pattern(50_000, given);
            await new Promise((resolve) => setImmediate(resolve));
          }
        }
        await assert.rejects(
          store.put('folder/object', streamSource(stream()), { signal: controller.signal }),
          cancelled,
        );
        assert.deepEqual(await keysOf(store), []);
        assert.deepEqual((await harness.leftovers?.()) ?? [], []);
      }
    }),
    'a signal that aborts afterwards changes nothing': withStore(async (store) => {
      const controller = new AbortController();
      const { signal } = controller;
      await store.put('object', bytesSource('x'), { signal });
      await store.head('object', { signal });
      const download = await store.get('object', { signal });
      await contentOf(download);
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(String(await read(store, 'object')), 'x');
    }),
  }),
};
