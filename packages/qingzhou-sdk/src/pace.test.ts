import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCloudClock } from './clock.ts';
import { createRateLimit } from './rate-limit.ts';
import { pauseAfter, readRetryAfter } from './retry.ts';

const { signal } = new AbortController();

describe('the pace of requests', () => {
  test('a burst passes at once, the rest at the rate, in order', async () => {
    let clock = 0;
    const waits: number[] = [];
    const limit = createRateLimit(
      20,
      3,
      () => clock,
      async (milliseconds) => void waits.push(milliseconds),
    );
    for (let count = 0; count < 6; count += 1) await limit.take(signal);
    assert.deepEqual(waits, [50, 100, 150]);
    clock += 150 + 50;
    await limit.take(signal);
    assert.equal(waits.length, 3, 'refilled');
    clock += 3_600_000;
    for (let count = 0; count < 4; count += 1) await limit.take(signal);
    assert.deepEqual(waits.slice(3), [50], 'never more than the burst is saved up');
  });

  test('who gives up while waiting gives the place back', async () => {
    const waits: number[] = [];
    let patient = false;
    const limit = createRateLimit(
      1,
      1,
      () => 0,
      async (milliseconds) => {
        if (!patient) throw new Error('aborted');
        waits.push(milliseconds);
      },
    );
    await limit.take(signal);
    await assert.rejects(limit.take(signal));
    await assert.rejects(limit.take(signal));
    patient = true;
    await limit.take(signal);
    assert.deepEqual(waits, [1000]);
  });

  test('pauses double, are jittered, bounded, and never shorter than asked for', () => {
    assert.deepEqual(
      [1, 2, 3, 9].map((attempt) => pauseAfter(attempt, undefined, () => 1)),
      [250, 500, 1000, 8000],
    );
    assert.deepEqual(
      [1, 2, 3].map((attempt) => pauseAfter(attempt, undefined, () => 0)),
      [125, 250, 500],
    );
    assert.equal(
      pauseAfter(1, 4000, () => 0),
      4000,
    );
  });

  test('Retry-After is seconds or a date', () => {
    const wait = (text: string) =>
      readRetryAfter(new Headers({ 'retry-after': text, date: 'Sat, 21 Nov 2026 06:00:00 GMT' }));
    assert.equal(wait('3'), 3000);
    assert.equal(wait('Sat, 21 Nov 2026 06:00:09 GMT'), 9000);
    assert.equal(wait('Sat, 21 Nov 2026 05:00:00 GMT'), 0);
    assert.equal(wait('soon'), undefined);
    assert.equal(readRetryAfter(new Headers()), undefined);
  });
});

describe('the cloud’s clock', () => {
  const date = Date.parse('Sat, 21 Nov 2026 06:00:00 GMT');
  const headers = (more: Record<string, string> = {}) => new Headers({ date: new Date(date).toUTCString(), ...more });

  test('is learned from fresh answers only', () => {
    const clock = createCloudClock();
    assert.equal(clock.skewMs(), null);
    clock.observe(headers({ age: '30' }), date, date);
    clock.observe(headers(), date, date + 60_000);
    clock.observe(new Headers({ date: 'nonsense' }), date, date);
    assert.equal(clock.skewMs(), null);
    clock.observe(headers(), date - 90_000, date - 88_000);
    assert.equal(clock.skewMs(), 89_500);
  });

  test('corrects what matters and is believable', () => {
    const clock = createCloudClock();
    const correctedBy = (skew: number) => {
      clock.observe(headers(), date - skew + 500, date - skew + 500);
      return clock.corrected(1000) - 1000;
    };
    assert.equal(correctedBy(20_000), 0);
    assert.equal(correctedBy(20 * 60_000), 20 * 60_000);
    assert.equal(correctedBy(-8 * 3_600_000), -8 * 3_600_000);
    assert.equal(correctedBy(30 * 3_600_000), 0);
  });
});
