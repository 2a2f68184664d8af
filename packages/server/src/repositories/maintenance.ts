import { nextRun, type Schedule } from '@sampan/backup';
import type { Static } from 'typebox';
import { readSchedule } from '../platform/http/schedule-schema.ts';
import { fromJson } from '../platform/json.ts';
import type { MaintenanceInput } from './schema.ts';
import type { RepositoryRow } from './tables.ts';

export interface Maintenance {
  prune: { schedule: Schedule; maximumUnusedPercent: number };
  check: { schedule: Schedule; readDataPercent: number };
}

/** On Sundays, apart from each other and from the usual times of backups. */
const DEFAULT: Maintenance = {
  prune: { schedule: { kind: 'times', times: ['04:30'], weekdays: [7], timeZone: 'UTC' }, maximumUnusedPercent: 5 },
  check: { schedule: { kind: 'times', times: ['06:30'], weekdays: [7], timeZone: 'UTC' }, readDataPercent: 5 },
};

export function maintenanceOf(row: Pick<RepositoryRow, 'maintenance'>): Maintenance {
  return fromJson<Maintenance>(row.maintenance);
}

/** What is given replaces what is there. @throws InvalidRequest */
export function readMaintenance(
  given: Static<typeof MaintenanceInput> | undefined,
  before: Maintenance = DEFAULT,
): Maintenance {
  return {
    prune: given?.prune
      ? { ...given.prune, schedule: readSchedule(given.prune.schedule, 'maintenance.prune.schedule') }
      : before.prune,
    check: given?.check
      ? { ...given.check, schedule: readSchedule(given.check.schedule, 'maintenance.check.schedule') }
      : before.check,
  };
}

/** When each is due next. An append-only repository is never pruned. */
export function nextMaintenance(
  { prune, check }: Maintenance,
  now: number,
  last: { pruned: number | null; checked: number | null; appendOnly: boolean },
): { next_prune_at: number | null; next_check_at: number | null } {
  // An interval that never ran begins after its length, not at once.
  return {
    next_prune_at: last.appendOnly ? null : nextRun(prune.schedule, now, last.pruned ?? now),
    next_check_at: nextRun(check.schedule, now, last.checked ?? now),
  };
}
