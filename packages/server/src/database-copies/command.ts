import { existsSync } from 'node:fs';
import path from 'node:path';
import { demandCurrent, NewerDatabase, OlderDatabase } from '../platform/database/migrate.ts';
import { connectPostgres, openDatabase } from '../platform/database/open.ts';
import { DataFolderInUse } from '../platform/database/single-process.ts';
import { readSettings, type Settings, SettingsError } from '../settings.ts';
import { exportDatabase } from './export.ts';
import { demandDatabaseFile, ImportRefused, importDatabase } from './import.ts';

const USAGE = `npm run database -- export FILE   the database of the settings as a SQLite file, also while servers use it
npm run database -- import FILE   fills the database of the settings, which must be empty, from such a file

The settings are those of npm start: SAMPAN_DATABASE_URL, otherwise SQLite in SAMPAN_DATA.
`;

class Refused extends Error {}

async function exportTo(file: string, settings: Settings): Promise<string> {
  if (existsSync(file)) throw new Refused(`${file} is there already; name another file, or remove it first.`);
  if (!existsSync(path.dirname(file))) throw new Refused(`There is no folder ${path.dirname(file)}.`);
  if (settings.databaseUrl === null) {
    const database = path.join(settings.dataFolder, 'sampan.sqlite');
    if (!existsSync(database)) throw new Refused(`There is no database in ${settings.dataFolder} (SAMPAN_DATA).`);
    await exportDatabase({ kind: 'sqlite', file: database }, file);
  } else {
    const query = await connectPostgres(settings.databaseUrl);
    try {
      await demandCurrent(query, 'postgres');
      await exportDatabase({ kind: 'postgres', query }, file);
    } finally {
      await query.destroy();
    }
  }
  return `The database is in ${file}. Secrets in it are sealed with the secret key, which is not in it.`;
}

async function importFrom(file: string, settings: Settings): Promise<string> {
  demandDatabaseFile(file);
  const database = await openDatabase(settings);
  try {
    const count = await importDatabase(file, database);
    return (
      `${count} rows were imported. A server that is started on them needs the same secret key,\n` +
      'and stands by until somebody takes over: npx sampan system take-over'
    );
  } finally {
    await database.close();
  }
}

/** What the person can change; anything else is a fault and keeps its stack. */
function isForPeople(error: unknown): error is Error {
  const kinds = [Refused, ImportRefused, SettingsError, DataFolderInUse, NewerDatabase, OlderDatabase];
  // Of PostgreSQL and of the file system: they have a code.
  return error instanceof Error && (kinds.some((kind) => error instanceof kind) || 'code' in error);
}

const [verb, file, ...more] = process.argv.slice(2);
if ((verb !== 'export' && verb !== 'import') || file === undefined || more.length > 0) {
  process.stderr.write(USAGE);
  process.exit(2);
}
try {
  const work = verb === 'export' ? exportTo : importFrom;
  // npm works in the folder of the checkout, wherever it was called.
  const full = path.resolve(process.env.INIT_CWD ?? '', file);
  process.stdout.write(`${await work(full, readSettings(process.env))}\n`);
} catch (error) {
  if (!isForPeople(error)) throw error;
  process.stderr.write(`${error.message || String(error)}\n`);
  process.exit(1);
}
