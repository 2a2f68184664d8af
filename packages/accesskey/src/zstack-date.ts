import { wallClock, zoneOffsets } from './zone.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FORM = /^([a-z]{3}), (\d\d) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (\S{1,64})$/i;

export const ZSTACK_CLOCK_WINDOW_MS = 15 * 60_000;

export interface ZStackDate {
  /** The digits as if they were UTC, milliseconds since 1970. */
  wall: number;
  /** The zone's text as given. */
  zone: string;
  /** Every instant that the text can mean, milliseconds since 1970 UTC; more than one for `CST` and its like. */
  instants: readonly number[];
}

/**
 * Reads a `Date` header of the form `EEE, dd MMM yyyy HH:mm:ss z` (English, case does not matter), e.g.
 * `Fri, 06 Aug 2021 17:58:34 PRC`; null when it is not one: a one-digit day, a weekday that is not that day's, a date
 * that does not exist, an unknown zone, no zone.
 */
export function parseZStackDate(text: string): ZStackDate | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [, weekday = '', day, monthName = '', year, hour, minute, second, zone = ''] = match;
  const month = MONTHS.indexOf(monthName.toLowerCase());
  const wall = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const read = new Date(wall);
  const exists =
    month >= 0 &&
    Number(year) >= 1000 &&
    read.getUTCMonth() === month &&
    read.getUTCDate() === Number(day) &&
    read.getUTCHours() === Number(hour) &&
    read.getUTCMinutes() === Number(minute) &&
    read.getUTCSeconds() === Number(second);
  if (!exists || WEEKDAYS[read.getUTCDay()] !== weekday.toLowerCase()) return null;
  const instants = zoneOffsets(zone, wall).map((offset) => wall - offset);
  return instants.length > 0 ? { wall, zone, instants } : null;
}

/** The form that every reader takes: `Sat, 21 Nov 2026 06:11:54 GMT`. */
export function formatZStackDate(instant: number): string {
  return new Date(instant).toUTCString();
}

export interface ZStackDateOptions {
  /** How far the clocks may differ, milliseconds; 15 minutes when not said. The limit itself is still accepted. */
  windowMs?: number;
  /**
   * ZStack's own default compares the digits of the `Date` with the clock on the server's wall and ignores the zone.
   * With a zone id here such a date is accepted too.
   */
  wallClockZone?: string;
}

export type ZStackDateCheck =
  | { ok: true; skewMs: number }
  | { ok: false; reason: 'bad_date' }
  | { ok: false; reason: 'clock_skew'; skewMs: number };

/** `skewMs` is the client's clock minus ours, of the reading that is nearest. */
export function checkZStackDate(text: string, now: number, options: ZStackDateOptions = {}): ZStackDateCheck {
  const date = parseZStackDate(text);
  if (!date) return { ok: false, reason: 'bad_date' };
  const skews = date.instants.map((instant) => instant - now);
  const shown = options.wallClockZone === undefined ? null : wallClock(options.wallClockZone, now);
  if (shown !== null) skews.push(date.wall - shown);
  const skewMs = skews.reduce((best, skew) => (Math.abs(skew) < Math.abs(best) ? skew : best));
  const windowMs = options.windowMs ?? ZSTACK_CLOCK_WINDOW_MS;
  return Math.abs(skewMs) <= windowMs ? { ok: true, skewMs } : { ok: false, reason: 'clock_skew', skewMs };
}
