import { CommandError } from './exit.ts';

/**
 * A `Date` header as ZStack's own script makes it: the digits of the clock in a zone, and the zone's name.
 * ZStack's default compares the digits with its own wall clock, so the zone of the server is the one to choose.
 */
export function zonedDate(instant: number, timeZone: string): string {
  let parts: Record<string, string>;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      day: '2-digit',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    parts = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
  } catch {
    throw new CommandError(`${timeZone} is not a time zone.`, { hint: 'Give e.g. GMT, PRC or Asia/Shanghai.' });
  }
  const { weekday, day, month, year, hour, minute, second } = parts;
  return `${weekday}, ${day} ${month} ${year} ${hour}:${minute}:${second} ${timeZone}`;
}
