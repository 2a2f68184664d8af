export interface SessionRow {
  id: string;
  user_id: string;
  /** SHA-256 of the cookie's token; the token itself is stored nowhere. */
  token_hash: string;
  address: string;
  user_agent: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
}

export interface SessionTables {
  sessions: SessionRow;
  login_failures: {
    /** `account:<key>` or `address:<address>`. */
    subject: string;
    count: number;
    last_at: number;
    locked_until: number;
  };
}
