import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../platform/database/open.ts';

type Db = Kysely<unknown>;
type Kind = 'text' | 'integer' | 'bigint';

/** `name` is not null, `name?` may be null. */
function columns<T extends string>(
  table: CreateTableBuilder<T>,
  kind: Kind,
  names: readonly string[],
): CreateTableBuilder<T> {
  let made = table;
  for (const name of names) {
    const isNullable = name.endsWith('?');
    made = made.addColumn(name.replace('?', ''), kind, (c) => (isNullable ? c : c.notNull())) as typeof made;
  }
  return made;
}

function resource(db: Db, name: string): CreateTableBuilder<string> {
  const table = db.schema
    .createTable(name)
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'text', (c) =>
      c.notNull().references('projects.id'),
    ) as unknown as CreateTableBuilder<string>;
  return columns(columns(table, 'integer', ['revision']), 'bigint', ['created_at', 'updated_at']);
}

function reference(
  table: CreateTableBuilder<string>,
  name: string,
  target: string,
  isOwned = false,
): CreateTableBuilder<string> {
  return table.addColumn(name, 'text', (c) => {
    const column = c.notNull().references(`${target}.id`);
    return isOwned ? column.onDelete('cascade') : column;
  }) as unknown as CreateTableBuilder<string>;
}

async function repositoryTables(db: Db, bytes: 'blob' | 'bytea'): Promise<void> {
  let table = reference(resource(db, 'repositories'), 'storage_id', 'storages');
  table = columns(table, 'text', ['name', 'sort_name', 'folder', 'state', 'maintenance', 'restic_id?', 'error?']);
  table = columns(table, 'text', ['node_id?', 'check_result?', 'prune_error?']);
  table = columns(table, 'integer', ['append_only']);
  table = columns(table, 'bigint', ['next_prune_at?', 'next_check_at?', 'pruned_at?', 'checked_at?', 'bytes?']);
  table = columns(table, 'bigint', ['measured_at?']);
  await table.addColumn('name_key', 'text', (c) => c.notNull().unique()).execute();
  await db.schema.createIndex('repositories_name').on('repositories').columns(['sort_name', 'id']).execute();
  // Two repositories in one place would be one.
  await db.schema
    .createIndex('repositories_place')
    .on('repositories')
    .columns(['storage_id', 'folder'])
    .unique()
    .execute();
  await db.schema.createIndex('repositories_next_prune').on('repositories').column('next_prune_at').execute();
  await db.schema.createIndex('repositories_next_check').on('repositories').column('next_check_at').execute();
  await db.schema
    .createTable('repository_secrets')
    .addColumn('repository_id', 'text', (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('repository_secrets_key', ['repository_id', 'field'])
    .execute();
}

async function planTables(db: Db, bytes: 'blob' | 'bytea'): Promise<void> {
  let table = reference(resource(db, 'plans'), 'repository_id', 'repositories');
  table = columns(table, 'text', [
    'name',
    'sort_name',
    'node_id',
    'settings',
    'last_run_id?',
    'last_run_state?',
    'last_end_state?',
  ]);
  table = columns(table, 'text', ['last_drill_state?', 'retention_error?']);
  table = columns(table, 'integer', ['paused', 'overdue_told', 'objective_minutes?']);
  table = columns(table, 'bigint', [
    'objective_since',
    'next_run_at?',
    'next_drill_at?',
    'last_begin_at?',
    'overdue_at?',
  ]);
  table = columns(table, 'bigint', ['last_complete_at?', 'last_backup_at?', 'last_proven_at?', 'last_drill_at?']);
  table = columns(table, 'bigint', ['bytes?', 'files?']);
  await table.addColumn('name_key', 'text', (c) => c.notNull().unique()).execute();
  await db.schema.createIndex('plans_name').on('plans').columns(['sort_name', 'id']).execute();
  await db.schema.createIndex('plans_created').on('plans').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('plans_repository').on('plans').column('repository_id').execute();
  for (const column of ['next_run_at', 'next_drill_at', 'overdue_at'])
    await db.schema.createIndex(`plans_${column}`).on('plans').column(column).execute();
  let mirrors = reference(
    db.schema.createTable('plan_mirrors') as unknown as CreateTableBuilder<string>,
    'plan_id',
    'plans',
    true,
  );
  mirrors = reference(mirrors, 'repository_id', 'repositories');
  mirrors = columns(mirrors, 'integer', ['position', 'behind']);
  mirrors = columns(columns(mirrors, 'text', ['state', 'error?']), 'bigint', ['copied_at?']);
  await mirrors.addPrimaryKeyConstraint('plan_mirrors_key', ['plan_id', 'repository_id'] as never).execute();
  await db.schema
    .createTable('plan_secrets')
    .addColumn('plan_id', 'text', (c) => c.notNull().references('plans.id').onDelete('cascade'))
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('plan_secrets_key', ['plan_id', 'field'])
    .execute();
  await db.schema.createIndex('plan_mirrors_repository').on('plan_mirrors').column('repository_id').execute();
}

async function runTables(db: Db): Promise<void> {
  let runs = reference(resource(db, 'runs'), 'plan_id', 'plans', true);
  runs = columns(runs, 'text', ['reason', 'state', 'backup_id?', 'progress?', 'unread?', 'error?']);
  runs = columns(runs, 'integer', ['pause_requested', 'unread_count']);
  runs = columns(runs, 'bigint', ['paused_at?', 'files?', 'bytes?', 'bytes_added?', 'started_at?', 'finished_at?']);
  await runs.execute();
  await db.schema.createIndex('runs_plan').on('runs').columns(['plan_id', 'created_at', 'id']).execute();
  await db.schema.createIndex('runs_created').on('runs').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('runs_state').on('runs').column('state').execute();
  let drills = reference(resource(db, 'drills'), 'plan_id', 'plans', true);
  drills = columns(drills, 'text', ['backup_id', 'repository_id', 'state', 'findings?', 'affected?', 'error?']);
  drills = columns(columns(drills, 'integer', ['compared']), 'bigint', ['bytes', 'finished_at?']);
  await drills.execute();
  await db.schema.createIndex('drills_plan').on('drills').columns(['plan_id', 'created_at', 'id']).execute();
}

async function backupTables(db: Db): Promise<void> {
  let backups = reference(resource(db, 'backups'), 'plan_id', 'plans', true);
  backups = reference(backups, 'repository_id', 'repositories');
  backups = columns(backups, 'text', ['run_id?', 'snapshot_id', 'state', 'paths', 'tags', 'title', 'note']);
  backups = columns(backups, 'integer', ['unread_count', 'pinned']);
  backups = columns(backups, 'bigint', ['time', 'files', 'bytes', 'bytes_added', 'files_new', 'files_changed']);
  backups = columns(backups, 'bigint', ['indexed_at?', 'proven_at?', 'damaged_at?']);
  await backups.execute();
  await db.schema.createIndex('backups_plan').on('backups').columns(['plan_id', 'time', 'id']).execute();
  await db.schema.createIndex('backups_time').on('backups').columns(['time', 'id']).execute();
  await db.schema
    .createIndex('backups_snapshot')
    .on('backups')
    .columns(['repository_id', 'snapshot_id', 'plan_id'])
    .unique()
    .execute();
  await db.schema
    .createTable('backup_copies')
    .addColumn('backup_id', 'text', (c) => c.notNull().references('backups.id').onDelete('cascade'))
    .addColumn('repository_id', 'text', (c) => c.notNull().references('repositories.id'))
    .addColumn('snapshot_id', 'text', (c) => c.notNull())
    .addColumn('copied_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('backup_copies_key', ['backup_id', 'repository_id'])
    .execute();
  await db.schema.createIndex('backup_copies_repository').on('backup_copies').column('repository_id').execute();
  await db.schema
    .createTable('backup_samples')
    .addColumn('backup_id', 'text', (c) => c.primaryKey().references('backups.id').onDelete('cascade'))
    .addColumn('manifest', 'text', (c) => c.notNull())
    .execute();
}

async function restoreTable(db: Db): Promise<void> {
  let restores = reference(resource(db, 'restores'), 'plan_id', 'plans', true);
  restores = columns(restores, 'text', ['backup_id', 'repository_id', 'settings', 'state', 'items?', 'failures?']);
  restores = columns(columns(restores, 'text', ['error?']), 'integer', ['is_preview']);
  restores = columns(restores, 'bigint', ['files', 'bytes', 'untouched', 'deleted', 'finished_at?']);
  await restores.execute();
  await db.schema.createIndex('restores_plan').on('restores').columns(['plan_id', 'created_at', 'id']).execute();
  await db.schema.createIndex('restores_created').on('restores').columns(['created_at', 'id']).execute();
}

/** Repositories, plans, their runs and drills, backups and restores. */
export function backups(kind: DatabaseKind): Migration {
  return {
    up: async (db: Db) => {
      const bytes = kind === 'sqlite' ? 'blob' : 'bytea';
      await repositoryTables(db, bytes);
      await planTables(db, bytes);
      await runTables(db);
      await backupTables(db);
      await restoreTable(db);
    },
  };
}
