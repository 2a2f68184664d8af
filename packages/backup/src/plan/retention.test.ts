import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RetainedBackup, type RetentionPolicy, retain } from './retention.ts';

const at = (text: string, more: Partial<RetainedBackup> = {}): RetainedBackup => ({
  ...{
    id: text,
    time: Date.parse(`${text}${text.length === 10 ? 'T02:00:00Z' : ':00Z'}`),
    isComplete: true,
    isPinned: false,
  },
  ...more,
});
const kept = (backups: readonly RetainedBackup[], policy: RetentionPolicy, zone = 'UTC') =>
  Object.fromEntries(
    retain(backups, policy, zone)
      .filter(({ reasons }) => reasons.length > 0)
      .map(({ id, reasons }) => [id, reasons.join(' ')]),
  );
const days = (count: number, from = '2026-01-01') =>
  Array.from({ length: count }, (_, index) =>
    at(new Date(Date.parse(from) + index * 86_400_000).toISOString().slice(0, 10)),
  );

test('the latest of each period stands for it', () => {
  assert.deepEqual(kept(days(40), { daily: 2, weekly: 2, monthly: 2 }), {
    '2026-02-09': 'latest daily weekly monthly',
    '2026-02-08': 'daily weekly',
    '2026-01-31': 'monthly',
  });
  assert.deepEqual(kept([at('2025-12-30'), at('2026-01-02'), at('2026-01-05')], { weekly: 5 }), {
    '2026-01-05': 'latest weekly',
    '2026-01-02': 'weekly',
  });
});

test('periods are those of the plan’s time zone, also when the clock changes', () => {
  const evening = [at('2026-03-01T15:30'), at('2026-03-01T16:30')];
  assert.equal(Object.keys(kept(evening, { daily: 5 }, 'UTC')).length, 1);
  assert.equal(Object.keys(kept(evening, { daily: 5 }, 'Asia/Shanghai')).length, 2);
  const change = [at('2026-10-25T00:30'), at('2026-10-25T01:30'), at('2026-10-25T02:30')];
  assert.equal(Object.keys(kept(change, { daily: 5 }, 'Europe/Berlin')).length, 1);
});

test('a partial backup never stands where there is a complete one', () => {
  const backups = [
    at('2026-01-01'),
    at('2026-01-02T02:00'),
    at('2026-01-02T08:00', { isComplete: false }),
    at('2026-01-03', { isComplete: false }),
  ];
  assert.deepEqual(kept(backups, { daily: 3 }), {
    '2026-01-03': 'latest daily',
    '2026-01-02T02:00': 'latest daily',
    '2026-01-01': 'daily',
  });
});

test('pinned ones stay, and with nothing said everything does', () => {
  assert.equal(kept([at('2020-01-01', { isPinned: true }), ...days(5)], { last: 1 })['2020-01-01'], 'pinned');
  assert.equal(Object.keys(kept(days(5), {})).length, 5);
});

test('when backups stop, `within` thins out nothing more', () => {
  assert.equal(Object.keys(kept(days(30), { withinDays: 7 })).length, 8);
});

test('whatever the policy, the latest and the latest complete one stay, and more wishes keep no less', () => {
  const backup = fc.record({
    time: fc.integer({ min: 1.6e12, max: 1.8e12 }),
    isComplete: fc.boolean(),
    isPinned: fc.boolean(),
  });
  const count = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined });
  const policy = fc.record({
    last: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    withinDays: count,
  });
  fc.assert(
    fc.property(fc.array(backup, { minLength: 1, maxLength: 30 }), policy, (raw, wish) => {
      const backups = raw.map((each, index) => ({ ...each, id: `${index}` }));
      const some = new Set(Object.keys(kept(backups, wish)));
      const newest = Math.max(...backups.map(({ time }) => time));
      assert.ok(backups.some(({ id, time }) => time === newest && some.has(id)));
      const complete = backups.filter(({ isComplete }) => isComplete);
      if (complete.length > 0) {
        const newestComplete = Math.max(...complete.map(({ time }) => time));
        assert.ok(complete.some(({ id, time }) => time === newestComplete && some.has(id)));
      }
      const more = new Set(
        Object.keys(kept(backups, { ...wish, daily: (wish.daily ?? 0) + 2, last: (wish.last ?? 0) + 1 })),
      );
      const isLimited = Object.values(wish).some((value) => value !== undefined);
      if (isLimited) for (const id of some) assert.ok(more.has(id));
    }),
    { numRuns: 300 },
  );
});
