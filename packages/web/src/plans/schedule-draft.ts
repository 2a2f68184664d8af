import type { Schedule } from '../api/backup-resources.ts';

export const SCHEDULE_MODES = ['daily', 'weekdays', 'interval', 'cron', 'manual'] as const;
export type ScheduleMode = (typeof SCHEDULE_MODES)[number];

export const INTERVAL_UNITS = { minutes: 1, hours: 60, days: 1440 } as const;
export type IntervalUnit = keyof typeof INTERVAL_UNITS;

/** A schedule as the fields of the form hold it. */
export interface ScheduleDraft {
  mode: ScheduleMode;
  /** Times of the day as typed: `02:30, 14:30`. */
  times: string;
  /** 1 is Monday. */
  weekdays: readonly number[];
  amount: string;
  unit: IntervalUnit;
  expression: string;
  timeZone: string;
}

export function scheduleDraft(schedule: Schedule | undefined, timeZone: string): ScheduleDraft {
  const minutes = schedule?.minutes ?? 360;
  const unit = minutes % 1440 === 0 ? 'days' : minutes % 60 === 0 ? 'hours' : 'minutes';
  const weekdays = schedule?.weekdays ?? [];
  return {
    mode: modeOf(schedule),
    times: schedule?.times?.join(', ') ?? '02:30',
    weekdays: weekdays.length > 0 ? weekdays : [1, 2, 3, 4, 5],
    amount: String(minutes / INTERVAL_UNITS[unit]),
    unit,
    expression: schedule?.expression ?? '30 2 * * *',
    timeZone: schedule?.timeZone ?? timeZone,
  };
}

function modeOf(schedule: Schedule | undefined): ScheduleMode {
  if (!schedule) return 'daily';
  if (schedule.kind !== 'times') return schedule.kind;
  return schedule.weekdays && schedule.weekdays.length > 0 ? 'weekdays' : 'daily';
}

/** `9:5, 14：30` → `09:05`, `14:30`; what is no time is kept, so that the server says so. */
export function timesOf(text: string): string[] {
  return text
    .split(/[,，;；、\s]+/)
    .filter(Boolean)
    .map((each) => {
      const [hour = '', minute, ...more] = each.replace('：', ':').split(':');
      if (minute === undefined || more.length > 0 || !/^\d{1,2}$/.test(hour) || !/^\d{1,2}$/.test(minute)) return each;
      return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
    });
}

export function scheduleOf(draft: ScheduleDraft): Schedule {
  const { mode, timeZone } = draft;
  switch (mode) {
    case 'daily':
      return { kind: 'times', times: timesOf(draft.times), timeZone };
    case 'weekdays':
      return { kind: 'times', times: timesOf(draft.times), weekdays: [...draft.weekdays].sort(), timeZone };
    case 'interval':
      return { kind: 'interval', minutes: Math.round(Number(draft.amount) * INTERVAL_UNITS[draft.unit]) };
    case 'cron':
      return { kind: 'cron', expression: draft.expression.trim(), timeZone };
    default:
      return { kind: 'manual' };
  }
}

export type ScheduleProblem = 'timesNeeded' | 'timesWrong' | 'weekdaysNeeded' | 'intervalWrong' | 'cronWrong';

/** What can be seen to be wrong without asking the server. */
export function scheduleProblem(draft: ScheduleDraft): ScheduleProblem | null {
  const { mode } = draft;
  if (mode === 'daily' || mode === 'weekdays') {
    const times = timesOf(draft.times);
    if (times.length === 0) return 'timesNeeded';
    if (!times.every((time) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time))) return 'timesWrong';
    if (mode === 'weekdays' && draft.weekdays.length === 0) return 'weekdaysNeeded';
  }
  if (mode === 'interval') {
    const minutes = Number(draft.amount) * INTERVAL_UNITS[draft.unit];
    if (!(minutes >= 5) || minutes > 366 * 1440) return 'intervalWrong';
  }
  return mode === 'cron' && draft.expression.trim().split(/\s+/).length !== 5 ? 'cronWrong' : null;
}
