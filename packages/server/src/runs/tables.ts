import type { Flag, ResourceColumns } from '../platform/tables.ts';

export type RunReason = 'schedule' | 'catch_up' | 'manual';
export type RunState =
  | 'queued'
  | 'running'
  | 'paused'
  | 'succeeded'
  | 'partial'
  | 'failed'
  | 'cancelled'
  | 'interrupted';

/** One attempt to make a backup. Its id is that of its operation, whose steps and log are the run's. */
export interface RunRow extends ResourceColumns {
  plan_id: string;
  reason: RunReason;
  state: RunState;
  /** Asked for by a person; the runner looks at it. */
  pause_requested: Flag;
  paused_at: number | null;
  backup_id: string | null;
  /** JSON of `RunProgress`. */
  progress: string | null;
  unread_count: number;
  /** JSON: the first of what could not be read. */
  unread: string | null;
  error: string | null;
  files: number | null;
  bytes: number | null;
  bytes_added: number | null;
  started_at: number | null;
  finished_at: number | null;
}

/** A look whether a backup brings back what there was. Its id is that of its operation. */
export interface DrillRow extends ResourceColumns {
  plan_id: string;
  backup_id: string;
  repository_id: string;
  state: 'queued' | 'running' | 'proven' | 'failed' | 'not_done';
  compared: number;
  bytes: number;
  /** JSON: what differs. */
  findings: string | null;
  /** JSON: backups that hold the same damaged files. */
  affected: string | null;
  error: string | null;
  finished_at: number | null;
}

export interface RunTables {
  runs: RunRow;
  drills: DrillRow;
}
