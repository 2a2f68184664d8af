import type { Flag, ResourceColumns } from '../platform/tables.ts';

export type HostState = 'new' | 'synchronizing' | 'ready' | 'unreachable' | 'refused';

export interface HostRow extends ResourceColumns {
  name: string;
  name_key: string;
  sort_name: string;
  type: string;
  /** JSON of the options that are not secret. */
  options: string;
  /** Grows when options or secrets change: connections made with older ones are dropped. */
  options_revision: number;
  state: HostState;
  error: string | null;
  simulated: Flag;
  instance_count: number;
  synced_at: number | null;
  sync_duration_ms: number | null;
  next_sync_at: number;
}

export interface HostTables {
  hosts: HostRow;
  host_secrets: { host_id: string; field: string; sealed: Uint8Array };
}
