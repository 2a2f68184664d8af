import type { RetentionVerdict } from '../api/backup-resources.ts';

export interface CalendarDay {
  /** Of the month. */
  day: number;
  kept: number;
  gone: number;
  reasons: readonly string[];
}

export interface CalendarMonth {
  year: number;
  /** 1 to 12. */
  month: number;
  /** Empty places before the first day; weeks begin on Monday. */
  offset: number;
  days: CalendarDay[];
}

/**
 * What a policy keeps, by the days of the months that have something, newest month first.
 *
 * @param timeZone whose days are counted
 */
export function retentionCalendar(verdicts: readonly RetentionVerdict[], timeZone: string): CalendarMonth[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const months = new Map<string, CalendarMonth>();
  for (const { time, reasons } of verdicts) {
    const [year = 0, month = 0, day = 0] = format.format(new Date(time)).split('-').map(Number);
    const key = `${year}-${String(month).padStart(2, '0')}`;
    const known = months.get(key) ?? emptyMonth(year, month);
    months.set(key, known);
    const at = known.days[day - 1];
    if (!at) continue;
    const isKept = reasons.length > 0;
    known.days[day - 1] = {
      ...{ day, kept: at.kept + (isKept ? 1 : 0), gone: at.gone + (isKept ? 0 : 1) },
      reasons: [...new Set([...at.reasons, ...reasons])],
    };
  }
  return [...months].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, month]) => month);
}

function emptyMonth(year: number, month: number): CalendarMonth {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const weekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return {
    ...{ year, month, offset: (weekday + 6) % 7 },
    days: Array.from({ length }, (_, at) => ({ day: at + 1, kept: 0, gone: 0, reasons: [] })),
  };
}

/** How many are kept and how many go. */
export function retentionTotals(verdicts: readonly RetentionVerdict[]): { kept: number; gone: number } {
  const kept = verdicts.filter(({ reasons }) => reasons.length > 0).length;
  return { kept, gone: verdicts.length - kept };
}
