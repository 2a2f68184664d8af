import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SampanError, toSampanError } from '@sampan/driver';
import { BACKUP_PATIENCE, patiently } from './patience.ts';

const MINUTE = 60_000;

/** A storage that is away until some minutes have passed by the clock of the test. */
async function backUpWhileAway(
  context: TestContext,
  awayMinutes: number,
  more: { code?: string; cancelAtMinute?: number } = {},
) {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const cancel = new AbortController();
  const told: string[] = [];
  let attempts = 0;
  let outcome: { value?: string; error?: unknown } | undefined;
  patiently(
    BACKUP_PATIENCE,
    {
      signal: cancel.signal,
      stepMessage: async (message) => void told.push(message),
      log: async () => undefined,
    },
    async () => {
      attempts += 1;
      if (Date.now() < awayMinutes * MINUTE)
        throw new SampanError(more.code ?? 'storage_unreachable', 'The storage cannot be reached.', {
          retryable: more.code === undefined,
        });
      return 'backed up';
    },
  ).then(
    (value) => {
      outcome = { value };
    },
    (error) => {
      outcome = { error };
    },
  );
  let minutes = 0;
  for (let second = 0; outcome === undefined && second < 6 * 3600; second += 1) {
    await setImmediate();
    if (outcome !== undefined) break;
    context.mock.timers.tick(1_000);
    minutes = (second + 1) / 60;
    if (minutes === more.cancelAtMinute) cancel.abort(new Error('cancelled'));
  }
  await setImmediate();
  return { outcome, attempts, told, minutes };
}

describe('a storage', () => {
  test('that is gone for an hour does not end a backup, and is told meanwhile', async (context) => {
    const { outcome, attempts, told, minutes } = await backUpWhileAway(context, 60);
    assert.deepEqual(outcome, { value: 'backed up' });
    assert.ok(minutes >= 60 && minutes < 80, `${minutes}`);
    assert.ok(attempts <= 12, 'it is not asked all the time');
    assert.equal(told[0], 'waits 5 s for the storage: The storage cannot be reached.');
    assert.equal(told.length, attempts - 1);
  });

  test('that is gone for longer than 100 minutes ends it with the reason', async (context) => {
    const { outcome, minutes } = await backUpWhileAway(context, 600);
    assert.equal(toSampanError(outcome?.error).code, 'storage_unreachable');
    assert.ok(minutes > 90 && minutes < 110, `${minutes}`);
  });

  test('that refuses is not asked again', async (context) => {
    const { outcome, attempts } = await backUpWhileAway(context, 600, { code: 'unknown_access_key' });
    assert.equal(toSampanError(outcome?.error).code, 'unknown_access_key');
    assert.equal(attempts, 1);
  });

  test('is not waited for any more when the run is cancelled', async (context) => {
    const { outcome, minutes } = await backUpWhileAway(context, 600, { cancelAtMinute: 30 });
    assert.match(String(outcome?.error), /cancelled/);
    assert.ok(minutes <= 30.1, `${minutes}`);
  });
});
