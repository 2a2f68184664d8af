import assert from 'node:assert/strict';
import { SampanError } from '@sampan/driver';
import { bytesSource } from '@sampan/storage';
import { assertSame, keysOf, pattern, read } from '../content.ts';
import type { Group } from '../harness.ts';

const WRITERS = 8;
const SIZE = 150_000;
const READERS = 3;

export const concurrency: Group = {
  group: 'concurrency',
  tests: (withStore) => ({
    'of many puts of one name one wins whole, and readers see whole objects only': withStore(async (store, harness) => {
      const contents = Array.from({ length: WRITERS }, (_, writer) => Buffer.alloc(SIZE + writer, writer + 1));
      const isWhole = (content: Buffer) => contents.some((each) => each.equals(content));
      await store.put('one', bytesSource(contents[0] ?? ''));
      const writing = Promise.all(
        contents.map(async (content) => {
          const writer = harness.store();
          for (let round = 0; round < (harness.isSlow ? 2 : 6); round += 1)
            await writer.put('one', bytesSource(content));
        }),
      );
      let isWriting = true;
      const stop = (): void => {
        isWriting = false;
      };
      writing.then(stop, stop);
      async function watch(): Promise<void> {
        const reader = harness.store();
        while (isWriting) {
          try {
            assert.ok(isWhole(await read(reader, 'one')), 'a reader saw a mixture');
          } catch (error) {
            // Told apart from damage: the object was replaced while it was read.
            if (!(error instanceof SampanError && error.code === 'object_changed')) throw error;
          }
        }
      }
      await Promise.all(Array.from({ length: READERS }, watch));
      await writing;
      assert.ok(isWhole(await read(store, 'one')), 'the winner is not whole');
      assert.deepEqual(await keysOf(store), ['one']);
      assert.deepEqual((await harness.leftovers?.()) ?? [], []);
    }),
    'many small puts at once are all there': withStore(async (store) => {
      const names = Array.from({ length: 32 }, (_, index) => `folder-${index % 4}/${index % 3}/object-${index}`);
      await Promise.all(names.map((key, index) => store.put(key, bytesSource(pattern(100 + index, index)))));
      assert.deepEqual(await keysOf(store), [...names].sort());
      await Promise.all(
        names.map(async (key, index) => assertSame(await read(store, key), pattern(100 + index, index), key)),
      );
    }),
    'reads, writes and deletes of different objects do not disturb each other': withStore(async (store) => {
      await store.put('read', bytesSource(pattern(500_000)));
      await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          if (index % 3 === 0) assertSame(await read(store, 'read'), pattern(500_000), 'read');
          await store.put(`f/${index}`, bytesSource(`${index}`));
          if (index % 2 === 0) await store.delete(`f/${index}`);
        }),
      );
      assert.deepEqual(await keysOf(store, { prefix: 'f/' }), ['f/1', 'f/11', 'f/3', 'f/5', 'f/7', 'f/9']);
    }),
  }),
};
