export type EventKind =
  | 'operation'
  | 'instance'
  | 'host'
  | 'storage'
  | 'channel'
  | 'repository'
  | 'plan'
  | 'run'
  | 'backup'
  | 'restore'
  | 'access_key'
  | 'user'
  | 'session'
  | 'simulated_cloud'
  | 'system';
export type EventAction = 'created' | 'changed' | 'deleted' | 'many';

export interface EventRow {
  sequence: number;
  time: number;
  kind: EventKind;
  /** Null with `many`: more rows changed than are worth naming. */
  resource_id: string | null;
  action: EventAction;
  /** JSON with what a reader needs beside the resource itself, e.g. the host whose instances changed. */
  data: string | null;
}

export interface EventTables {
  events: EventRow;
}
