export interface AuditRow {
  sequence: number;
  time: number;
  actor_kind: 'user' | 'access_key' | 'system' | 'anonymous';
  actor_id: string | null;
  actor_name: string;
  access_key_id: string | null;
  address: string;
  action: string;
  resource_kind: string | null;
  resource_id: string | null;
  resource_name: string | null;
  result: 'succeeded' | 'refused' | 'failed';
  code: string | null;
  /** JSON, without secrets. */
  difference: string | null;
  /** SHA-256 of the hash before and this row: see `chain.ts`. */
  hash: string;
}

export interface AuditTables {
  audit_events: AuditRow;
}
