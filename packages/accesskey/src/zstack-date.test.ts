import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkZStackDate, formatZStackDate, parseZStackDate } from './zstack-date.ts';

const at = (zone: string) => parseZStackDate(`Sat, 21 Nov 2026 06:12:05 ${zone}`)?.instants;
const utc = (text: string) => Date.parse(text);

describe('the Date header', () => {
  for (const [zone, instant] of [
    ['PRC', '2026-11-20T22:12:05Z'],
    ['Asia/Shanghai', '2026-11-20T22:12:05Z'],
    ['Etc/UTC', '2026-11-21T06:12:05Z'],
    ['UTC', '2026-11-21T06:12:05Z'],
    ['GMT', '2026-11-21T06:12:05Z'],
    ['Z', '2026-11-21T06:12:05Z'],
    ['+08:00', '2026-11-20T22:12:05Z'],
    ['GMT+08:00', '2026-11-20T22:12:05Z'],
    ['-03:30', '2026-11-21T09:42:05Z'],
    ['+03', '2026-11-21T03:12:05Z'],
    ['America/New_York', '2026-11-21T11:12:05Z'],
    ['MMT', '2026-11-20T23:42:05Z'],
    ['ICT', '2026-11-20T23:12:05Z'],
  ] as const) {
    test(`reads the zone ${zone}`, () => assert.deepEqual(at(zone), [utc(instant)]));
  }

  test('an ambiguous abbreviation gives every reading', () => {
    assert.deepEqual(at('CST'), [
      utc('2026-11-20T22:12:05Z'),
      utc('2026-11-21T12:12:05Z'),
      utc('2026-11-21T11:12:05Z'),
    ]);
    assert.equal(at('IST')?.length, 4);
    assert.equal(at('BST')?.length, 3);
  });

  test('summer time: the hour shown twice has two readings, the hour left out is still read', () => {
    assert.equal(parseZStackDate('Sun, 25 Oct 2026 02:30:00 Europe/Berlin')?.instants.length, 2);
    assert.deepEqual(parseZStackDate('Sun, 25 Oct 2026 04:30:00 Europe/Berlin')?.instants, [
      utc('2026-10-25T03:30:00Z'),
    ]);
    assert.ok(parseZStackDate('Sun, 29 Mar 2026 02:30:00 Europe/Berlin'));
  });

  for (const text of [
    '',
    'Sat, 21 Nov 2026 06:12:05',
    'Sat, 21 Nov 2026 06:12:05 ',
    'Sat, 21 Nov 2026 06:12:05 +0800',
    'Sat, 21 Nov 2026 06:12:05 GMT+8',
    'Sat, 21 Nov 2026 06:12:05 UTC+8',
    'Sat, 21 Nov 2026 06:12:05 +19:00',
    'Sat, 21 Nov 2026 06:12:05 Nowhere/Land',
    'Sat, 21 Nov 2026 06:12:05 constructor',
    'Fri, 21 Nov 2026 06:12:05 GMT',
    'Sat, 7 Nov 2026 06:12:05 GMT',
    'Sun, 31 Nov 2026 06:12:05 GMT',
    'Sat, 21 Nov 2026 24:00:00 GMT',
    'Sat, 21 Nov 2026 06:60:05 GMT',
    'Sat, 21 Nov 26 06:12:05 GMT',
    'Sat, 21 Nov 2026 06:12:05 GMT GMT',
    'Sa, 21 Nov 2026 06:12:05 GMT',
    '2026-11-21T06:12:05Z',
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseZStackDate(text), null);
      assert.deepEqual(checkZStackDate(text, 0), { ok: false, reason: 'bad_date' });
    });
  }

  test('case does not matter', () => assert.ok(parseZStackDate('sat, 21 NOV 2026 06:12:05 gmt')));

  test('what we write is read back to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        assert.deepEqual(parseZStackDate(formatZStackDate(seconds * 1000))?.instants, [seconds * 1000]);
      }),
      { numRuns: 200 },
    );
  });

  test('the clock may differ by 15 minutes either way, not by a millisecond more', () => {
    const now = utc('2026-11-21T06:12:05Z');
    const quarter = 15 * 60_000;
    const check = (shift: number) => checkZStackDate('Sat, 21 Nov 2026 06:12:05 GMT', now + shift);
    assert.deepEqual(check(0), { ok: true, skewMs: 0 });
    assert.deepEqual(check(quarter), { ok: true, skewMs: -quarter });
    assert.deepEqual(check(-quarter), { ok: true, skewMs: quarter });
    assert.deepEqual(check(quarter + 1), { ok: false, reason: 'clock_skew', skewMs: -quarter - 1 });
    assert.deepEqual(check(-quarter - 1), { ok: false, reason: 'clock_skew', skewMs: quarter + 1 });
  });

  test('CST is taken as China and as Chicago, and nothing between', () => {
    const check = (instant: string) => checkZStackDate('Sat, 21 Nov 2026 06:12:05 CST', utc(instant)).ok;
    assert.equal(check('2026-11-20T22:12:05Z'), true);
    assert.equal(check('2026-11-21T12:12:05Z'), true);
    assert.equal(check('2026-11-21T06:12:05Z'), false);
  });

  test('the clock on the wall counts only when a zone for it is given', () => {
    const now = utc('2026-11-20T22:12:05Z');
    const text = 'Sat, 21 Nov 2026 06:12:05 America/New_York';
    assert.equal(checkZStackDate(text, now).ok, false);
    assert.deepEqual(checkZStackDate(text, now, { wallClockZone: 'Asia/Shanghai' }), { ok: true, skewMs: 0 });
  });
});
