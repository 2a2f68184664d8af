import type { Flag, ResourceColumns } from '../platform/tables.ts';

export interface AccessKeyRow extends ResourceColumns {
  user_id: string;
  access_key_id: string;
  sealed_secret: Uint8Array;
  description: string;
  disabled: Flag;
  /** JSON list of permissions; empty means everything its user may do. */
  scopes: string;
  /** JSON list of addresses and networks; empty means any. */
  allowed_addresses: string;
  expires_at: number | null;
  last_used_at: number | null;
  last_used_address: string | null;
}

export interface AccessKeyTables {
  access_keys: AccessKeyRow;
}
