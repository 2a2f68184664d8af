import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../platform/database/open.ts';

type Db = Kysely<unknown>;

async function channelTables(db: Db, bytes: 'blob' | 'bytea'): Promise<void> {
  await db.schema
    .createTable('channels')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id'))
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull().unique())
    .addColumn('sort_name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('destination', 'text', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('digest_time', 'text', (c) => c.notNull())
    .addColumn('time_zone', 'text', (c) => c.notNull())
    .addColumn('repeat_after_ms', 'bigint')
    .addColumn('rules', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('channels_name').on('channels').columns(['sort_name', 'id']).execute();
  await db.schema.createIndex('channels_created').on('channels').columns(['created_at', 'id']).execute();
  await db.schema
    .createTable('channel_secrets')
    .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('channel_secrets_key', ['channel_id', 'field'])
    .execute();
  await db.schema
    .createTable('channel_states')
    .addColumn('channel_id', 'text', (c) => c.primaryKey().references('channels.id').onDelete('cascade'))
    .addColumn('lease_owner', 'text')
    .addColumn('lease_epoch', 'integer', (c) => c.notNull())
    .addColumn('lease_expires_at', 'bigint', (c) => c.notNull())
    .addColumn('paused_until', 'bigint', (c) => c.notNull())
    .addColumn('last_state', 'text')
    .addColumn('last_error', 'text')
    .addColumn('last_at', 'bigint')
    .execute();
}

/** Notices are written with the change they tell of; deliveries are made of them afterwards. */
async function noticeTables(db: Db, kind: DatabaseKind): Promise<void> {
  await db.schema
    .createTable('notices')
    .addColumn('sequence', kind === 'sqlite' ? 'integer' : 'bigserial', (c) =>
      kind === 'sqlite' ? c.primaryKey().autoIncrement() : c.primaryKey(),
    )
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('subject_kind', 'text', (c) => c.notNull())
    .addColumn('subject_id', 'text', (c) => c.notNull())
    .addColumn('subject_name', 'text', (c) => c.notNull())
    .addColumn('related', 'text', (c) => c.notNull())
    .addColumn('repeat_key', 'text', (c) => c.notNull())
    .addColumn('resolves', 'text')
    .addColumn('parameters', 'text', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('dispatched_at', 'bigint')
    .execute();
  await db.schema.createIndex('notices_dispatched').on('notices').columns(['dispatched_at', 'sequence']).execute();
  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
    .addColumn('notice_sequence', kind === 'sqlite' ? 'integer' : 'bigint', (c) =>
      c.notNull().references('notices.sequence').onDelete('cascade'),
    )
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('tried_at', 'bigint')
    .addColumn('repeats', 'integer', (c) => c.notNull())
    .addColumn('after_id', 'text')
    .addColumn('message_id', 'text')
    .addColumn('reason', 'text')
    .addColumn('error', 'text')
    .execute();
  await db.schema.createIndex('deliveries_due').on('deliveries').columns(['state', 'due_at']).execute();
  await db.schema
    .createIndex('deliveries_channel')
    .on('deliveries')
    .columns(['channel_id', 'notice_sequence', 'id'])
    .execute();
  await db.schema.createIndex('deliveries_notice').on('deliveries').column('notice_sequence').execute();
  await db.schema
    .createTable('channel_troubles')
    .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
    .addColumn('repeat_key', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('delivery_id', 'text', (c) => c.notNull())
    .addColumn('sent', 'integer', (c) => c.notNull())
    .addColumn('told_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('channel_troubles_key', ['channel_id', 'repeat_key'])
    .execute();
}

/** Channels to people, what is told through them, and to whom it was. */
export function notifications(kind: DatabaseKind): Migration {
  return {
    up: async (db: Db) => {
      await channelTables(db, kind === 'sqlite' ? 'blob' : 'bytea');
      await noticeTables(db, kind);
    },
  };
}
