import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPasswordProblem } from './password-rules.ts';
import { setupToken } from './setup-token.ts';

test('a new password is long enough and typed twice the same', () => {
  assert.equal(newPasswordProblem('short', 'short'), 'too_short');
  assert.equal(newPasswordProblem('long enough now', 'long enough not'), 'differs');
  assert.equal(newPasswordProblem('long enough now', 'long enough now'), null);
});

test('characters outside the basic plane count once', () => {
  assert.equal(newPasswordProblem('🚣'.repeat(9), '🚣'.repeat(9)), 'too_short');
});

test('the token is what the one-time link has after its number sign', () => {
  assert.equal(setupToken('#abc123'), 'abc123');
  assert.equal(setupToken('#'), null);
  assert.equal(setupToken(''), null);
});
