import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAuditSearch } from './audit-search.ts';
import { differenceRows } from './difference-rows.ts';

test('a change is shown as before and after', () => {
  assert.deepEqual(differenceRows({ name: { before: 'a', after: 'b' }, tag: { after: 'new' }, pair: [1, 2] }), [
    { field: 'name', before: 'a', after: 'b' },
    { field: 'tag', before: '–', after: 'new' },
    { field: 'pair', before: '1', after: '2' },
  ]);
});

test('what is no pair is shown as it is', () => {
  assert.deepEqual(differenceRows({ force: true, options: { region: 'x' }, empty: {} }), [
    { field: 'force', before: null, after: 'true' },
    { field: 'options', before: null, after: '{"region":"x"}' },
    { field: 'empty', before: null, after: '{}' },
  ]);
});

test('nonsense in the address is passed over', () => {
  assert.deepEqual(readAuditSearch({ result: 'maybe', search: '主机', page: '2' }), { search: '主机' });
});
