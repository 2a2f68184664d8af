import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { bytesSource, streamSource } from '../../source.ts';
import { folderStore, temporaryFolder } from '../../testing.ts';
import { localDriverType } from './index.ts';

test('links are neither listed nor followed', async (context) => {
  const [folder, outside] = [await temporaryFolder(context), await temporaryFolder(context)];
  await writeFile(path.join(outside, 'secret'), 'x');
  await symlink(outside, path.join(folder, 'folder'));
  await symlink(path.join(outside, 'secret'), path.join(folder, 'file'));
  const store = folderStore(folder);
  assert.deepEqual((await store.list()).objects, []);
  for (const key of ['folder/secret', 'file']) {
    await assert.rejects(store.get(key), { code: 'permission_denied' });
  }
  await assert.rejects(store.put('folder/new', bytesSource('x')), { code: 'permission_denied' });
  await assert.rejects(store.delete('folder/secret'), { code: 'permission_denied' });
  assert.deepEqual(await readdir(outside), ['secret']);
});

test('what a writer left when it was killed is not listed, and goes when it is old', async (context) => {
  const folder = await temporaryFolder(context);
  const part = path.join(folder, 'a', '.sampan-0123456789abcdef.part');
  await mkdir(path.dirname(part));
  await writeFile(part, 'half');
  const store = folderStore(folder);
  assert.deepEqual((await store.list()).objects, []);
  await assert.rejects(store.get('a/.sampan-0123456789abcdef.part'), { code: 'object_not_found' });
  assert.equal(await store.removeUnfinished?.(60_000), 0);
  await utimes(part, new Date(0), new Date(0));
  assert.equal(await store.removeUnfinished?.(60_000), 1);
  assert.deepEqual(await readdir(folder), []);
});

test('a stream that breaks leaves neither a file nor folders', async (context) => {
  const folder = await temporaryFolder(context);
  async function* breaking() {
    yield Buffer.from('half');
    throw new Error('gone');
  }
  await assert.rejects(folderStore(folder).put('a/b/c', streamSource(breaking())), { code: 'source_failed' });
  assert.deepEqual(await readdir(folder), []);
});

test('deleting and writing beside each other never lose a folder under the writer', async (context) => {
  const store = folderStore(await temporaryFolder(context));
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      await store.put(`x/y/${index}`, bytesSource('1'));
      if (index % 2 === 0) await store.delete(`x/y/${index}`);
    }),
  );
  assert.equal((await store.list()).objects.length, 20);
});

test('pages with folders go on after a folder, in the order of the keys', async (context) => {
  const store = folderStore(await temporaryFolder(context));
  const keys = ['a/1', 'a-b', 'a.txt', 'a/2', 'ab/1', 'b', '中/1'];
  for (const key of keys) await store.put(key, bytesSource(key));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ delimiter: '/', limit: 1, cursor });
    seen.push(...page.objects.map(({ key }) => key), ...page.prefixes);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  assert.deepEqual(seen, ['a-b', 'a.txt', 'a/', 'ab/', 'b', '中/']);
  const flat = await store.list({ limit: 3, cursor: 'a/1' });
  assert.deepEqual(
    flat.objects.map(({ key }) => key),
    ['a/2', 'ab/1', 'b'],
  );
});

test('Test Connection tells a folder that is missing, and leaves nothing in one that is there', async (context) => {
  const folder = await temporaryFolder(context);
  const signal = new AbortController().signal;
  const check = async (where: string) =>
    Array.fromAsync(localDriverType.create({ folder: where }).testConnection(signal));
  const good = await check(folder);
  assert.ok(
    good.every(({ state }) => state === 'passed'),
    JSON.stringify(good),
  );
  assert.deepEqual(await readdir(folder), []);
  const missing = await check(path.join(folder, 'not-there'));
  assert.deepEqual([missing[0]?.code, missing[1]?.state], ['bucket_not_found', 'skipped']);
  assert.deepEqual(await readdir(folder), []);
  assert.equal(localDriverType.validate?.({ folder: '/' }).length, 1);
  assert.equal(localDriverType.validate?.({ folder: 'relative' }).length, 1);
});
