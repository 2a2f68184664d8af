import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers } from './permissions.ts';

test('a permission covers itself and nothing else', () => {
  assert.equal(covers(['host:read'], 'host:read'), true);
  assert.equal(covers(['host:read'], 'host:update'), false);
  assert.equal(covers(['host:read'], 'hostess:read'), false);
  assert.equal(covers([], 'host:read'), false);
});

test('a star covers everything in its place', () => {
  assert.equal(covers(['instance:*'], 'instance:stop'), true);
  assert.equal(covers(['*:read'], 'instance:stop'), false);
  assert.equal(covers(['*:read'], 'user:read'), true);
  assert.equal(covers(['*'], 'user:delete'), true);
});
