import type { ResourceColumns } from '../platform/tables.ts';

export type StorageState = 'new' | 'ready' | 'unreachable' | 'refused';

export interface StorageRow extends ResourceColumns {
  name: string;
  name_key: string;
  sort_name: string;
  type: string;
  /** JSON of the options that are not secret. */
  options: string;
  /** Grows when options or secrets change: the driver is then made anew. */
  options_revision: number;
  state: StorageState;
  error: string | null;
  /** The computer it lies on; null for storages that are reached by network. */
  node_id: string | null;
  /** Limits that a person set; null: none. */
  upload_bytes_per_second: number | null;
  download_bytes_per_second: number | null;
  concurrency: number | null;
  /** JSON; null when nobody gave any. */
  prices: string | null;
  /** As last measured. */
  objects: number | null;
  bytes: number | null;
  measured_at: number | null;
  checked_at: number | null;
  next_check_at: number;
  next_measure_at: number;
}

export interface StorageDayRow {
  storage_id: string;
  /** UTC, e.g. `2026-11-21`. */
  day: string;
  write_requests: number;
  read_requests: number;
  list_requests: number;
  delete_requests: number;
  /** Also counted in their class: those that were refused or got no answer. */
  failed_requests: number;
  bytes_sent: number;
  bytes_received: number;
  /** As last measured on this day; null when it was not. */
  objects: number | null;
  bytes: number | null;
}

export interface StorageTables {
  storages: StorageRow;
  storage_secrets: { storage_id: string; field: string; sealed: Uint8Array };
  storage_days: StorageDayRow;
}
