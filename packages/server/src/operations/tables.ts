import type { Flag, ResourceColumns } from '../platform/tables.ts';

export type OperationState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export interface OperationRow extends ResourceColumns {
  kind: string;
  target_kind: string;
  target_id: string;
  target_name: string;
  host_id: string | null;
  /** Started by Sampan itself as routine; not shown among a person's operations. */
  background: Flag;
  actor_kind: 'user' | 'access_key' | 'system';
  actor_id: string | null;
  actor_name: string;
  state: OperationState;
  cancel_requested: Flag;
  input: string;
  /** JSON that the runner saved last; a resumed run starts from it. */
  checkpoint: string | null;
  steps: string;
  progress: string | null;
  error: string | null;
  result: string | null;
  /** How often a runner took it: more than 1 means that it was resumed. */
  attempts: number;
  /** The only node that may run it; null means any. */
  node_id: string | null;
  lease_owner: string | null;
  /** Grows with each runner that takes it; every write of a runner carries it. */
  lease_epoch: number;
  /** By the clock of the database. */
  lease_expires_at: number;
  started_at: number | null;
  finished_at: number | null;
}

export interface OperationTables {
  operations: OperationRow;
  operation_locks: {
    /** `kind:id` of what nobody else may change meanwhile. */
    resource: string;
    operation_id: string;
    /** When the operation was created: who wanted it first gets it first. */
    wanted_at: number;
    /** 0 while waiting; at most one row per resource has 1. */
    held: Flag;
  };
  operation_uses: {
    /** Id of what must not be removed before the operation has ended. */
    resource_id: string;
    operation_id: string;
  };
  operation_logs: {
    operation_id: string;
    sequence: number;
    time: number;
    level: 'info' | 'warning' | 'error';
    message: string;
  };
}
