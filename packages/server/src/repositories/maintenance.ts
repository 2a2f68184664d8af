import { nextRun, type Schedule } from '@sampan/backup';
import type { Static } from 'typebox';
import type { Change } from '../platform/changes.ts';
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

/** The same after an edit: what the edit does not change stays when it was, also a check that was put off. */
export function editedTimes(
  row: RepositoryRow,
  after: Maintenance,
  now: number,
  appendOnly: boolean,
): { next_prune_at: number | null; next_check_at: number | null } {
  const before = maintenanceOf(row);
  const isSame = (a: Schedule, b: Schedule): boolean => JSON.stringify(a) === JSON.stringify(b);
  const next = nextMaintenance(after, now, { pruned: row.pruned_at, checked: row.checked_at, appendOnly });
  const isPruneKept = isSame(before.prune.schedule, after.prune.schedule) && appendOnly === (row.append_only === 1);
  return {
    next_prune_at: isPruneKept ? row.next_prune_at : next.next_prune_at,
    next_check_at: isSame(before.check.schedule, after.check.schedule) ? row.next_check_at : next.next_check_at,
  };
}

/** A routine check that could not be made now begins again after that. */
const PUT_OFF_MS = 3_600_000;

/** Within a change. A repository that is not checked by itself any more stays so. */
export async function putOffCheck(change: Change, id: string): Promise<void> {
  const later = change.now + PUT_OFF_MS;
  await change.db
    .updateTable('repositories')
    .set({ next_check_at: later })
    .where('id', '=', id)
    .where('next_check_at', '>', later)
    .execute();
  change.event({ kind: 'repository', id, action: 'changed' });
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
