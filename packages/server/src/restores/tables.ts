import type { Flag, ResourceColumns } from '../platform/tables.ts';

export type RestoreState = 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled' | 'interrupted';

/** Its id is that of its operation. */
export interface RestoreRow extends ResourceColumns {
  plan_id: string;
  backup_id: string;
  repository_id: string;
  /** Only says what would be done. */
  is_preview: Flag;
  /** JSON of `RestoreSettings`. */
  settings: string;
  state: RestoreState;
  files: number;
  bytes: number;
  untouched: number;
  deleted: number;
  /** JSON: counts by action and the first items of each. */
  items: string | null;
  failures: string | null;
  error: string | null;
  finished_at: number | null;
}

export interface RestoreTables {
  restores: RestoreRow;
}
