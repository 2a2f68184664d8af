import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectPage, StoredObject } from '../api/resources.ts';
import { crumbsOf, objectRows, parentOf, selectionsOf, typedPrefix } from './object-rows.ts';

const object = (key: string): StoredObject => ({ key, size: 1, modified: null, md5: null, etag: null });
const page = (prefixes: string[], keys: string[]): ObjectPage => ({
  prefixes,
  items: keys.map(object),
  nextCursor: null,
});

test('folders come first, each once though two pages tell it', () => {
  const rows = objectRows([page(['a/b/'], ['a/1']), page(['a/b/', 'a/c/'], ['a/2'])], 'a/');
  assert.deepEqual(
    rows.map(({ kind, name }) => `${kind} ${name}`),
    ['folder b', 'folder c', 'object 1', 'object 2'],
  );
});

test('strange names still have something to read and to press', () => {
  assert.equal(objectRows([page(['//'], [])], '/')[0]?.name, '/');
  assert.equal(objectRows([page([], ['a/'])], 'a/')[0]?.name, './');
});

test('each folder on the way to a prefix is known, and the one above it', () => {
  assert.deepEqual(
    crumbsOf('照片/2026/').map(({ prefix, name }) => [prefix, name]),
    [
      ['照片/', '照片'],
      ['照片/2026/', '2026'],
    ],
  );
  assert.equal(parentOf('照片/2026/'), '照片/');
  assert.equal(parentOf('照片/'), '');
  assert.equal(parentOf(''), null);
});

test('a selection becomes requests: keys in portions, each folder by itself', () => {
  const keys = Array.from({ length: 1001 }, (_, at) => `k${at}`);
  const selections = selectionsOf(objectRows([page(['a/', 'b/'], keys)], ''));
  assert.deepEqual(
    selections.map((selection) => ('keys' in selection ? selection.keys.length : selection.prefix)),
    [1000, 1, 'a/', 'b/'],
  );
  assert.deepEqual(selectionsOf([]), []);
});

test('a folder is understood with and without slashes around it', () => {
  assert.deepEqual(['/a/b', 'a/b/', ' a/b ', '/', ''].map(typedPrefix), ['a/b/', 'a/b/', 'a/b/', '', '']);
});
