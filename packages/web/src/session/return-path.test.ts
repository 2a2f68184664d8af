import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnPath } from './return-path.ts';

test('one comes back to the page that one wanted', () => {
  assert.equal(returnPath('/instances?state=running'), '/instances?state=running');
  assert.equal(returnPath(undefined), '/');
});

test('a link cannot lead to another site, nor in a circle', () => {
  for (const hostile of [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/login?next=/',
  ]) {
    assert.equal(returnPath(hostile), '/', hostile);
  }
});
