import type { PlanRow } from './tables.ts';

/**
 * `green`: the last good backup is as young as it should be. `amber`: it is, but the last run or drill was not good, the repository
 * is damaged, the objective ends soon, or there is none yet. `red`: it is too old, or there is none. `none`: no objective. `paused`: by a person.
 */
export type Freshness = 'green' | 'amber' | 'red' | 'none' | 'paused';

/** In the last fifth of the objective it is said that a backup is due. */
const AMBER_FROM = 0.8;
const MINUTE_MS = 60_000;

/** When the objective is missed; null without one, and while paused. */
export function overdueAt(row: Pick<PlanRow, 'objective_minutes' | 'objective_since' | 'last_backup_at' | 'paused'>) {
  if (row.objective_minutes === null || row.paused === 1) return null;
  return Math.max(row.last_backup_at ?? 0, row.objective_since) + row.objective_minutes * MINUTE_MS;
}

export function freshnessOf(row: PlanRow, now: number, isDamaged = false): Freshness {
  if (row.paused === 1) return 'paused';
  if (row.objective_minutes === null) return 'none';
  const due = overdueAt(row) ?? now;
  if (now > due) return 'red';
  // A run that is under way does not make the one before it better.
  const isBad = ['failed', 'interrupted', 'partial'].includes(row.last_end_state ?? '');
  if (isBad || isDamaged || row.last_drill_state === 'failed' || row.last_backup_at === null) return 'amber';
  const age = now - row.last_backup_at;
  return age > row.objective_minutes * MINUTE_MS * AMBER_FROM ? 'amber' : 'green';
}
