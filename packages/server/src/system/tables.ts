/** A server that works on this database, as it says of itself. Times are milliseconds since 1970 UTC. */
export interface ServerRow {
  /** Of the process: another one after each start. */
  id: string;
  node_id: string;
  /** Name of the computer. */
  name: string;
  version: string;
  started_at: number;
  /** By the clock of the database. */
  seen_at: number;
  /** JSON list of the secret keys that it has. */
  key_ids: string;
  /** The one it seals with. */
  key_id: string;
}

export interface SystemTables {
  servers: ServerRow;
}
