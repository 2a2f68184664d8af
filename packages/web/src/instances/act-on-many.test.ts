import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ApiError } from '../api/problem.ts';
import type { Operation } from '../api/resources.ts';
import { actOnMany } from './act-on-many.ts';

test('every item is asked for once, a few at a time, and a refusal stops no other', async () => {
  const asked: number[] = [];
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 40 }, (_, at) => at);
  const { sent, refused } = await actOnMany(items, async (item) => {
    asked.push(item);
    most = Math.max(most, ++running);
    await setImmediate();
    running--;
    if (item === 7) throw new ApiError(409, { code: 'wrong_state', detail: 'No.' });
    return { id: String(item) } as Operation;
  });
  assert.deepEqual(
    asked.sort((a, b) => a - b),
    items,
  );
  assert.equal(sent.length, 39);
  assert.deepEqual(
    refused.map(({ item, error }) => [item, error.code]),
    [[7, 'wrong_state']],
  );
  assert.ok(most <= 6);
});

test('nothing to do is done at once', async () => {
  assert.deepEqual(await actOnMany([], () => Promise.reject(new Error('not asked'))), { sent: [], refused: [] });
});
