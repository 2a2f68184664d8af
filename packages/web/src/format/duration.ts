const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long something took or will take, with the two largest units that matter: `340 ms`, `4.2 s`, `3 min 20 s`.
 *
 * @param milliseconds negative values (two clocks that differ) count as none
 */
export function formatDuration(milliseconds: number, locale: string): string {
  const time = Math.max(0, milliseconds);
  if (time < SECOND) return unit(Math.round(time), 'millisecond', locale);
  if (time < 10 * SECOND) return unit(Math.round(time / 100) / 10, 'second', locale);
  if (Math.round(time / SECOND) < 60) return unit(Math.round(time / SECOND), 'second', locale);
  if (time < HOUR) return pair(time, MINUTE, 'minute', SECOND, 'second', locale);
  if (time < DAY) return pair(time, HOUR, 'hour', MINUTE, 'minute', locale);
  return pair(time, DAY, 'day', HOUR, 'hour', locale);
}

function pair(time: number, big: number, bigName: string, small: number, smallName: string, locale: string): string {
  const smalls = Math.round(time / small);
  const ratio = big / small;
  const whole = Math.floor(smalls / ratio);
  const rest = smalls % ratio;
  const first = unit(whole, bigName, locale);
  return rest === 0 ? first : `${first} ${unit(rest, smallName, locale)}`;
}

function unit(value: number, name: string, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(value);
}
