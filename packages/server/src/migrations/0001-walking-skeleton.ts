import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../platform/database/open.ts';

type Db = Kysely<unknown>;

/** Columns of every row that is a resource of the API. Times are milliseconds since 1970 UTC, yes and no are 1 and 0. */
function resource(db: Db, table: string): CreateTableBuilder<string, string> {
  return db.schema
    .createTable(table)
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id'))
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull()) as CreateTableBuilder<string, string>;
}

/** Columns of what a cloud has and synchronisation keeps: a vanished row is a tombstone that revives with its id. */
function remote(db: Db, table: string): CreateTableBuilder<string, string> {
  return resource(db, table)
    .addColumn('host_id', 'text', (c) => c.notNull().references('hosts.id').onDelete('cascade'))
    .addColumn('remote_id', 'text')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('sort_name', 'text', (c) => c.notNull())
    .addColumn('seen_by', 'text', (c) => c.notNull())
    .addColumn('synced_at', 'bigint', (c) => c.notNull())
    .addColumn('vanished_at', 'bigint') as CreateTableBuilder<string, string>;
}

async function indexRemote(db: Db, table: string): Promise<void> {
  await db.schema.createIndex(`${table}_remote`).unique().on(table).columns(['host_id', 'remote_id']).execute();
  await db.schema.createIndex(`${table}_name`).on(table).columns(['sort_name', 'id']).execute();
  await db.schema.createIndex(`${table}_host_name`).on(table).columns(['host_id', 'sort_name', 'id']).execute();
}

async function people(db: Db, bytes: 'blob' | 'bytea'): Promise<void> {
  await resource(db, 'users')
    .addColumn('username', 'text', (c) => c.notNull())
    .addColumn('username_key', 'text', (c) => c.notNull().unique())
    .addColumn('display_name', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('user_agent', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sessions_user').on('sessions').columns(['user_id', 'id']).execute();
  await db.schema
    .createTable('login_failures')
    .addColumn('subject', 'text', (c) => c.primaryKey())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('locked_until', 'bigint', (c) => c.notNull())
    .execute();
  await resource(db, 'access_keys')
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('access_key_id', 'text', (c) => c.notNull().unique())
    .addColumn('sealed_secret', bytes, (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('allowed_addresses', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('last_used_address', 'text')
    .execute();
  await db.schema.createIndex('access_keys_user').on('access_keys').columns(['user_id', 'id']).execute();
}

async function records(db: Db, bytes: 'blob' | 'bytea'): Promise<void> {
  await db.schema
    .createTable('audit_events')
    .addColumn('sequence', 'bigint', (c) => c.primaryKey())
    .addColumn('time', 'bigint', (c) => c.notNull())
    .addColumn('actor_kind', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text', (c) => c.notNull())
    .addColumn('access_key_id', 'text')
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('resource_kind', 'text')
    .addColumn('resource_id', 'text')
    .addColumn('resource_name', 'text')
    .addColumn('result', 'text', (c) => c.notNull())
    .addColumn('code', 'text')
    .addColumn('difference', 'text')
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('audit_events_action').on('audit_events').columns(['action', 'sequence']).execute();
  await db.schema.createIndex('audit_events_result').on('audit_events').columns(['result', 'sequence']).execute();
  await db.schema.createIndex('audit_events_actor').on('audit_events').columns(['actor_name', 'sequence']).execute();
  await db.schema
    .createTable('events')
    .addColumn('sequence', 'bigint', (c) => c.primaryKey())
    .addColumn('time', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('resource_id', 'text')
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('data', 'text')
    .execute();
  // One row each: updating it is the short lock that puts events and audit events in commit order and numbers instances.
  await db.schema
    .createTable('sequences')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await sql`insert into sequences (name, value, hash) values ('events', 0, ''), ('audit_events', 0, ''), ('instances', 0, '')`.execute(
    db,
  );
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('body_hash', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('status', 'integer')
    .addColumn('sealed_body', bytes)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('taken_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('idempotency_keys_age').on('idempotency_keys').column('created_at').execute();
  await db.schema
    .createTable('properties')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
}

async function operations(db: Db): Promise<void> {
  await resource(db, 'operations')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('target_kind', 'text', (c) => c.notNull())
    .addColumn('target_id', 'text', (c) => c.notNull())
    .addColumn('target_name', 'text', (c) => c.notNull())
    .addColumn('host_id', 'text')
    .addColumn('background', 'integer', (c) => c.notNull())
    .addColumn('actor_kind', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('cancel_requested', 'integer', (c) => c.notNull())
    .addColumn('input', 'text', (c) => c.notNull())
    .addColumn('checkpoint', 'text')
    .addColumn('steps', 'text', (c) => c.notNull())
    .addColumn('progress', 'text')
    .addColumn('error', 'text')
    .addColumn('result', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('node_id', 'text')
    .addColumn('lease_owner', 'text')
    .addColumn('lease_epoch', 'integer', (c) => c.notNull())
    .addColumn('lease_expires_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .execute();
  await db.schema.createIndex('operations_runnable').on('operations').columns(['state', 'created_at', 'id']).execute();
  await db.schema
    .createIndex('operations_target')
    .on('operations')
    .columns(['target_id', 'created_at', 'id'])
    .execute();
  await db.schema
    .createIndex('operations_visible')
    .on('operations')
    .columns(['background', 'created_at', 'id'])
    .execute();
  await db.schema.createIndex('operations_finished').on('operations').columns(['background', 'finished_at']).execute();
  await db.schema
    .createTable('operation_locks')
    .addColumn('resource', 'text', (c) => c.notNull())
    .addColumn('operation_id', 'text', (c) => c.notNull().references('operations.id').onDelete('cascade'))
    .addColumn('wanted_at', 'bigint', (c) => c.notNull())
    .addColumn('held', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('operation_locks_key', ['resource', 'operation_id'])
    .execute();
  await db.schema
    .createIndex('operation_locks_held')
    .unique()
    .on('operation_locks')
    .column('resource')
    .where(sql.ref('held'), '=', sql.lit(1))
    .execute();
  await db.schema.createIndex('operation_locks_operation').on('operation_locks').column('operation_id').execute();
  await db.schema
    .createTable('operation_logs')
    .addColumn('operation_id', 'text', (c) => c.notNull().references('operations.id').onDelete('cascade'))
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('time', 'bigint', (c) => c.notNull())
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('message', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('operation_logs_key', ['operation_id', 'sequence'])
    .execute();
}

async function hosts(db: Db, bytes: 'blob' | 'bytea'): Promise<void> {
  await resource(db, 'hosts')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull().unique())
    .addColumn('sort_name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('options_revision', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('error', 'text')
    .addColumn('simulated', 'integer', (c) => c.notNull())
    .addColumn('instance_count', 'integer', (c) => c.notNull())
    .addColumn('synced_at', 'bigint')
    .addColumn('sync_duration_ms', 'bigint')
    .addColumn('next_sync_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('hosts_name').on('hosts').columns(['sort_name', 'id']).execute();
  await db.schema.createIndex('hosts_next_sync').on('hosts').column('next_sync_at').execute();
  await db.schema
    .createTable('host_secrets')
    .addColumn('host_id', 'text', (c) => c.notNull().references('hosts.id').onDelete('cascade'))
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('host_secrets_key', ['host_id', 'field'])
    .execute();
  await resource(db, 'simulated_clouds')
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('host_id', 'text', (c) => c.references('hosts.id').onDelete('set null'))
    .addColumn('node_id', 'text', (c) => c.notNull())
    .addColumn('port', 'integer', (c) => c.notNull())
    .addColumn('access_key_id', 'text', (c) => c.notNull())
    .addColumn('sealed_secret', bytes, (c) => c.notNull())
    .addColumn('instances', 'integer', (c) => c.notNull())
    .execute();
}

async function inventory(db: Db, kind: DatabaseKind): Promise<void> {
  await remote(db, 'regions').addColumn('endpoint', 'text').execute();
  await remote(db, 'networks')
    .addColumn('region_id', 'text', (c) => c.notNull())
    .addColumn('cidr_block', 'text', (c) => c.notNull())
    .execute();
  await remote(db, 'images')
    .addColumn('region_id', 'text', (c) => c.notNull())
    .addColumn('operating_system', 'text', (c) => c.notNull())
    .addColumn('architecture', 'text', (c) => c.notNull())
    .addColumn('minimum_disk_bytes', 'bigint', (c) => c.notNull())
    .addColumn('size_bytes', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('remote_created_at', 'bigint')
    .execute();
  await remote(db, 'flavors')
    .addColumn('region_id', 'text', (c) => c.notNull())
    .addColumn('cpu_count', 'integer', (c) => c.notNull())
    .addColumn('memory_bytes', 'bigint', (c) => c.notNull())
    .addColumn('gpu_count', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .execute();
  await remote(db, 'instances')
    .addColumn('number', 'bigint', (c) => c.notNull().unique())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('remote_state', 'text', (c) => c.notNull())
    .addColumn('region_id', 'text', (c) => c.notNull())
    .addColumn('zone_id', 'text', (c) => c.notNull())
    .addColumn('network_id', 'text', (c) => c.notNull())
    .addColumn('image_id', 'text', (c) => c.notNull())
    .addColumn('flavor_id', 'text', (c) => c.notNull())
    .addColumn('cpu_count', 'integer', (c) => c.notNull())
    .addColumn('memory_bytes', 'bigint', (c) => c.notNull())
    .addColumn('system_disk_bytes', 'bigint', (c) => c.notNull())
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('lock_reason', 'text')
    // Sorted on, so never null: 0 when the cloud does not tell.
    .addColumn('remote_created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('search_text', 'text', (c) => c.notNull())
    .execute();
  for (const table of ['regions', 'networks', 'images', 'flavors', 'instances']) await indexRemote(db, table);
  for (const column of ['state', 'remote_created_at', 'cpu_count', 'memory_bytes']) {
    await db.schema.createIndex(`instances_${column}`).on('instances').columns([column, 'id']).execute();
  }
  await db.schema.createIndex('instances_state_name').on('instances').columns(['state', 'sort_name', 'id']).execute();
  await db.schema
    .createTable('nics')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('instance_id', 'text', (c) => c.notNull().references('instances.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('network_id', 'text', (c) => c.notNull())
    .addColumn('private_address', 'text')
    .addColumn('public_address', 'text')
    .execute();
  await db.schema.createIndex('nics_instance').unique().on('nics').columns(['instance_id', 'position']).execute();
  if (kind === 'sqlite') {
    await sql`create virtual table instance_search using fts5 (grams, content = '', contentless_delete = 1, tokenize = 'ascii')`.execute(
      db,
    );
  } else {
    await sql`create table instance_search (number bigint primary key, grams tsvector not null)`.execute(db);
    await sql`create index instance_search_grams on instance_search using gin (grams)`.execute(db);
  }
}

/** The tables of the first slice: people, keys, records, operations, hosts and their inventory. */
export function walkingSkeleton(kind: DatabaseKind): Migration {
  const bytes = kind === 'sqlite' ? 'blob' : 'bytea';
  return {
    up: async (db: Db) => {
      await db.schema
        .createTable('projects')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .execute();
      await sql`insert into projects (id, name) values ('default', 'default')`.execute(db);
      await people(db, bytes);
      await records(db, bytes);
      await operations(db);
      await hosts(db, bytes);
      await inventory(db, kind);
    },
  };
}
