import assert from 'node:assert/strict';
import { SampanError } from '@sampan/driver';
import { bytesSource, type ObjectSource, type ObjectStore, streamSource } from '@sampan/storage';
import { assertSame, eventually, keysOf, pattern, read, thrownBy, within } from '../content.ts';
import type { Group, StorageHarness } from '../harness.ts';

interface Watched {
  stream: AsyncIterable<Uint8Array>;
  isClosed: () => boolean;
}

/** A stream of so many bytes that then does `end`; tells whether it was let go of. */
function watchedStream(length: number, end: () => Promise<void>): Watched {
  let closed = false;
  let given = 0;
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      await null;
      if (given < length) {
        const piece = pattern(Math.min(length - given, 50_000), given);
        given += piece.length;
        return { value: piece, done: false };
      }
      await end();
      closed = true;
      return { value: undefined, done: true };
    },
    async return() {
      closed = true;
      return { value: undefined, done: true };
    },
  };
  return { stream: { [Symbol.asyncIterator]: () => iterator }, isClosed: () => closed };
}

/** Short enough for one piece, and (where there are chunks) long enough for several. */
function lengths({ uploadBoundaries }: StorageHarness): number[] {
  const { chunk, cutoff } = uploadBoundaries ?? { chunk: 300_000, cutoff: 0 };
  return [10_000, Math.max(2 * chunk, cutoff) + 1000];
}

/** The put fails with this code; the old object stays, nothing else is there, now and behind the store's back. */
async function leavesTheOld(
  store: ObjectStore,
  harness: StorageHarness,
  code: string,
  put: (key: string) => Promise<unknown>,
): Promise<void> {
  const old = pattern(4321, 9);
  await store.put('folder/kept', bytesSource(old));
  for (const key of ['folder/kept', 'folder/new']) {
    const error = await thrownBy(() => put(key));
    assert.ok(error instanceof SampanError, String(error));
    assert.deepEqual([error.code, error.retryable], [code, false]);
    assert.deepEqual(await keysOf(store), ['folder/kept'], `after a put of ${key}`);
    assertSame(await read(harness.store(), 'folder/kept'), old, 'the old object');
    assert.deepEqual((await harness.leftovers?.()) ?? [], [], 'left behind');
  }
}

const broken = () => Promise.reject(Object.assign(new Error('the disk is gone'), { code: 'EIO' }));
const ends = () => Promise.resolve();

export const sources: Group = {
  group: 'sources',
  tests: (withStore) => ({
    'a stream that breaks leaves nothing, and says that the source failed': withStore(async (store, harness) => {
      for (const length of lengths(harness)) {
        for (const size of [null, length + 5]) {
          await leavesTheOld(store, harness, 'source_failed', (key) =>
            store.put(key, streamSource(watchedStream(length, broken).stream, size)),
          );
        }
      }
    }),
    'a source that breaks when it is opened leaves nothing': withStore(async (store, harness) => {
      const source: ObjectSource = {
        size: 10,
        repeatable: true,
        open() {
          throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
        },
      };
      await leavesTheOld(store, harness, 'source_failed', (key) => store.put(key, source));
    }),
    'a stream that ends early leaves nothing': withStore(async (store, harness) => {
      for (const length of lengths(harness)) {
        await leavesTheOld(store, harness, 'size_mismatch', async (key) => {
          const watched = watchedStream(length, ends);
          await store.put(key, streamSource(watched.stream, length + 1));
        });
      }
    }),
    'a stream that goes on longer than said leaves nothing and is closed': withStore(async (store, harness) => {
      for (const length of lengths(harness)) {
        await leavesTheOld(store, harness, 'size_mismatch', async (key) => {
          const watched = watchedStream(length + 100_000, ends);
          try {
            await store.put(key, streamSource(watched.stream, length));
          } finally {
            await eventually(watched.isClosed, 'closing the source');
          }
        });
      }
    }),
    'a file that changes its length leaves nothing': withStore(async (store, harness) => {
      for (const length of lengths(harness)) {
        for (const wrong of [-1, 1]) {
          const source: ObjectSource = {
            size: length + wrong,
            repeatable: true,
            open: () => watchedStream(length, ends).stream,
          };
          await leavesTheOld(store, harness, 'size_mismatch', (key) => store.put(key, source));
        }
      }
    }),
    'a stream that hangs is cancelled, closed, and leaves nothing': withStore(async (store, harness) => {
      for (const length of lengths(harness)) {
        await leavesTheOld(store, harness, 'cancelled', async (key) => {
          const controller = new AbortController();
          const watched = watchedStream(length, () => {
            setTimeout(() => controller.abort(), 20);
            return new Promise(() => undefined);
          });
          try {
            const put = store.put(key, streamSource(watched.stream), { signal: controller.signal });
            await within(put, harness.patienceMs);
          } finally {
            await eventually(watched.isClosed, 'closing the source');
          }
        });
      }
    }),
    'an error of a source that is ours already stays as it is': withStore(async (store, harness) => {
      const end = () => Promise.reject(new SampanError('permission_denied', 'Not this file.', { hint: 'Ask for it.' }));
      await leavesTheOld(store, harness, 'permission_denied', (key) =>
        store.put(key, streamSource(watchedStream(10_000, end).stream)),
      );
    }),
  }),
};
