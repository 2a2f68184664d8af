import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddress } from './address-list.ts';
import { expiryAfter, isDue } from './key-age.ts';
import { scopeChoices } from './scope-choices.ts';

test('addresses and networks are told from what was mistyped', () => {
  for (const good of ['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', 'fe80::1'])
    assert.ok(isAddress(good), good);
  for (const bad of [
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1/33',
    '10.0.0.01',
    'example.com',
    '::1/129',
    '10.0.0.0/8/8',
    ':::',
    '[::1]',
  ]) {
    assert.ok(!isAddress(bad), bad);
  }
});

test('a key that works and is older than 90 days is due', () => {
  const now = Date.parse('2026-11-20T00:00:00.000Z');
  const key = (createdAt: string, state: 'enabled' | 'disabled') => ({ createdAt, state });
  assert.equal(isDue(key('2026-08-21T00:00:00.000Z', 'enabled'), now), true);
  assert.equal(isDue(key('2026-08-23T00:00:00.000Z', 'enabled'), now), false);
  assert.equal(isDue(key('2020-01-01T00:00:00.000Z', 'disabled'), now), false);
});

test('an expiry is so many days from now, or never', () => {
  assert.equal(expiryAfter(30, Date.parse('2026-11-20T00:00:00.000Z')), '2026-12-20T00:00:00.000Z');
  assert.equal(expiryAfter(null, 0), null);
});

test('scopes can be single permissions, all of a kind, or one act on every kind', () => {
  const choices = scopeChoices([
    { name: 'instance:read', description: 'See instances' },
    { name: 'instance:start', description: 'Start instances' },
    { name: 'host:read', description: 'See hosts' },
  ]);
  assert.deepEqual(
    choices.map(({ value }) => value),
    ['*:read', 'host:read', 'instance:*', 'instance:read', 'instance:start'],
  );
});
