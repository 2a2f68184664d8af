import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BackupNode } from '../browse.ts';
import { temporaryFolder } from '../testing.ts';
import { Catalog } from './catalog.ts';

const node = (where: string, size = 1): BackupNode => ({
  ...{ path: where, kind: where.endsWith('/') ? 'folder' : 'file', size, mode: 0o644, uid: 0, gid: 0, modified: 1_000 },
});

/** As restic lists it: every folder before what is in it. */
function tree(files: Readonly<Record<string, number>>): BackupNode[] {
  const folders = new Set<string>();
  for (const file of Object.keys(files)) {
    for (let at = path.posix.dirname(file); at !== '/'; at = path.posix.dirname(at)) folders.add(at);
  }
  const nodes = [...folders].map((folder): BackupNode => ({ ...node(folder), kind: 'folder', size: 0, mode: 0o755 }));
  return [...nodes, ...Object.entries(files).map(([file, size]) => node(file, size))].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

async function* inPieces(nodes: readonly BackupNode[]): AsyncGenerator<BackupNode[]> {
  for (let at = 0; at < nodes.length; at += 3) yield nodes.slice(at, at + 3);
}

const files = (catalog: Catalog, backupId: string, folder = '/'): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const each of catalog.list(backupId, folder, { limit: 1000 }) ?? []) {
    if (each.kind === 'folder') Object.assign(found, files(catalog, backupId, each.path));
    else found[each.path] = each.size;
  }
  return found;
};

test('whatever changes from backup to backup, each shows what it had, also when others are let go', async (context) => {
  const folder = await temporaryFolder(context);
  let runs = 0;
  const name = fc.constantFrom('/a', '/b/c', '/b/d', '/b/e/f', '/中文/x', '/g');
  const backup = fc.dictionary(name, fc.integer({ min: 0, max: 2 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(backup, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(5)),
      async (backups, removed) => {
        runs += 1;
        const catalog = new Catalog(path.join(folder, `${runs}.sqlite`));
        for (const [index, content] of backups.entries()) {
          await catalog.add({ id: `${index}`, time: index }, inPieces(tree(content)));
        }
        const gone = new Set(removed.filter((each) => each < backups.length).map(String));
        catalog.remove([...gone]);
        for (const [index, content] of backups.entries()) {
          if (gone.has(`${index}`)) assert.equal(catalog.list(`${index}`, '/', { limit: 10 }), null);
          else assert.deepEqual(files(catalog, `${index}`), { ...content });
        }
        catalog.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('what did not change takes no space, and all backups can be searched', async (context) => {
  const catalog = new Catalog(path.join(await temporaryFolder(context), 'c.sqlite'));
  const content = { '/srv/报告.txt': 1, '/srv/a_b%c.log': 2, '/srv/gone.txt': 3 };
  await catalog.add({ id: 'one', time: 1 }, inPieces(tree(content)));
  await catalog.add({ id: 'two', time: 2 }, inPieces(tree(content)));
  const { '/srv/gone.txt': _, ...rest } = content;
  await catalog.add({ id: 'three', time: 3 }, inPieces(tree({ ...rest, '/srv/报告.txt': 9 })));
  const found = catalog.search('报告', { limit: 10 });
  assert.deepEqual(
    found.map(({ path: where, size, firstBackupId, lastBackupId }) => [where, size, firstBackupId, lastBackupId]),
    [
      ['/srv/报告.txt', 9, 'three', 'three'],
      ['/srv/报告.txt', 1, 'one', 'two'],
    ],
  );
  assert.equal(catalog.search('gone', { backupId: 'three', limit: 10 }).length, 0);
  assert.equal(catalog.search('gone', { backupId: 'two', limit: 10 }).length, 1);
  assert.deepEqual(
    catalog.search('_b%', { limit: 10 }).map((each) => each.name),
    ['a_b%c.log'],
  );
  assert.equal(catalog.get('two', '/srv/gone.txt')?.size, 3);
  assert.equal(catalog.get('three', '/srv/gone.txt'), null);
  await assert.rejects(catalog.add({ id: 'old', time: 0 }, inPieces([])), RangeError);
  catalog.close();
});

test('a listing that breaks off leaves the catalog as it was', async (context) => {
  const catalog = new Catalog(path.join(await temporaryFolder(context), 'c.sqlite'));
  await catalog.add({ id: 'one', time: 1 }, inPieces(tree({ '/a': 1 })));
  async function* breaking() {
    yield tree({ '/b': 2 });
    throw new Error('the storage is gone');
  }
  await assert.rejects(catalog.add({ id: 'two', time: 2 }, breaking()));
  assert.deepEqual(
    catalog.backups().map(({ id }) => id),
    ['one'],
  );
  await catalog.add({ id: 'two', time: 2 }, inPieces(tree({ '/b': 2 })));
  assert.deepEqual(files(catalog, 'one'), { '/a': 1 });
  assert.deepEqual(files(catalog, 'two'), { '/b': 2 });
  catalog.close();
});

test('folders are read in pages', async (context) => {
  const catalog = new Catalog(path.join(await temporaryFolder(context), 'c.sqlite'));
  const many = Object.fromEntries(
    Array.from({ length: 25 }, (_, index) => [`/d/${String(index).padStart(2, '0')}`, index]),
  );
  await catalog.add({ id: 'one', time: 1 }, inPieces(tree(many)));
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = catalog.list('one', '/d', { after, limit: 10 }) ?? [];
    seen.push(...page.map((each) => each.path));
    if (page.length < 10) break;
    after = page.at(-1)?.name;
  }
  assert.deepEqual(seen, Object.keys(many));
  catalog.close();
});
