import type { Flag, ResourceColumns } from '../platform/tables.ts';

/** `new`: not made yet or not looked at. Whether it is damaged is kept beside it. */
export type RepositoryState = 'new' | 'ready' | 'unreachable' | 'refused';

/** What a check or a drill found wrong with a repository, until a check shows the opposite. */
export interface Damage {
  /** Of the last finding. Times are milliseconds since 1970 UTC. */
  foundAt: number;
  foundBy: 'check' | 'drill';
  /** Null when it is not known any more. */
  operationId: string | null;
  firstFoundAt: number;
  /** What a check has to read before the repository counts for sound again. */
  provenBy: 'structure' | 'all_data';
}

export interface RepositoryRow extends ResourceColumns {
  name: string;
  name_key: string;
  sort_name: string;
  storage_id: string;
  /** Its folder of the storage: '' or ends with `/`. */
  folder: string;
  /** restic's own id; null until it was made or opened. */
  restic_id: string | null;
  /** Deleting and replacing are refused by the gateway. */
  append_only: Flag;
  state: RepositoryState;
  error: string | null;
  /** JSON `Damage`; null: none is known. */
  damage: string | null;
  /** The computer that its storage lies on; null when it is reached by network. */
  node_id: string | null;
  /** JSON: schedules of pruning and checking. */
  maintenance: string;
  next_prune_at: number | null;
  next_check_at: number | null;
  pruned_at: number | null;
  /** What the last prune found wrong; null: nothing. */
  prune_error: string | null;
  checked_at: number | null;
  /** JSON of the last check: problems and how much was read. */
  check_result: string | null;
  /** Stored bytes as the storage lists them; null until measured. */
  bytes: number | null;
  measured_at: number | null;
}

export interface RepositoryTables {
  repositories: RepositoryRow;
  /** `password`, and during a rotation `next_password`: whichever opens it is the one that holds. */
  repository_secrets: { repository_id: string; field: 'password' | 'next_password'; sealed: Uint8Array };
}
