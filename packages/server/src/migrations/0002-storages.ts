import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../platform/database/open.ts';

type Db = Kysely<unknown>;

async function storageTables(db: Db, bytes: 'blob' | 'bytea'): Promise<void> {
  await db.schema
    .createTable('storages')
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
    .addColumn('options_revision', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('error', 'text')
    .addColumn('node_id', 'text')
    .addColumn('upload_bytes_per_second', 'bigint')
    .addColumn('download_bytes_per_second', 'bigint')
    .addColumn('concurrency', 'integer')
    .addColumn('prices', 'text')
    .addColumn('objects', 'bigint')
    .addColumn('bytes', 'bigint')
    .addColumn('measured_at', 'bigint')
    .addColumn('checked_at', 'bigint')
    .addColumn('next_check_at', 'bigint', (c) => c.notNull())
    .addColumn('next_measure_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('storages_name').on('storages').columns(['sort_name', 'id']).execute();
  await db.schema.createIndex('storages_created').on('storages').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('storages_next_check').on('storages').column('next_check_at').execute();
  await db.schema.createIndex('storages_next_measure').on('storages').column('next_measure_at').execute();
  await db.schema
    .createTable('storage_secrets')
    .addColumn('storage_id', 'text', (c) => c.notNull().references('storages.id').onDelete('cascade'))
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('storage_secrets_key', ['storage_id', 'field'])
    .execute();
}

/** What went over the wire, and what lay there, per storage and UTC day. Several servers add to the same row. */
async function dayTable(db: Db): Promise<void> {
  const count = ['write_requests', 'read_requests', 'list_requests', 'delete_requests', 'failed_requests'];
  let days = db.schema
    .createTable('storage_days')
    .addColumn('storage_id', 'text', (c) => c.notNull().references('storages.id').onDelete('cascade'))
    .addColumn('day', 'text', (c) => c.notNull());
  for (const column of [...count, 'bytes_sent', 'bytes_received'])
    days = days.addColumn(column, 'bigint', (c) => c.notNull().defaultTo(0));
  await days
    .addColumn('objects', 'bigint')
    .addColumn('bytes', 'bigint')
    .addPrimaryKeyConstraint('storage_days_key', ['storage_id', 'day'])
    .execute();
}

/** Storages, their traffic, and what operations use while they run. */
export function storages(kind: DatabaseKind): Migration {
  return {
    up: async (db: Db) => {
      await storageTables(db, kind === 'sqlite' ? 'blob' : 'bytea');
      await dayTable(db);
      await db.schema
        .createTable('operation_uses')
        .addColumn('resource_id', 'text', (c) => c.notNull())
        .addColumn('operation_id', 'text', (c) => c.notNull().references('operations.id').onDelete('cascade'))
        .addPrimaryKeyConstraint('operation_uses_key', ['resource_id', 'operation_id'])
        .execute();
      await db.schema.createIndex('operation_uses_operation').on('operation_uses').column('operation_id').execute();
    },
  };
}
