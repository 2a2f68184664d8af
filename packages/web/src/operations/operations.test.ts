import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../api/resources.ts';
import { mergeOperations } from './operation-list.ts';
import { donePercent } from './operation-state.ts';
import { operationListParameters, readOperationsSearch } from './operations-search.ts';

const operation = (id: string, revision: number, second: number) =>
  ({ id, revision, createdAt: `2026-11-20T12:00:0${second}.000Z` }) as unknown as Operation;

test('two lists become one, newest first, with the newest version of each', () => {
  const merged = mergeOperations(
    [operation('a', 1, 1), operation('b', 1, 2)],
    [operation('a', 3, 1), operation('c', 1, 3)],
  );
  assert.deepEqual(
    merged.map((item) => `${item.id}${item.revision}`),
    ['c1', 'b1', 'a3'],
  );
});

test('how far it is comes from the progress, or else from the steps', () => {
  const steps = ['succeeded', 'skipped', 'running', 'pending'].map((state) => ({ state })) as Operation['steps'];
  const progress = { done: 30, total: 120, unit: 'items', ratePerSecond: null, remainingMs: null } as const;
  assert.equal(donePercent({ state: 'running', steps, progress }), 25);
  assert.equal(donePercent({ state: 'running', steps, progress: null }), 50);
  assert.equal(donePercent({ state: 'running', steps: [], progress: null }), null);
  assert.equal(donePercent({ state: 'succeeded', steps: [], progress: null }), 100);
});

test('the address says which operations are listed; nonsense in it is passed over', () => {
  const search = readOperationsSearch({ state: ['failed', 'happy'], page: '3' });
  assert.deepEqual(search, { state: ['failed'] });
  assert.deepEqual(operationListParameters(search), { state: ['failed'], limit: 50 });
});
