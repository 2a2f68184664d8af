import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { type QingzhouSimulator, startQingzhouSimulator } from '@sampan/simulators';
import { sql } from 'kysely';
import { openDatabase } from '../platform/database/open.ts';
import { COPIED_FROM } from '../platform/properties.ts';
import { backupPlace } from '../testing/backup-place.ts';
import { besides, onPostgres, onSqlite, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { exportDatabase } from './export.ts';
import { importDatabase } from './import.ts';

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };
const INSTANCES = 1_100;

function command(place: TestPlace, ...words: string[]) {
  const done = spawnSync(process.execPath, [path.join(import.meta.dirname, 'command.ts'), ...words], {
    encoding: 'utf8',
    env: {
      ...process.env,
      SAMPAN_DATA: place.dataFolder,
      SAMPAN_DATABASE_URL: place.databaseUrl ?? '',
      INIT_CWD: path.dirname(place.dataFolder),
    },
  });
  assert.equal(`${done.stdout}${done.stderr}`.includes('    at '), false, done.stderr);
  return done;
}

/** Every row of every table but those that only one kind of database has, each table in an order that both have. */
async function everything(place: TestPlace): Promise<Record<string, string[]>> {
  const { query } = besides(place);
  const names = (await query.introspection.getTables()).map((table) => table.name);
  const all: Record<string, string[]> = {};
  for (const name of names.filter((each) => !/^(sqlite_|instance_search)/.test(each)).sort()) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(query);
    const lines = rows.map((row) =>
      Object.entries(row)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        // PostgreSQL gives a bigint as a text here, SQLite a number.
        .map(
          ([column, value]) => `${column}=${value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value}`,
        )
        .join(' '),
    );
    all[name] = lines.filter((line) => !line.startsWith(`name=${COPIED_FROM} `)).sort();
  }
  await query.destroy();
  return all;
}

onPostgres('a PostgreSQL database', (makePlace) => {
  const servers = new TestServers();
  let cloud: QingzhouSimulator;
  let place: TestPlace;
  let base: string;
  /** What the plan backed up. */
  let backedUp: string;
  const on = (folder: string, databaseUrl: string | null = null): TestPlace => {
    const dataFolder = path.join(base, folder, 'data');
    mkdirSync(dataFolder, { recursive: true });
    copyFileSync(path.join(path.dirname(backedUp), 'node.id'), path.join(dataFolder, 'node.id'));
    return { dataFolder, databaseUrl };
  };
  const secretKey = () => ({ from: 'folder' as const, folder: path.join(base, 'keys') });

  before(async () => {
    cloud = await startQingzhouSimulator({ ...KEY, instances: INSTANCES });
    place = await makePlace();
    const backups = await backupPlace(servers, place);
    base = backups.base;
    const { admin } = backups;
    const options = { endpoint: cloud.url, region: 'cn-north-1', ...KEY };
    const { body: host } = await admin.post('/hosts', { name: 'cloud', type: 'qingzhou', options });
    await admin.until(`/hosts/${host.id}`, ({ state }) => state === 'ready');
    const channel = await admin.post('/channels', {
      ...{ name: 'hook', type: 'webhook', options: { url: 'http://127.0.0.1:9/', secret: 'a secret of ours' } },
      rules: [{ events: null, severity: 'info', resources: null }],
    });
    assert.equal(channel.status, 201);
    writeFileSync(path.join(backups.source, 'a'), 'a');
    const plan = await backups.plan({ name: 'own', sources: { paths: [], ownDatabase: true } });
    assert.equal((await backups.run(plan.id)).state, 'succeeded');
    const [backup] = await backups.backups(plan.id);
    backedUp = path.join(place.dataFolder, 'own-backup', 'sampan.sqlite');
    const target = path.join(base, 'restored');
    const { body } = await admin.post('/restores', { backupId: backup.id, target, paths: [backedUp] });
    assert.equal((await admin.finished(body.id)).state, 'succeeded');
    copyFileSync(path.join(target, backedUp), path.join(base, 'restored.sqlite'));
    await servers.stopAll();
  });
  after(async () => {
    await servers.stopAll();
    await cloud.close();
  });

  test('is backed up with a plan as a SQLite file that a server starts with, standing by', async () => {
    const again = on('again');
    copyFileSync(path.join(base, 'restored.sqlite'), path.join(again.dataFolder, 'sampan.sqlite'));
    const { admin } = await servers.startWithAdmin(again, { secretKey: secretKey() });
    assert.ok((await admin.get('/system')).body.standby.copiedAt);
    assert.deepEqual(
      (await admin.get('/plans')).body.items.map((plan: { name: string }) => plan.name),
      ['own'],
    );
    const { body: all } = await admin.get('/instances?limit=200');
    const { id, name } = all.items[7];
    const { body: found } = await admin.get(`/instances?search=${encodeURIComponent(name)}`);
    assert.ok(
      found.items.some((item: { id: string }) => item.id === id),
      'the search index was made',
    );
    assert.equal((await admin.get('/audit-events/verify')).body.valid, true);
    await servers.stopAll();
  });

  test('comes back from such a file row by row', async () => {
    const file = path.join(base, 'whole.sqlite');
    const told = command(place, 'export', 'whole.sqlite');
    assert.equal(told.status, 0, told.stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const there = await everything(place);
    assert.equal(there.instances?.length, INSTANCES);
    const whole = on('whole');
    copyFileSync(file, path.join(whole.dataFolder, 'sampan.sqlite'));
    assert.deepEqual(await everything(whole), there);

    const target = await makePlace();
    const imported = command(target, 'import', file);
    assert.equal(imported.status, 0, imported.stderr);
    const count = Object.entries(there)
      .filter(([name]) => !name.startsWith('kysely'))
      .reduce((sum, [, rows]) => sum + rows.length, 1);
    assert.match(imported.stdout, new RegExp(`^${count} rows were imported`));
    const migrated = (all: Record<string, string[]>) => ({ ...all, kysely_migration: [], kysely_migration_lock: [] });
    assert.deepEqual(migrated(await everything(target)), migrated(there));

    const { admin } = await servers.startWithAdmin(
      { ...on('target'), databaseUrl: target.databaseUrl },
      { secretKey: secretKey() },
    );
    assert.ok((await admin.get('/system')).body.standby.copiedAt);
    const [{ id, name }] = (await admin.get('/instances?limit=1')).body.items;
    const { body: found } = await admin.get(`/instances?search=${encodeURIComponent(name)}`);
    assert.ok(found.items.some((item: { id: string }) => item.id === id));
    await servers.stopAll();
    const again = command(target, 'import', file);
    assert.equal(again.status, 1);
    assert.match(again.stderr, /in use already: [a-z_]+ has rows/);
  });

  test('numbers that were handed out are not handed out again', async () => {
    const notice = { kind: 'host.failed', subject_kind: 'host', subject_id: 'h', happened_at: 1, severity: 'error' };
    const { query } = besides(place);
    const add = async (db: typeof query): Promise<number> => {
      const columns = await db.introspection.getTables();
      const needed = columns.find((table) => table.name === 'notices')?.columns ?? [];
      const row = Object.fromEntries(
        needed
          .filter((column) => !column.isNullable && column.name !== 'sequence')
          .map((column) => [column.name, column.name in notice ? notice[column.name as keyof typeof notice] : 0]),
      );
      const { rows } = await sql<{ sequence: number }>`
        insert into notices (${sql.join(Object.keys(row).map((name) => sql.ref(name)))})
        values (${sql.join(Object.values(row))}) returning sequence`.execute(db);
      return Number(rows[0]?.sequence);
    };
    const last = await add(query);
    await sql`delete from notices`.execute(query);
    const file = path.join(base, 'counted.sqlite');
    await exportDatabase({ kind: 'postgres', query }, file);
    await query.destroy();
    const counted = on('counted');
    copyFileSync(file, path.join(counted.dataFolder, 'sampan.sqlite'));
    const sqlite = besides(counted);
    assert.equal(await add(sqlite.query), last + 1);
    await sqlite.query.destroy();
    const target = await makePlace();
    const database = await openDatabase(target);
    await importDatabase(file, database);
    assert.equal(await add(database.query), last + 1);
    await database.close();
  });

  test('that is not copied whole leaves nothing', async () => {
    const { query } = besides(place);
    const file = path.join(base, 'half.sqlite');
    await assert.rejects(exportDatabase({ kind: 'postgres', query }, file, AbortSignal.abort()), /aborted/i);
    await query.destroy();
    assert.deepEqual(
      readdirSync(base).filter((name) => name.startsWith('half')),
      [],
    );
    const target = await makePlace();
    const database = await openDatabase(target);
    // The last table in order cannot be written.
    await sql`alter table instances add constraint never check (number < 0)`.execute(database.query);
    await assert.rejects(importDatabase(path.join(base, 'whole.sqlite'), database), /never/);
    const { rows } = await sql`select 1 from users`.execute(database.query);
    assert.deepEqual(rows, []);
    await database.close();
  });
});

onSqlite('the command for databases', (makePlace) => {
  test('says what is wrong, and overwrites nothing', async () => {
    const place = await makePlace();
    const base = path.dirname(place.dataFolder);
    mkdirSync(base, { recursive: true });
    assert.equal(command(place, 'export').status, 2);
    assert.match(command(place, 'delete', 'x').stderr, /npm run database -- export FILE/);
    assert.match(command(place, 'export', 'x.sqlite').stderr, /no database in .*SAMPAN_DATA/);
    assert.equal(existsSync(place.dataFolder), false);
    await (await openDatabase(place)).close();
    writeFileSync(path.join(base, 'text'), 'not a database, and longer than its head must be'.repeat(20));
    assert.match(command(place, 'export', 'text').stderr, /is there already/);
    assert.match(command(place, 'export', 'nowhere/x').stderr, /no folder/);
    assert.match(command(place, 'import', 'absent').stderr, /no file/);
    assert.match(command(place, 'import', 'text').stderr, /cannot be read as a SQLite database/);
    const other = new DatabaseSync(path.join(base, 'other.sqlite'));
    other.exec('create table properties (name text)');
    other.close();
    assert.match(command(place, 'import', 'other.sqlite').stderr, /not a database of Sampan/);
    const gone = { ...place, databaseUrl: 'postgres://someone:a-secret-word@127.0.0.1:9/none' };
    const refused = command(gone, 'export', 'x.sqlite');
    assert.match(refused.stderr, /ECONNREFUSED/);
    assert.equal(refused.stderr.includes('a-secret-word'), false);
  });

  test('copies a SQLite database beside its server into another one', async () => {
    const place = await makePlace();
    const servers = new TestServers();
    await servers.startWithAdmin(place);
    assert.match(command(place, 'import', 'x.sqlite').stderr, /no file/);
    const made = command(place, 'export', 'x.sqlite');
    assert.equal(made.status, 0, made.stderr);
    const file = path.join(path.dirname(place.dataFolder), 'x.sqlite');
    assert.match(command(place, 'import', 'x.sqlite').stderr, /Another Sampan server is running/);
    await servers.stopAll();
    const other = await makePlace();
    const imported = command(other, 'import', file);
    assert.equal(imported.status, 0, imported.stderr);
    assert.equal((await everything(other)).users?.length, 1);
  });
});
