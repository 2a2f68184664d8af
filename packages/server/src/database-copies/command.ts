import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { appliedMigrations, demandCurrent, NewerDatabase, OlderDatabase } from '../platform/database/migrate.ts';
import { connectPostgres, openDatabase } from '../platform/database/open.ts';
import { DataFolderInUse, lockDataFolder } from '../platform/database/single-process.ts';
import { readSettings, type Settings, SettingsError } from '../settings.ts';
import { exportDatabase } from './export.ts';
import { demandDatabaseFile, ImportRefused, importDatabase } from './import.ts';

const USAGE = `npm run database -- export FILE   the database of the settings as a SQLite file, also while servers use it
npm run database -- import FILE   fills the database of the settings, which must be empty, from such a file

The settings are those of npm start: SAMPAN_DATABASE_URL, otherwise SQLite in SAMPAN_DATA.
`;
const STANDBY = `A server that is started on it needs the same secret key, and stands by until somebody takes over:
npx sampan system take-over --yes`;

class Refused extends Error {}

/** Where a PostgreSQL database is, without its password. */
function placeOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `the database ${pathname.slice(1)} on ${host} (SAMPAN_DATABASE_URL)`;
}

async function exportTo(file: string, settings: Settings, signal: AbortSignal): Promise<string> {
  if (existsSync(file)) throw new Refused(`${file} is there already; name another file, or remove it first.`);
  if (!existsSync(path.dirname(file))) throw new Refused(`There is no folder ${path.dirname(file)}.`);
  if (settings.databaseUrl === null) {
    const database = path.join(settings.dataFolder, 'sampan.sqlite');
    if (!existsSync(database)) throw new Refused(`There is no database in ${settings.dataFolder} (SAMPAN_DATA).`);
    await exportDatabase({ kind: 'sqlite', file: database }, file, signal);
  } else {
    const query = await connectPostgres(settings.databaseUrl);
    try {
      await demandCurrent(query, 'postgres');
      await exportDatabase({ kind: 'postgres', query }, file, signal);
    } finally {
      await query.destroy();
    }
  }
  return `The database is in ${file}. Secrets in it are sealed with the secret key, which is not in it.`;
}

/** Looked at before anything is changed: opening it as a server does would bring an older one to this version. */
async function demandUnused(databaseUrl: string): Promise<void> {
  const query = await connectPostgres(databaseUrl);
  try {
    if ((await appliedMigrations(query)).length > 0) await demandCurrent(query, 'postgres');
  } catch (error) {
    if (!(error instanceof OlderDatabase)) throw error;
    throw new Refused(`${placeOf(databaseUrl)} is that of an older Sampan. Name an empty one.`);
  } finally {
    await query.destroy();
  }
}

/** What a server writes after the copy was made would be missing in it, and nobody would notice. */
function demandNoServer(file: string): void {
  const folder = path.dirname(file);
  if (!existsSync(path.join(folder, 'server.lock'))) return;
  try {
    lockDataFolder(folder).release();
  } catch (error) {
    if (!(error instanceof DataFolderInUse)) throw error;
    throw new Refused(`A server is running on ${file}: what it writes from now on would be missing. Stop it first.`);
  }
}

async function importFrom(file: string, settings: Settings, signal: AbortSignal): Promise<string> {
  demandDatabaseFile(file);
  demandNoServer(file);
  const { databaseUrl, dataFolder } = settings;
  if (databaseUrl === null) {
    const own = path.join(dataFolder, 'sampan.sqlite');
    for (const name of [own, `${own}-wal`])
      if (existsSync(name))
        throw new Refused(
          `${name} is there already (SAMPAN_DATA, as SAMPAN_DATABASE_URL is not set). Move sampan.sqlite, sampan.sqlite-wal and sampan.sqlite-shm away together first.`,
        );
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const lock = lockDataFolder(dataFolder);
    try {
      await exportDatabase({ kind: 'sqlite', file }, own, signal);
    } finally {
      lock.release();
    }
    return `The database is in ${own}. ${STANDBY}`;
  }
  await demandUnused(databaseUrl);
  const database = await openDatabase(settings);
  try {
    const count = await importDatabase(file, database, signal);
    return `${count} rows were imported into ${placeOf(databaseUrl)}. ${STANDBY}`;
  } catch (error) {
    if (error instanceof ImportRefused) throw new Refused(`${placeOf(databaseUrl)}: ${error.message}`);
    throw error;
  } finally {
    await database.close();
  }
}

/** What the person can change, as they need to be told; null for a fault, which keeps its stack. */
function explained(thrown: unknown): string | null {
  // Of a host with several addresses, of which none answered.
  const error = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  if (!(error instanceof Error)) return null;
  const kinds = [Refused, ImportRefused, SettingsError, DataFolderInUse, NewerDatabase, OlderDatabase];
  if (kinds.some((kind) => error instanceof kind)) return error.message;
  if ('code' in error && error.code === 'ERR_INVALID_URL')
    return 'SAMPAN_DATABASE_URL is no address such as postgres://user:password@host/database.';
  if (/disk is full|ENOSPC/.test(error.message))
    return `${error.message}. An import needs room for two copies of the file in ${tmpdir()} (TMPDIR names another folder); an export for one beside its file.`;
  // Of PostgreSQL, of SQLite and of the file system: they have a code.
  return 'code' in error || error.cause !== undefined ? error.message : null;
}

const [verb, file, ...more] = process.argv.slice(2);
if ((verb !== 'export' && verb !== 'import') || file === undefined || more.length > 0) {
  process.stderr.write(USAGE);
  process.exit(2);
}
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => stop.abort(new Refused('It was stopped; nothing was changed.')));
try {
  const work = verb === 'export' ? exportTo : importFrom;
  // npm works in the folder of the checkout, wherever it was called.
  const full = path.resolve(process.env.INIT_CWD ?? '', file);
  process.stdout.write(`${await work(full, readSettings(process.env), stop.signal)}\n`);
} catch (error) {
  const text = explained(error);
  if (text === null) throw error;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
