import type { Flag, ResourceColumns } from '../platform/tables.ts';
import type { Role } from '../policy/roles.ts';

export interface UserRow extends ResourceColumns {
  username: string;
  /** Lower-cased, NFKC: two accounts may not differ by case only. */
  username_key: string;
  display_name: string;
  password_hash: string;
  role: Role;
  disabled: Flag;
}

export interface UserTables {
  users: UserRow;
}
