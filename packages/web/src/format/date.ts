const formatters = new Map<string, Intl.DateTimeFormat>();

/** A moment in the person's own time zone: `20 Nov 2026, 23:14`. */
export function formatDateTime(moment: string | number, locale: string, timeZone?: string): string {
  return formatter('minute', locale, timeZone).format(new Date(moment));
}

/** A moment with seconds and the name of the time zone, for tool tips and details. */
export function formatExactTime(moment: string | number, locale: string, timeZone?: string): string {
  return formatter('exact', locale, timeZone).format(new Date(moment));
}

/** The time of day with seconds, for logs. */
export function formatClock(moment: string | number, locale: string, timeZone?: string): string {
  return formatter('clock', locale, timeZone).format(new Date(moment));
}

const FORMS: Readonly<Record<'minute' | 'exact' | 'clock', Intl.DateTimeFormatOptions>> = {
  minute: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false },
  exact: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    timeZoneName: 'short',
  },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
};

function formatter(form: keyof typeof FORMS, locale: string, timeZone: string | undefined): Intl.DateTimeFormat {
  const key = `${form} ${locale} ${timeZone ?? ''}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...FORMS[form], ...(timeZone && { timeZone }) });
  formatters.set(key, made);
  return made;
}
