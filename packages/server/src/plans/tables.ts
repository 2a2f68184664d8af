import type { Flag, ResourceColumns } from '../platform/tables.ts';

export interface PlanRow extends ResourceColumns {
  name: string;
  name_key: string;
  sort_name: string;
  repository_id: string;
  /** The computer whose files it reads. */
  node_id: string;
  /** JSON of `PlanSettings`: sources, schedule, retention, limits, hooks, drills, tags. */
  settings: string;
  /** Nothing runs by itself while it is paused. */
  paused: Flag;
  /** Null: never by itself. */
  next_run_at: number | null;
  next_drill_at: number | null;
  /** When a run last began, for intervals. */
  last_begin_at: number | null;
  /** How old the last good backup may become, in minutes; null: no objective. */
  objective_minutes: number | null;
  /** From when on it counts that there is no backup: it was made, its objective was set, or it was continued. */
  objective_since: number;
  /** Time of the latest backup that is complete, and of the latest at all. */
  last_complete_at: number | null;
  last_backup_at: number | null;
  /** When the objective is missed if nothing happens; null without an objective or while paused. */
  overdue_at: number | null;
  /** That it is overdue was said. */
  overdue_told: Flag;
  last_run_id: string | null;
  last_run_state: string | null;
  /** How the last run ended that has ended. */
  last_end_state: string | null;
  last_proven_at: number | null;
  last_drill_state: 'proven' | 'failed' | null;
  last_drill_at: number | null;
  /** Why retention did not work the last time; null: it did. */
  retention_error: string | null;
  /** Of its latest backup. */
  bytes: number | null;
  files: number | null;
}

export interface PlanMirrorRow {
  plan_id: string;
  repository_id: string;
  position: number;
  /** `waiting`: something is to be copied. */
  state: 'new' | 'current' | 'waiting' | 'copying' | 'failed';
  error: string | null;
  copied_at: number | null;
  /** Backups of the plan that are still to be copied. */
  behind: number;
}

export interface PlanTables {
  plans: PlanRow;
  plan_mirrors: PlanMirrorRow;
  /** Addresses of web hooks, by the id of the hook. */
  plan_secrets: { plan_id: string; field: string; sealed: Uint8Array };
}
