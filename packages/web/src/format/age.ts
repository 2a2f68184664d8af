const STEPS: readonly { below: number; unit: Intl.RelativeTimeFormatUnit; milliseconds: number }[] = [
  { below: 60_000, unit: 'second', milliseconds: 1000 },
  { below: 3_600_000, unit: 'minute', milliseconds: 60_000 },
  { below: 86_400_000, unit: 'hour', milliseconds: 3_600_000 },
  { below: 30 * 86_400_000, unit: 'day', milliseconds: 86_400_000 },
  { below: 365 * 86_400_000, unit: 'month', milliseconds: 30 * 86_400_000 },
];
const YEAR = { unit: 'year' as const, milliseconds: 365 * 86_400_000 };

const formatters = new Map<string, Intl.RelativeTimeFormat>();

/**
 * How far a moment is from now: `12 sec. ago`, `in 3 days`.
 *
 * A server's clock that is a little ahead must not turn "just now" into the future, so up to five seconds ahead is now.
 */
export function formatAge(moment: string | number, now: number, locale: string): string {
  let distance = new Date(moment).getTime() - now;
  if (distance > 0 && distance <= 5000) distance = 0;
  const size = Math.abs(distance);
  const step = STEPS.find((candidate) => size < candidate.below) ?? YEAR;
  const value = Math.trunc(distance / step.milliseconds);
  return formatterFor(locale).format(value === 0 ? 0 : value, step.unit);
}

function formatterFor(locale: string): Intl.RelativeTimeFormat {
  const known = formatters.get(locale);
  if (known) return known;
  const made = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  formatters.set(locale, made);
  return made;
}
