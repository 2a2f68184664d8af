import assert from 'node:assert/strict';
import { bytesSource, type ObjectStore, streamSource } from '@sampan/storage';
import { assertSame, md5Of, pattern, piecesOf, read } from '../content.ts';
import type { Group, StorageHarness } from '../harness.ts';

const KIB = 1024;

function sizesFor({ uploadBoundaries, isSlow }: StorageHarness): number[] {
  if (isSlow)
    return uploadBoundaries
      ? [0, 1, uploadBoundaries.chunk, uploadBoundaries.cutoff + 1, 3 * uploadBoundaries.chunk + 1]
      : [0, 1, 70_000, 1024 * KIB + 1];
  const always = [0, 1, 2, 32 * KIB - 1, 32 * KIB, 32 * KIB + 1, 64 * KIB, 256 * KIB + 1, 1024 * KIB + 1];
  if (!uploadBoundaries) return always;
  const { chunk, cutoff } = uploadBoundaries;
  const around = [chunk - 1, chunk, chunk + 1, cutoff - 1, cutoff, cutoff + 1, 2 * chunk, 3 * chunk + 1];
  return [...new Set([...always, ...around])].filter((size) => size >= 0).sort((a, b) => a - b);
}

async function keeps(
  store: ObjectStore,
  size: number,
  put: (content: Buffer) => Promise<{ size: number; md5: string }>,
) {
  const content = pattern(size, size + 7);
  const result = await put(content);
  assert.deepEqual([result.size, result.md5], [size, md5Of(content)], `result of ${size} bytes`);
  assertSame(await read(store, 'object'), content, `${size} bytes`);
  const head = await store.head('object');
  assert.equal(head.size, size);
  assert.ok(head.md5 === null || head.md5 === md5Of(content), `head of ${size} bytes`);
  // Of what was sent in chunks it need not be known.
  if (store.capabilities.has('md5') && size <= 1024 * KIB) assert.equal(head.md5, md5Of(content));
}

export const sizes: Group = {
  group: 'sizes',
  tests: (withStore) => ({
    'bytes of every size around the boundaries come back': withStore(async (store, harness) => {
      for (const size of sizesFor(harness)) {
        await keeps(store, size, (content) => store.put('object', bytesSource(content)));
      }
    }),
    'streams of these sizes whose end is not known beforehand come back': withStore(async (store, harness) => {
      for (const size of sizesFor(harness)) {
        await keeps(store, size, (content) => store.put('object', streamSource(piecesOf(content, 10_007))));
      }
    }),
    'streams of these sizes that tell their size come back': withStore(async (store, harness) => {
      for (const size of sizesFor(harness)) {
        await keeps(store, size, (content) => store.put('object', streamSource(piecesOf(content, 65_537), size)));
      }
    }),
  }),
};
