import { createHash } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import { Cron } from 'croner';

/** When a plan runs by itself. */
export type Schedule =
  | { kind: 'manual' }
  /** At times of the day, e.g. `02:30`, on days of the week, 1 (Monday) to 7; every day without any. */
  | { kind: 'times'; times: readonly string[]; weekdays?: readonly number[] | undefined; timeZone: string }
  /** So many minutes after the last begin, whatever the clock says: `every 18 hours` is that, and no step of a cron. */
  | { kind: 'interval'; minutes: number }
  /** Five fields. */
  | { kind: 'cron'; expression: string; timeZone: string };

const MINUTE_MS = 60_000;
export const SHORTEST_INTERVAL_MINUTES = 5;
export const LONGEST_INTERVAL_MINUTES = 366 * 24 * 60;

function invalid(message: string, hint: string): SampanError {
  return new SampanError('invalid_schedule', message, { hint });
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw invalid(`There is no time zone ${timeZone}.`, 'Give a name such as Asia/Shanghai or UTC.');
  }
}

function cronOf(expression: string, timeZone: string): Cron {
  if (expression.trim().split(/\s+/).length !== 5) {
    throw invalid(
      `${JSON.stringify(expression)} has not five fields.`,
      'E.g. "30 2 * * 1-5": minute, hour, day, month, weekday.',
    );
  }
  try {
    return new Cron(expression, { timezone: timeZone, paused: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(`${JSON.stringify(expression)} is no cron expression: ${why}`, 'E.g. "30 2 * * 1-5".');
  }
}

function cronsOf(schedule: Extract<Schedule, { kind: 'times' | 'cron' }>): Cron[] {
  const { timeZone } = schedule;
  if (schedule.kind === 'cron') return [cronOf(schedule.expression, timeZone)];
  // 7 and 0 are Sunday to cron.
  const days = schedule.weekdays && schedule.weekdays.length > 0 ? schedule.weekdays.join(',') : '*';
  return schedule.times.map((time) => {
    const [hour, minute] = time.split(':').map(Number);
    return cronOf(`${minute} ${hour} * * ${days}`, timeZone);
  });
}

/** @throws `invalid_schedule` saying what to give instead */
export function checkSchedule(schedule: Schedule): void {
  switch (schedule.kind) {
    case 'manual':
      return;
    case 'interval': {
      const { minutes } = schedule;
      if (Number.isSafeInteger(minutes) && minutes >= SHORTEST_INTERVAL_MINUTES && minutes <= LONGEST_INTERVAL_MINUTES)
        return;
      throw invalid('The interval is not possible.', `Give from ${SHORTEST_INTERVAL_MINUTES} minutes to a year.`);
    }
    case 'times':
      checkTimeZone(schedule.timeZone);
      if (schedule.times.length === 0 || schedule.times.length > 24)
        throw invalid('There is no time.', 'Give 1 to 24 times such as 02:30.');
      for (const time of schedule.times) {
        if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time))
          throw invalid(`${time} is no time of the day.`, 'Give e.g. 02:30.');
      }
      for (const day of schedule.weekdays ?? []) {
        if (!(Number.isInteger(day) && day >= 1 && day <= 7))
          throw invalid(`${day} is no day of the week.`, 'Give 1 (Monday) to 7 (Sunday).');
      }
      return;
    case 'cron': {
      checkTimeZone(schedule.timeZone);
      if (!cronOf(schedule.expression, schedule.timeZone).nextRun()) {
        throw invalid(`${schedule.expression} never happens.`, 'Check day and month.');
      }
    }
  }
}

/** When it runs next after a moment; null for never. `lastBegin` matters to intervals only: without one they begin at once. */
export function nextRun(schedule: Schedule, after: number, lastBegin: number | null): number | null {
  switch (schedule.kind) {
    case 'manual':
      return null;
    case 'interval':
      return lastBegin === null ? after : Math.max(after, lastBegin + schedule.minutes * MINUTE_MS);
    case 'times':
    case 'cron': {
      const runs = cronsOf(schedule).flatMap((cron) => cron.nextRun(new Date(after))?.getTime() ?? []);
      return runs.length === 0 ? null : Math.min(...runs);
    }
  }
}

/** The next so many, to be shown. */
export function nextRuns(schedule: Schedule, after: number, lastBegin: number | null, count: number): number[] {
  const runs: number[] = [];
  let [from, last] = [after, lastBegin];
  while (runs.length < count) {
    const next = nextRun(schedule, from, last);
    if (next === null) break;
    runs.push(next);
    from = next;
    last = next;
  }
  return runs;
}

/** A delay of its own for each plan, always the same: plans of one hour do not all begin in the same second. */
export function jitterMs(planId: string, atMostMinutes: number): number {
  if (atMostMinutes <= 0) return 0;
  const number = createHash('sha256').update(planId).digest().readUInt32BE();
  return Math.floor((number / 2 ** 32) * atMostMinutes * MINUTE_MS);
}
