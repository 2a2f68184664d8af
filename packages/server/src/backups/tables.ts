import type { Flag, ResourceColumns } from '../platform/tables.ts';

export interface BackupRow extends ResourceColumns {
  plan_id: string;
  run_id: string | null;
  /** Where it was made. Copies in mirrors are in `backup_copies`. */
  repository_id: string;
  snapshot_id: string;
  /** When the backup began: what it shows is of then. */
  time: number;
  state: 'complete' | 'partial';
  unread_count: number;
  files: number;
  bytes: number;
  bytes_added: number;
  files_new: number;
  files_changed: number;
  /** JSON lists of texts. */
  paths: string;
  tags: string;
  title: string;
  note: string;
  pinned: Flag;
  /** Null: its files are not in the catalog yet. */
  indexed_at: number | null;
  proven_at: number | null;
  /** A drill found that it does not bring back what there was. */
  damaged_at: number | null;
}

export interface BackupTables {
  backups: BackupRow;
  backup_copies: { backup_id: string; repository_id: string; snapshot_id: string; copied_at: number };
  /** What some files were on the source when they were backed up: kept apart from the repository. */
  backup_samples: { backup_id: string; manifest: string };
}
