/** Columns of every row that is a resource of the API. Times are milliseconds since 1970 UTC. */
export interface ResourceColumns {
  id: string;
  project_id: string;
  /** Grows by one with each change; the `ETag` of the resource. */
  revision: number;
  created_at: number;
  updated_at: number;
}

/** Yes and no in the database. */
export type Flag = 0 | 1;

/** The one project of this version. */
export const DEFAULT_PROJECT = 'default';

export interface PlatformTables {
  projects: { id: string; name: string };
  sequences: { name: 'events' | 'audit_events' | 'instances'; value: number; hash: string };
  idempotency_keys: {
    id: string;
    body_hash: string;
    state: 'running' | 'done';
    status: number | null;
    sealed_body: Uint8Array | null;
    created_at: number;
    /** When the attempt began that runs or ran last. */
    taken_at: number;
  };
  properties: { name: string; value: string };
}
