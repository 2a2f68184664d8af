import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchedule, jitterMs, nextRun, nextRuns, type Schedule } from './schedule.ts';

const iso = (times: readonly number[]) => times.map((time) => new Date(time).toISOString().slice(0, 16));
const HOUR = 3_600_000;

test('every day of the week can be chosen, Thursday too', () => {
  for (let day = 1; day <= 7; day += 1) {
    const schedule: Schedule = { kind: 'times', times: ['02:30'], weekdays: [day], timeZone: 'UTC' };
    checkSchedule(schedule);
    const [first = 0] = nextRuns(schedule, Date.parse('2026-11-20T00:00Z'), null, 1);
    assert.equal(new Date(first).getUTCDay(), day % 7);
  }
});

test('several times a day, in the time zone of the plan', () => {
  const schedule: Schedule = { kind: 'times', times: ['02:30', '14:00'], timeZone: 'Asia/Shanghai' };
  assert.deepEqual(iso(nextRuns(schedule, Date.parse('2026-11-20T00:00Z'), null, 3)), [
    '2026-11-20T06:00',
    '2026-11-20T18:30',
    '2026-11-21T06:00',
  ]);
});

test('when the clock is put forward or back a plan still runs once a day', () => {
  const schedule: Schedule = { kind: 'times', times: ['02:30'], timeZone: 'Europe/Berlin' };
  for (const from of ['2026-03-27T12:00Z', '2026-10-23T12:00Z']) {
    const runs = nextRuns(schedule, Date.parse(from), null, 4);
    assert.equal(new Set(runs.map((time) => new Date(time).toISOString().slice(0, 10))).size, 4, iso(runs).join());
  }
});

test('an interval is one, not a step of the clock', () => {
  const begin = Date.parse('2026-11-20T05:00Z');
  assert.deepEqual(iso(nextRuns({ kind: 'interval', minutes: 18 * 60 }, begin, begin, 3)), [
    '2026-11-20T23:00',
    '2026-11-21T17:00',
    '2026-11-22T11:00',
  ]);
  assert.deepEqual(iso(nextRuns({ kind: 'interval', minutes: 45 }, begin, begin, 2)), [
    '2026-11-20T05:45',
    '2026-11-20T06:30',
  ]);
  // Late: at once, and not as often as it was missed.
  assert.equal(nextRun({ kind: 'interval', minutes: 60 }, begin + 10 * HOUR, begin), begin + 10 * HOUR);
  assert.equal(nextRun({ kind: 'interval', minutes: 60 }, begin, null), begin);
});

test('cron expressions, and what is none', () => {
  assert.deepEqual(
    iso(
      nextRuns({ kind: 'cron', expression: '0 3 * * 1-5', timeZone: 'UTC' }, Date.parse('2026-11-20T12:00Z'), null, 1),
    ),
    ['2026-11-23T03:00'],
  );
  const wrong: Schedule[] = [
    { kind: 'cron', expression: 'every day', timeZone: 'UTC' },
    { kind: 'cron', expression: '* * * * * *', timeZone: 'UTC' },
    { kind: 'cron', expression: '0 0 31 2 *', timeZone: 'UTC' },
    { kind: 'cron', expression: '0 0 * * *', timeZone: 'Mars/Olympus' },
    { kind: 'times', times: [], timeZone: 'UTC' },
    { kind: 'times', times: ['25:00'], timeZone: 'UTC' },
    { kind: 'times', times: ['02:00'], weekdays: [8], timeZone: 'UTC' },
    { kind: 'interval', minutes: 1 },
    { kind: 'interval', minutes: 1.5 },
  ];
  for (const schedule of wrong) {
    assert.throws(
      () => checkSchedule(schedule),
      (error: { code: string; hint: string }) => error.code === 'invalid_schedule' && error.hint !== '',
    );
  }
});

test('a plan’s delay is its own, always the same, and within the bound', () => {
  const delays = Array.from({ length: 50 }, (_, index) => jitterMs(`plan-${index}`, 30));
  assert.ok(delays.every((delay) => delay >= 0 && delay < 30 * 60_000));
  assert.ok(new Set(delays).size > 45);
  assert.equal(jitterMs('plan-1', 30), jitterMs('plan-1', 30));
  assert.equal(jitterMs('plan-1', 0), 0);
});
