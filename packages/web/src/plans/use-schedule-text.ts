import { useCallback } from 'react';
import type { Schedule } from '../api/backup-resources.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** The name of a day of the week, 1 is Monday. */
export function weekdayName(day: number, locale: string): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day));
}

/** A schedule in words: `Every day at 02:30`. */
export function useScheduleText(): (schedule: Schedule) => string {
  const { t, locale } = useTexts();
  return useCallback(
    (schedule) => {
      switch (schedule.kind) {
        case 'times': {
          const times = (schedule.times ?? []).join(', ');
          const days = (schedule.weekdays ?? []).map((day) => weekdayName(day, locale)).join(', ');
          return days === '' ? t('plans.everyDayAt', { times }) : t('plans.onDaysAt', { days, times });
        }
        case 'interval':
          return t('plans.everyInterval', { time: formatDuration((schedule.minutes ?? 0) * 60_000, locale) });
        case 'cron':
          return `cron ${schedule.expression ?? ''}`;
        default:
          return t('plans.byHand');
      }
    },
    [t, locale],
  );
}
