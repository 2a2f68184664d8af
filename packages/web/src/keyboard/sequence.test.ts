import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_KEYS, pressKey, SEQUENCE_PAUSE } from './sequence.ts';

const SEQUENCES = ['/', '?', 'g i', 'g h', 'j'];

test('a single key is complete at once', () => {
  assert.deepEqual(pressKey(NO_KEYS, '/', 0, SEQUENCES), { state: NO_KEYS, match: '/', taken: true });
});

test('two keys in order make a sequence', () => {
  const first = pressKey(NO_KEYS, 'g', 1000, SEQUENCES);
  assert.equal(first.match, null);
  assert.equal(first.taken, true);
  assert.equal(pressKey(first.state, 'i', 1500, SEQUENCES).match, 'g i');
});

test('a long pause begins anew', () => {
  const first = pressKey(NO_KEYS, 'g', 1000, SEQUENCES);
  const second = pressKey(first.state, 'i', 1001 + SEQUENCE_PAUSE, SEQUENCES);
  assert.deepEqual(second, { state: NO_KEYS, match: null, taken: false });
});

test('a key that does not go on may begin another sequence', () => {
  const first = pressKey(NO_KEYS, 'g', 1000, SEQUENCES);
  assert.equal(pressKey(first.state, '/', 1100, SEQUENCES).match, '/');
  assert.deepEqual(pressKey(first.state, 'g', 1100, SEQUENCES).state.keys, ['g']);
});

test('a key of no sequence is left to the browser', () => {
  assert.equal(pressKey(NO_KEYS, 'x', 0, SEQUENCES).taken, false);
});
