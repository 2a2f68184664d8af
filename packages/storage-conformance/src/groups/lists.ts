import assert from 'node:assert/strict';
import { bytesSource, type ListRequest, listPages, type ObjectPage, type ObjectStore } from '@sampan/storage';
import { thrownBy } from '../content.ts';
import type { Group } from '../harness.ts';

const top = Array.from({ length: 9 }, (_, index) => `file-${index}`);
const photos = Array.from({ length: 14 }, (_, index) => `photos/2024/${String(index).padStart(2, '0')}.jpg`);
const others = [
  'photos-old/a',
  'photos.txt',
  'photos/readme',
  'zebra/a/b/c',
  'zebra/a/d',
  '文件/一',
  '文件/二',
  'Z',
  'é/🚀',
];
const all = [...top, ...photos, ...others].sort();

async function fill(store: ObjectStore): Promise<void> {
  await Promise.all(all.map((key) => store.put(key, bytesSource(`of ${key}`))));
}

/** All pages together: keys and prefixes, each once, and how many pages they took. */
async function readAll(store: ObjectStore, request: ListRequest): Promise<{ objects: string[]; prefixes: string[] }> {
  const objects: string[] = [];
  const prefixes = new Set<string>();
  let pages = 0;
  for await (const page of listPages(store, request)) {
    pages += 1;
    assert.ok(pages < 500, 'a list that does not end');
    assert.ok(page.objects.length + page.prefixes.length <= (request.limit ?? 1000), 'more than one page may have');
    objects.push(...page.objects.map(({ key }) => key));
    for (const prefix of page.prefixes) prefixes.add(prefix);
  }
  assert.equal(new Set(objects).size, objects.length, 'an object was told twice');
  if (store.capabilities.has('listing.ordered')) {
    const inOrder = [...objects].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(objects, inOrder, 'not in the order of the bytes');
  }
  return { objects: objects.sort(), prefixes: [...prefixes].sort() };
}

/** What a list must tell, worked out from the names alone. */
function expected({ prefix = '', delimiter }: ListRequest): { objects: string[]; prefixes: string[] } {
  const objects: string[] = [];
  const prefixes = new Set<string>();
  for (const key of all.filter((each) => each.startsWith(prefix))) {
    const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) objects.push(key);
    else prefixes.add(key.slice(0, at + 1));
  }
  return { objects: objects.sort(), prefixes: [...prefixes].sort() };
}

const requests: readonly ListRequest[] = [
  {},
  { delimiter: '/' },
  { prefix: 'photos' },
  { prefix: 'photos', delimiter: '/' },
  { prefix: 'photos/' },
  { prefix: 'photos/', delimiter: '/' },
  { prefix: 'photos/2024/', delimiter: '/' },
  { prefix: 'photos/2024/0' },
  { prefix: 'fi', delimiter: '/' },
  { prefix: 'zebra/a', delimiter: '/' },
  { prefix: 'zebra/a/', delimiter: '/' },
  { prefix: '文', delimiter: '/' },
  { prefix: 'é/🚀' },
];

export const lists: Group = {
  group: 'lists',
  tests: (withStore) => ({
    'each object once, in pages of every size': withStore(async (store, { isSlow }) => {
      await fill(store);
      for (const limit of isSlow ? [2, 3, undefined] : [1, 2, 3, 4, 5, 6, 7, 100, undefined]) {
        for (const request of limit === undefined || limit === 3 ? requests : requests.slice(0, 6)) {
          assert.deepEqual(
            await readAll(store, { ...request, limit }),
            expected(request),
            JSON.stringify({ ...request, limit }),
          );
        }
      }
    }),
    'what there is none of is an empty page': withStore(async (store, harness) => {
      const nothing: ObjectPage = { objects: [], prefixes: [], nextCursor: null };
      assert.deepEqual(await store.list(), nothing);
      assert.deepEqual(await store.list({ delimiter: '/' }), nothing);
      await fill(store);
      for (const prefix of ['absent', 'absent/', 'photos/2025/', 'file-1/', 'zebra/a/b/c/d', 'photos/readme/']) {
        assert.deepEqual(await readAll(harness.store(), { prefix }), { objects: [], prefixes: [] }, prefix);
        assert.deepEqual(await readAll(store, { prefix, delimiter: '/' }), { objects: [], prefixes: [] }, prefix);
      }
    }),
    'sizes are those of the objects': withStore(async (store) => {
      await fill(store);
      for await (const { objects } of listPages(store)) {
        for (const { key, size } of objects) assert.equal(size, Buffer.byteLength(`of ${key}`), key);
      }
    }),
    'another process goes on where one stopped': withStore(async (store, harness) => {
      await fill(store);
      for (const request of [{ limit: 5 }, { limit: 5, delimiter: '/' as const }]) {
        const { nextCursor, objects, prefixes } = await store.list(request);
        assert.ok(nextCursor !== null);
        const rest = await readAll(harness.store(), { ...request, cursor: nextCursor });
        const seen = [...objects.map(({ key }) => key), ...rest.objects].sort();
        assert.deepEqual(seen, expected(request).objects);
        assert.deepEqual([...new Set([...prefixes, ...rest.prefixes])].sort(), expected(request).prefixes);
      }
    }),
    'a list may be given up at any page, and another begins': withStore(async (store) => {
      await fill(store);
      for (let pages = 1; pages < 6; pages += 1) {
        const controller = new AbortController();
        let seen = 0;
        const error = await thrownBy(async () => {
          for await (const _ of listPages(store, { limit: 3, signal: controller.signal })) {
            seen += 1;
            if (seen === pages) controller.abort();
          }
        });
        assert.deepEqual([(error as { code?: string }).code, seen], ['cancelled', pages]);
      }
      assert.deepEqual((await readAll(store, {})).objects, all);
    }),
    'what is written and deleted meanwhile does not hide or repeat the others': withStore(async (store, harness) => {
      await fill(store);
      const writer = harness.store();
      const seen: string[] = [];
      let count = 0;
      for await (const { objects } of listPages(store, { limit: 4 })) {
        seen.push(...objects.map(({ key }) => key));
        await writer.put(`aaa/new-${count}`, bytesSource('new'));
        await writer.put(`photos/2024/new-${count}.jpg`, bytesSource('new'));
        if (count > 0) await writer.delete(`aaa/new-${count - 1}`);
        count += 1;
      }
      assert.deepEqual(seen.filter((key) => !key.includes('new-')).sort(), all);
      assert.equal(new Set(seen).size, seen.length, 'an object was told twice');
    }),
  }),
};
