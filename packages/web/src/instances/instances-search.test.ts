import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSearch, stringifySearch } from '../table/search-params.ts';
import { instanceListParameters, readInstancesSearch, withFilter } from './instances-search.ts';

test('a page that was shared shows the same list', () => {
  const search = {
    search: '主机 10',
    state: ['running', 'failed'],
    hostId: ['a1'],
    sort: '-createdAt',
    limit: 200,
    cursor: 'eyJ=+/',
    page: 3,
    open: 'i1',
  } as const;
  assert.deepEqual(readInstancesSearch(parseSearch(stringifySearch(search))), search);
});

test('nonsense in an address is passed over', () => {
  assert.deepEqual(readInstancesSearch({ sort: 'colour', limit: '7', page: '-1', search: '', extra: 'x' }), {});
  assert.deepEqual(readInstancesSearch({ page: '4' }), {}, 'a page number without its cursor says nothing');
});

test('another filter begins at the first page, and keeps everything else', () => {
  const before = { search: 'web', sort: 'name', cursor: 'c', page: 4, open: 'i1' } as const;
  assert.deepEqual(withFilter(before, { state: ['running'] }), {
    search: 'web',
    sort: 'name',
    state: ['running'],
    open: 'i1',
  });
  assert.deepEqual(withFilter(before, { search: undefined }), { sort: 'name', open: 'i1' });
});

test('opening a panel does not ask for the list again', () => {
  assert.deepEqual(
    instanceListParameters({ search: 'a', open: 'x' }, 100),
    instanceListParameters({ search: 'a' }, 100),
  );
  assert.deepEqual(instanceListParameters({ limit: 50, state: ['failed'] }, 100), {
    state: ['failed'],
    sort: 'name',
    limit: 50,
    count: true,
  });
});
