import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pageBefore, rememberStep } from './cursor-trail.ts';
import { oneOf, pageNumberOf, parseSearch, stringifySearch, textOf, textsOf } from './search-params.ts';

test('what is written into the address is read from it again', () => {
  const value = fc.string({ minLength: 1 });
  const search = fc.dictionary(fc.string({ minLength: 1 }), value);
  fc.assert(fc.property(search, (given) => assert.deepEqual({ ...parseSearch(stringifySearch(given)) }, { ...given })));
});

test('a name that is repeated is a list', () => {
  assert.deepEqual(parseSearch('?state=running&state=stopped&search=web'), {
    state: ['running', 'stopped'],
    search: 'web',
  });
  assert.equal(
    stringifySearch({ state: ['running', 'stopped'], search: '', host: undefined }),
    '?state=running&state=stopped',
  );
});

test('a search for a number stays a text', () => {
  assert.deepEqual(parseSearch('?search=10'), { search: '10' });
});

test('values that make no sense are passed over', () => {
  assert.equal(textOf(['a', 'b']), 'a');
  assert.equal(textOf(''), undefined);
  assert.deepEqual(textsOf('a'), ['a']);
  assert.deepEqual(textsOf(['a', 'a', '']), ['a']);
  assert.equal(textsOf(undefined), undefined);
  assert.equal(oneOf('sideways', ['name', '-name']), undefined);
  assert.equal(pageNumberOf('3'), 3);
  assert.equal(pageNumberOf(4), 4);
  assert.equal(pageNumberOf('1'), undefined);
  assert.equal(pageNumberOf('x'), undefined);
});

test('the way back is remembered, and not known to who came by a link', () => {
  const values = new Map<string, string>();
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
  rememberStep(storage, undefined, 'c2');
  rememberStep(storage, 'c2', 'c3');
  assert.equal(pageBefore(storage, 'c3'), 'c2');
  assert.equal(pageBefore(storage, 'c2'), '');
  assert.equal(pageBefore(storage, 'c9'), null);
  assert.equal(pageBefore(storage, undefined), null);
});
