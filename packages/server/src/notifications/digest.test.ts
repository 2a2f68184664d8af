import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dueAt, nextAt } from './digest.ts';
import { waitAfter } from './timing.ts';

const at = (text: string) => Date.parse(text);
const iso = (time: number) => new Date(time).toISOString();

describe('a digest is due', () => {
  test('daily, at the time that clocks of the zone show', () => {
    assert.equal(iso(nextAt(at('2026-11-21T05:48:20Z'), '08:00', 'UTC')), '2026-11-21T08:00:00.000Z');
    assert.equal(iso(nextAt(at('2026-11-21T08:00:00Z'), '08:00', 'UTC')), '2026-11-22T08:00:00.000Z');
    assert.equal(iso(nextAt(at('2026-11-21T05:48:20Z'), '08:00', 'Asia/Shanghai')), '2026-11-22T00:00:00.000Z');
    assert.equal(iso(nextAt(at('2026-11-21T05:48:20Z'), '09:15', 'Asia/Kathmandu')), '2026-11-22T03:30:00.000Z');
  });

  test('across a change of the clocks too', () => {
    // Berlin: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
    assert.equal(iso(nextAt(at('2026-03-28T12:00:00Z'), '08:00', 'Europe/Berlin')), '2026-03-29T06:00:00.000Z');
    assert.equal(iso(nextAt(at('2026-10-24T12:00:00Z'), '08:00', 'Europe/Berlin')), '2026-10-25T07:00:00.000Z');
    assert.equal(iso(nextAt(at('2026-03-28T12:00:00Z'), '02:30', 'Europe/Berlin')), '2026-03-29T01:00:00.000Z');
    assert.equal(iso(nextAt(at('2026-10-24T12:00:00Z'), '02:30', 'Europe/Berlin')), '2026-10-25T00:30:00.000Z');
  });

  test('hourly, at the full hour of the zone, and immediately at once', () => {
    const channel = { digest_time: '08:00', time_zone: 'UTC' };
    const now = at('2026-11-21T05:48:20Z');
    assert.equal(iso(dueAt(now, { ...channel, digest: 'hourly' })), '2026-11-21T06:00:00.000Z');
    assert.equal(
      iso(dueAt(now, { ...channel, time_zone: 'Asia/Kolkata', digest: 'hourly' })),
      '2026-11-21T06:30:00.000Z',
    );
    assert.equal(dueAt(now, { ...channel, digest: 'immediately' }), now);
  });
});

test('the waits between attempts grow, and are longer when the other side asks for it', () => {
  assert.deepEqual(
    [1, 2, 3, 9, 50].map((attempts) => waitAfter(attempts) / 1000),
    [30, 60, 120, 7200, 7200],
  );
  assert.equal(waitAfter(1, 600_000), 600_000);
  assert.equal(waitAfter(1, 1e12), 24 * 3_600_000);
});
