import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusalLimit } from './refusal-limit.ts';

test('the same refusal is entered once in a while, with how often it was left out', () => {
  const limit = new RefusalLimit();
  assert.equal(limit.count('a', 0), 0);
  assert.equal(limit.count('a', 1), null);
  assert.equal(limit.count('a', 9_999), null);
  assert.equal(limit.count('b', 2), 0);
  assert.equal(limit.count('a', 10_000), 2);
  assert.equal(limit.count('a', 30_000), 0);
});

test('it remembers a bounded number of them', () => {
  const limit = new RefusalLimit();
  for (let number = 0; number < 10_001; number += 1) limit.count(`key ${number}`, 0);
  assert.equal(limit.count('key 0', 1), 0, 'the oldest was forgotten');
  assert.equal(limit.count('key 10000', 1), null);
});
