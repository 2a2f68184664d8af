import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { migrationsFor } from '../../migrations/index.ts';
import type { Tables } from '../../tables.ts';

/** Thrown when the database was written by a newer Sampan: an older one must not touch it. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
  constructor(unknown: readonly string[]) {
    super(
      `The database was already used by a newer Sampan (it has ${unknown.join(', ')}, which this version does not know).\n` +
        'Start that newer version again, or restore the copy that was made before the upgrade.',
    );
  }
}

/** Thrown when the database is not yet of this version. */
export class OlderDatabase extends Error {
  override readonly name = 'OlderDatabase';
}

type Target = { kind: 'sqlite'; raw: DatabaseSync; folder: string } | { kind: 'postgres' };

async function copyBefore(target: { raw: DatabaseSync; folder: string }, lastMigration: string): Promise<void> {
  const folder = path.join(target.folder, 'before-upgrade');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const file = path.join(folder, `sampan-${lastMigration}-${time}.sqlite`);
  await backup(target.raw, file);
  chmodSync(file, 0o600);
}

/**
 * Runs the missing migrations: all in one transaction, on PostgreSQL under a lock that other servers wait for, on SQLite
 * after a copy of the file was made.
 */
export async function migrate(
  query: Kysely<Tables>,
  target: Target,
  migrations: Record<string, Migration> = migrationsFor(target.kind),
): Promise<void> {
  const migrator = new Migrator({ db: query, provider: { getMigrations: async () => migrations } });
  const applied = await appliedMigrations(query);
  const unknown = applied.filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) throw new NewerDatabase(unknown);
  const last = applied.at(-1);
  const isBehind = applied.length < Object.keys(migrations).length;
  if (target.kind === 'sqlite' && last !== undefined && isBehind) await copyBefore(target, last);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    // Another server with a newer version may have been faster between our look and the lock.
    const now = (await appliedMigrations(query)).filter((name) => !Object.hasOwn(migrations, name));
    throw now.length > 0 ? new NewerDatabase(now) : error;
  }
}

/**
 * For reading beside servers, without bringing the database to this version.
 * @throws NewerDatabase, or what to do with an older one
 */
export async function demandCurrent(query: Kysely<Tables>, kind: Target['kind']): Promise<void> {
  const known = Object.keys(migrationsFor(kind));
  const applied = await appliedMigrations(query);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new NewerDatabase(unknown);
  if (applied.length === 0) throw new OlderDatabase('There is no data of Sampan in this database.');
  if (applied.length < known.length)
    throw new OlderDatabase(
      'The database was last used by an older Sampan. Use that version for this; or start this one on it, which brings it to this version.',
    );
}

/** Names of the migrations that the database has, oldest first; none in one that Sampan never opened. */
export async function appliedMigrations(query: Kysely<Tables>): Promise<string[]> {
  const tables = await query.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const rows = await query
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute();
  return rows.map((row) => row.name);
}
