import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSort } from './column.ts';
import { toggleAll, toggleSelection } from './selection.ts';

const ids = ['a', 'b', 'c', 'd'];

test('a click selects a row and a second click takes it back', () => {
  const once = toggleSelection(new Set(), ids, 'b');
  assert.deepEqual([...once], ['b']);
  assert.deepEqual([...toggleSelection(once, ids, 'b')], []);
});

test('a click with shift takes everything between along, in both directions', () => {
  assert.deepEqual([...toggleSelection(new Set(['b']), ids, 'd', 'b')].sort(), ['b', 'c', 'd']);
  assert.deepEqual([...toggleSelection(new Set(['d']), ids, 'b', 'd')].sort(), ['b', 'c', 'd']);
});

test('a row that is no longer on the page does not begin a range', () => {
  assert.deepEqual([...toggleSelection(new Set(), ids, 'b', 'gone')], ['b']);
});

test('the box in the head selects all, and none when all are selected', () => {
  assert.deepEqual([...toggleAll(new Set(['a']), ids)], ids);
  assert.deepEqual([...toggleAll(new Set(ids), ids)], []);
});

test('the first click on a head sorts ascending, the second descending', () => {
  const sort = { ascending: 'name', descending: '-name' };
  assert.equal(nextSort(undefined, sort), 'name');
  assert.equal(nextSort('name', sort), '-name');
  assert.equal(nextSort('-name', sort), 'name');
});
