import {
  checkSchedule,
  LONGEST_INTERVAL_MINUTES,
  nextRuns,
  type Schedule,
  SHORTEST_INTERVAL_MINUTES,
} from '@sampan/backup';
import { toSampanError } from '@sampan/driver';
import { type Static, Type } from 'typebox';
import { isoTime } from '../time.ts';
import { InvalidRequest } from './problem.ts';

/** One object instead of a union, so that what is wrong is told by its field. */
export const ScheduleSchema = Type.Object(
  {
    kind: Type.String({ enum: ['manual', 'times', 'interval', 'cron'] }),
    times: Type.Optional(
      Type.Array(Type.String({ maxLength: 5 }), { maxItems: 24, description: 'Times of the day, e.g. 02:30' }),
    ),
    weekdays: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        maxItems: 7,
        description: '1 is Monday; none: every day',
      }),
    ),
    minutes: Type.Optional(
      Type.Integer({
        minimum: SHORTEST_INTERVAL_MINUTES,
        maximum: LONGEST_INTERVAL_MINUTES,
        description: 'From one begin to the next',
      }),
    ),
    expression: Type.Optional(Type.String({ maxLength: 100, description: 'Five fields of cron' })),
    timeZone: Type.Optional(Type.String({ maxLength: 60, description: 'E.g. Asia/Shanghai; UTC when not said' })),
  },
  { additionalProperties: false },
);

export type ScheduleInput = Static<typeof ScheduleSchema>;

/** @throws InvalidRequest naming the field */
export function readSchedule(input: ScheduleInput, field: string): Schedule {
  const missing = (name: string): never => {
    throw new InvalidRequest([{ field: `${field}.${name}`, code: 'required', message: `${field}.${name} is needed` }]);
  };
  const timeZone = input.timeZone ?? 'UTC';
  const read = (): Schedule => {
    switch (input.kind) {
      case 'times':
        return {
          ...{ kind: 'times', times: [...new Set(input.times ?? missing('times'))].sort(), timeZone },
          ...(input.weekdays && input.weekdays.length > 0 && { weekdays: [...new Set(input.weekdays)].sort() }),
        };
      case 'interval':
        return { kind: 'interval', minutes: input.minutes ?? missing('minutes') };
      case 'cron':
        return { kind: 'cron', expression: input.expression ?? missing('expression'), timeZone };
      default:
        return { kind: 'manual' };
    }
  };
  const schedule = read();
  try {
    checkSchedule(schedule);
  } catch (error) {
    const { message, hint } = toSampanError(error);
    throw new InvalidRequest([{ field, code: 'invalid_schedule', message: hint ? `${message} ${hint}` : message }]);
  }
  return schedule;
}

export function presentSchedule(schedule: Schedule): ScheduleInput {
  switch (schedule.kind) {
    case 'times':
      return {
        ...{ kind: 'times', times: [...schedule.times], timeZone: schedule.timeZone },
        weekdays: [...(schedule.weekdays ?? [])],
      };
    default:
      return { ...schedule };
  }
}

/** The next so many times, to be shown. */
export function presentNextRuns(schedule: Schedule, now: number, lastBegin: number | null, count = 5): string[] {
  return nextRuns(schedule, now, lastBegin, count).map(isoTime);
}
