import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { bytesSource } from '@sampan/storage';
import { assertSame, contentOf, pattern, read } from '../content.ts';
import type { Group } from '../harness.ts';

const READERS = 50;

/** Files and connections that this process has open; 0 where the system does not tell. */
function openFiles(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}

export const ranges: Group = {
  group: 'ranges',
  tests: (withStore) => ({
    'each part that is asked for comes, and says how long it is': withStore(async (store) => {
      const content = pattern(300_000);
      await store.put('object', bytesSource(content));
      const asked: [number, number | undefined][] = [
        [0, 0],
        [299_999, 299_999],
        [299_999, undefined],
        [0, undefined],
        [0, 299_999],
        [0, 5_000_000],
        [65_535, 65_536],
        [100_000, 200_000],
        [299_000, 300_000],
        [1, undefined],
      ];
      for (const [start, end] of asked) {
        const range = end === undefined ? { start } : { start, end };
        const download = await store.get('object', { range });
        assert.equal(download.size, content.length, 'the size is that of the object');
        const expected = content.subarray(start, end === undefined ? undefined : end + 1);
        assert.equal(download.contentLength, expected.length);
        assertSame(await contentOf(download), expected, `bytes ${start} to ${end}`);
      }
    }),
    'a range that begins beyond the end is refused': withStore(async (store) => {
      await store.put('object', bytesSource(pattern(1000)));
      await store.put('empty', bytesSource(''));
      const refused = { name: 'SampanError', code: 'range_not_satisfiable', retryable: false };
      await assert.rejects(store.get('object', { range: { start: 1000 } }), refused);
      await assert.rejects(store.get('object', { range: { start: 5000, end: 6000 } }), refused);
      await assert.rejects(store.get('empty', { range: { start: 0, end: 0 } }), refused);
      await assert.rejects(store.get('absent', { range: { start: 0 } }), { code: 'object_not_found' });
    }),
    'readers that stop early leave room for others': withStore(async (store) => {
      const content = pattern(2_000_000);
      await store.put('object', bytesSource(content));
      for (let reader = 0; reader < READERS; reader += 1) {
        const { body } = await store.get('object');
        for await (const piece of body) {
          assert.ok(piece.length > 0);
          break;
        }
      }
      assertSame(await read(store, 'object'), content, 'content');
    }),
    'readers that give up before they begin leave room for others': withStore(async (store, { isSlow }) => {
      await store.put('object', bytesSource(pattern(2_000_000)));
      const before = openFiles();
      for (let reader = 0; reader < READERS; reader += 1) {
        const { body } = await store.get('object');
        await body[Symbol.asyncIterator]().return?.();
      }
      const more = openFiles() - before;
      // Of slow ones several may be tried at the same time, and open files of their own.
      assert.ok(isSlow || more < READERS / 2, `${more} more files and connections are open`);
      assert.equal((await store.head('object')).size, 2_000_000);
      assert.equal((await read(store, 'object')).length, 2_000_000);
    }),
    'a slow reader gets everything': withStore(async (store) => {
      const content = pattern(1_500_000);
      await store.put('object', bytesSource(content));
      const pieces: Uint8Array[] = [];
      for await (const piece of (await store.get('object')).body) {
        pieces.push(Buffer.from(piece));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      assertSame(Buffer.concat(pieces), content, 'content');
    }),
  }),
};
