import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../api/resources.ts';
import { createRecentResources } from './recent-resources.ts';

const instance = (revision: number, state: string) =>
  ({ id: 'i1', revision, state, operation: null }) as unknown as Instance;

test('an answer that is older than an event does not put the older state back', () => {
  const recent = createRecentResources(() => 0);
  recent.remember('instances', [instance(7, 'running')]);
  assert.equal(recent.instances([instance(6, 'starting')])[0]?.state, 'running');
  assert.equal(recent.instances([instance(8, 'stopping')])[0]?.state, 'stopping');
});

test('what events said long ago is forgotten', () => {
  let now = 0;
  const recent = createRecentResources(() => now);
  recent.remember('instances', [instance(7, 'running')]);
  now = 60_000;
  assert.equal(recent.instances([instance(6, 'stopped')])[0]?.state, 'stopped');
});
