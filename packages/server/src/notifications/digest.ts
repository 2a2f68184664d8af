import type { ChannelRow } from './tables.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function minutesInZone(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' });
  const found = Object.fromEntries(parts.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  return (found.hour ?? 0) * 60 + (found.minute ?? 0);
}

/**
 * The next time at which clocks of the zone show `hh:mm`, after `time`. Where a change of the clocks leaves that minute out,
 * the first one after it; where it comes twice, the first of both.
 */
export function nextAt(time: number, clock: string, timeZone: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const wanted = hour * 60 + minute;
  const start = Math.floor(time / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const ahead = (((wanted - minutesInZone(start, timeZone)) % 1440) + 1440) % 1440;
  const guess = start + ahead * MINUTE_MS;
  if (minutesInZone(guess, timeZone) === wanted) return guess;
  // The clocks change in between: look around the guess, at most three hours off.
  for (let candidate = Math.max(start, guess - 3 * HOUR_MS); candidate <= guess + 3 * HOUR_MS; candidate += MINUTE_MS) {
    const shown = minutesInZone(candidate, timeZone);
    if (shown === wanted) return candidate;
    // Left out: the clocks jump over it.
    if (shown > wanted && shown - wanted < 180 && minutesInZone(candidate - MINUTE_MS, timeZone) < wanted)
      return candidate;
  }
  return guess;
}

/** When a notice that comes at `time` is told by a channel. */
export function dueAt(time: number, channel: Pick<ChannelRow, 'digest' | 'digest_time' | 'time_zone'>): number {
  switch (channel.digest) {
    case 'immediately':
      return time;
    case 'hourly':
      // The full hour of the zone: some zones are half an hour off.
      return time + (60 - (minutesInZone(time, channel.time_zone) % 60)) * MINUTE_MS - (time % MINUTE_MS);
    case 'daily':
      return nextAt(time, channel.digest_time, channel.time_zone);
  }
}
