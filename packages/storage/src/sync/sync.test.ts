import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createMemoryStore } from '../drivers/memory/index.ts';
import { listObjects } from '../list.ts';
import { bytesSource } from '../source.ts';
import { folderStore, qingstorStore, temporaryFolder } from '../testing.ts';
import { type SyncOptions, type SyncSide, sync } from './sync.ts';

const HOSTILE = [
  'plain.txt',
  ' blank at both ends ',
  'plus+and%41percent%.txt',
  'quote"\'`.txt',
  'a[1].txt',
  'back\\slash',
  'new\nline',
  '中文/文件 一.txt',
  'nfc-é/nfd-é',
  'emoji-🚢.bin',
  'deep/er/and/deeper/file',
  '..hidden/...dots',
  '-dash',
  `${'n'.repeat(200)}/${'m'.repeat(200)}`,
];

function contentOf(name: string, size: number): Buffer {
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) content[at] = (at * 31 + name.length * 7) & 255;
  return content;
}

async function makeTree(folder: string): Promise<void> {
  const sizes = [0, 1, 100, 65_536, 1_048_576, 1_048_577, 4_194_305];
  for (const [index, name] of HOSTILE.entries()) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, contentOf(name, sizes[index % sizes.length] ?? 0));
  }
}

async function treeOf(folder: string): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  async function inside(below: string): Promise<void> {
    for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
      const name = path.join(below, entry.name);
      if (entry.isDirectory()) await inside(name);
      else if (entry.isFile()) tree.set(name, (await readFile(path.join(folder, name))).toString('base64'));
    }
  }
  await inside('');
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const side = (store: SyncSide['store'], prefix = ''): SyncSide => ({ store, prefix });
const counts = ({ copied, same, deleted, failed }: Awaited<ReturnType<typeof sync>>) => ({
  copied,
  same,
  deleted,
  failed,
});

describe('a directory and an object store', () => {
  test('there and back every byte and name is the same, and again there is nothing to do', async (context) => {
    const { store } = await qingstorStore(context, { values: { uploadCutoff: 1_048_576, uploadConcurrency: 2 } });
    const [source, back] = [await temporaryFolder(context), await temporaryFolder(context)];
    await makeTree(source);
    const all = HOSTILE.length;
    assert.deepEqual(counts(await sync(side(folderStore(source)), side(store, 'backup/'))), {
      ...{ copied: all, same: 0, deleted: 0, failed: 0 },
    });
    assert.deepEqual(counts(await sync(side(store, 'backup/'), side(folderStore(back)))), {
      ...{ copied: all, same: 0, deleted: 0, failed: 0 },
    });
    assert.deepEqual(await treeOf(back), await treeOf(source));
    for (const checksum of [false, true]) {
      const again = await sync(side(folderStore(source)), side(store, 'backup/'), { checksum, delete: true });
      assert.deepEqual(counts(again), { copied: 0, same: all, deleted: 0, failed: 0 });
      const down = await sync(side(store, 'backup/'), side(folderStore(back)), { checksum, delete: true });
      assert.deepEqual(counts(down), { copied: 0, same: all, deleted: 0, failed: 0 });
    }
  });

  test('a change of the same size is seen, also when its modification time was set back', async (context) => {
    const { store } = await qingstorStore(context);
    const source = await temporaryFolder(context);
    const file = path.join(source, 'a');
    await writeFile(file, 'before');
    await sync(side(folderStore(source)), side(store));
    const { mtime } = await stat(file);
    await writeFile(file, 'AFTER!');
    await utimes(file, mtime, mtime);
    assert.equal((await sync(side(folderStore(source)), side(store))).copied, 1);
    assert.equal(String(Buffer.concat(await Array.fromAsync((await store.get('a')).body))), 'AFTER!');
  });

  test('delete takes away what the source does not have, but not when something failed', async (context) => {
    const { store } = await qingstorStore(context);
    const source = await temporaryFolder(context);
    await writeFile(path.join(source, 'kept'), 'x');
    await store.put('gone/1', bytesSource('y'));
    const dry = await sync(side(folderStore(source)), side(store), { delete: true, dryRun: true });
    assert.deepEqual(counts(dry), { copied: 1, same: 0, deleted: 1, failed: 0 });
    assert.equal((await store.list()).objects.length, 1);
    const failing = { ...folderStore(source), get: () => Promise.reject(new Error('unreadable')) };
    const failed = await sync(side(failing), side(store), { delete: true });
    assert.deepEqual([failed.failed, failed.deleted, failed.failures[0]?.key], [1, 0, 'kept']);
    assert.ok(failed.notDeletedBecause);
    assert.deepEqual(counts(await sync(side(folderStore(source)), side(store), { delete: true })), {
      ...{ copied: 1, same: 0, deleted: 1, failed: 0 },
    });
  });

  test('names that would leave the folder, or cannot be files, are reported and the others come', async (context) => {
    const store = createMemoryStore();
    const folder = await temporaryFolder(context);
    const target = path.join(folder, 'target');
    await mkdir(target);
    await symlink(folder, path.join(target, 'link'));
    for (const key of ['../escaped', '/absolute', 'a//b', 'link/through', 'good', 'both', 'both/conflict']) {
      await store.put(key, bytesSource(key));
    }
    const result = await sync(side(store), side(folderStore(target)), { concurrency: 1 });
    const names = result.failures.map(({ key, code }) => `${key} ${code}`).sort();
    assert.deepEqual(names, [
      '../escaped invalid_key',
      '/absolute invalid_key',
      'a//b invalid_key',
      'both/conflict key_conflict',
      'link/through permission_denied',
    ]);
    assert.deepEqual([...(await treeOf(target)).keys()], ['both', 'good']);
    assert.deepEqual((await readdir(folder)).sort(), ['target']);
  });

  test('filters choose by name anywhere or by path', async (context) => {
    const source = await temporaryFolder(context);
    for (const name of ['a.log', 'b.txt', 'x/c.log', 'x/y/d.txt']) {
      await mkdir(path.dirname(path.join(source, name)), { recursive: true });
      await writeFile(path.join(source, name), name);
    }
    const copiedWith = async (options: SyncOptions) => {
      const store = createMemoryStore();
      await sync(side(folderStore(source)), side(store), options);
      return (await Array.fromAsync(listObjects(store))).map(({ key }) => key);
    };
    assert.deepEqual(await copiedWith({ include: ['*.log'] }), ['a.log', 'x/c.log']);
    assert.deepEqual(await copiedWith({ exclude: ['x/**'] }), ['a.log', 'b.txt']);
    assert.deepEqual(await copiedWith({ include: ['x/**'], exclude: ['*.txt'] }), ['x/c.log']);
    await assert.rejects(copiedWith({ include: ['/x'] }), { code: 'invalid_pattern' });
  });

  test('a file that grows while it is sent is no object, and the old one stays', async (context) => {
    const { store } = await qingstorStore(context);
    const folder = await temporaryFolder(context);
    await store.put('log', bytesSource('old'));
    const growing = folderStore(folder);
    await writeFile(path.join(folder, 'log'), Buffer.alloc(3_000_000));
    const source = {
      ...growing,
      async get(...args: Parameters<typeof growing.get>) {
        const download = await growing.get(...args);
        async function* longer() {
          yield* download.body;
          yield Buffer.from('more');
        }
        return { ...download, body: longer() };
      },
    };
    const result = await sync(side(source), side(store));
    assert.deepEqual(
      result.failures.map(({ code }) => code),
      ['size_mismatch'],
    );
    assert.equal((await store.head('log')).size, 3);
  });

  test('a wrong key ends it at once instead of failing for every file', async (context) => {
    const { make } = await qingstorStore(context);
    const source = await temporaryFolder(context);
    for (let index = 0; index < 20; index += 1) await writeFile(path.join(source, `${index}`), 'x');
    const refused = make({ secretAccessKey: 'wrong' });
    await assert.rejects(sync(side(folderStore(source)), side(refused)), { code: 'invalid_signature' });
  });

  test('cancelled anywhere it ends soon, and goes on from there', async (context) => {
    const { store } = await qingstorStore(context);
    const source = await temporaryFolder(context);
    for (let index = 0; index < 60; index += 1) await writeFile(path.join(source, `${index}`), contentOf('x', 50_000));
    for (const after of [1, 10, 30]) {
      const controller = new AbortController();
      let copied = 0;
      const cancelled = sync(side(folderStore(source)), side(store), {
        signal: controller.signal,
        onEvent(event) {
          if (event.kind === 'copied') copied += 1;
          if (copied === after) controller.abort();
        },
      });
      await assert.rejects(cancelled, { code: 'cancelled' });
    }
    const rest = await sync(side(folderStore(source)), side(store));
    assert.equal(rest.copied + rest.same, 60);
    assert.ok(rest.same > 0);
  });
});

test('whatever two stores hold, the one becomes the other', async () => {
  const key = fc.stringMatching(/^[a-c]{1,2}(\/[a-c]{1,2})?$/);
  const objects = fc.dictionary(key, fc.string({ maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(objects, objects, fc.constantFrom('', 'p/'), async (source, target, prefix) => {
      const [from, to] = [createMemoryStore(), createMemoryStore()];
      for (const [name, text] of Object.entries(source)) await from.put(name, bytesSource(text));
      for (const [name, text] of Object.entries(target)) await to.put(prefix + name, bytesSource(text));
      const result = await sync(side(from), side(to, prefix), { delete: true, concurrency: 3 });
      assert.equal(result.copied + result.same, Object.keys(source).length);
      const found: Record<string, string> = {};
      for await (const object of listObjects(to)) {
        const { body } = await to.get(object.key);
        found[object.key.slice(prefix.length)] = String(Buffer.concat(await Array.fromAsync(body)));
      }
      assert.deepEqual(found, { ...source });
    }),
    { numRuns: 60 },
  );
});

test('a store that says no more of times than their second is synchronised without reading it', async () => {
  const [from, to] = [createMemoryStore(() => 1000), createMemoryStore(() => 2000)];
  await from.put('a', bytesSource('1'));
  await sync(side(from), side(to));
  let reads = 0;
  const bare = (store: typeof from) => ({
    ...store,
    capabilities: new Set<never>(),
    list: async (request: object = {}) => {
      const page = await store.list(request);
      return { ...page, objects: page.objects.map((object) => ({ ...object, md5: null })) };
    },
    get: (...args: Parameters<typeof from.get>) => {
      reads += 1;
      return store.get(...args);
    },
  });
  assert.equal((await sync(side(bare(from)), side(bare(to)))).same, 1);
  assert.equal(reads, 0);
  assert.equal((await sync(side(bare(from)), side(bare(to)), { checksum: true })).same, 1);
  assert.equal(reads, 2);
});

test('removing the folder of a local storage is told, not taken for an empty one', async (context) => {
  const folder = path.join(await temporaryFolder(context), 'mount');
  await mkdir(folder);
  await rm(folder, { recursive: true });
  const result = sync(side(folderStore(folder)), side(createMemoryStore()), { delete: true });
  await assert.rejects(result, { code: 'bucket_not_found' });
});
