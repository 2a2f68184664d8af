import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../platform/database/open.ts';

/** The audit log is searched by the beginning of a name in any case: by bytes, since the order of a language has no beginnings. */
export function auditActor(kind: DatabaseKind): Migration {
  // A sum, since PostgreSQL would rather walk back all newest entries along the primary key, and hope to meet the name soon.
  const columns =
    kind === 'postgres' ? sql`(lower(actor_name) collate "C"), (sequence + 0)` : sql`lower(actor_name), sequence`;
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema.dropIndex('audit_events_actor').execute();
      await sql`create index audit_events_actor_key on audit_events (${columns})`.execute(db);
    },
  };
}
