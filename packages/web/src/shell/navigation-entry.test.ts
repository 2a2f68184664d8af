import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { navigationEntry } from './navigation-entry.ts';

const read = (file: string) => readFile(path.resolve(import.meta.dirname, file), 'utf8');

test('every page of who is signed in belongs to an entry of the navigation', async () => {
  const navigation = await read('navigation.tsx');
  const entries = [...navigation.matchAll(/ to: '([^']+)'/g)].map(([, to]) => to);
  const router = await read('../router.tsx');
  const routes = [...router.matchAll(/=> shell,\s+path: '([^']+)'/g)].map(([, route = '']) => route);
  assert.ok(entries.length >= 10 && routes.length >= 15, `${entries.length} entries, ${routes.length} routes`);
  const lost = routes.filter((route) => !entries.includes(navigationEntry(route)));
  assert.deepEqual(lost, []);
});

test('what is below backups is marked as backups, and a page below another is marked as that', () => {
  for (const page of ['/plans', '/plans/01a', '/backups/01a', '/repositories', '/repositories/01a'])
    assert.equal(navigationEntry(page), '/plans', page);
  assert.equal(navigationEntry('/'), '/');
  assert.equal(navigationEntry('/storages/01a'), '/storages');
  assert.equal(navigationEntry('/storagesque'), '/storagesque');
});
