import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { type QingzhouSimulator, startQingzhouSimulator } from '@sampan/simulators';
import { sql } from 'kysely';
import { copyOwnDatabase, ownCopyFolder } from '../plans/own-database.ts';
import { openDatabase } from '../platform/database/open.ts';
import { readNodeId } from '../platform/node-id.ts';
import { COPIED_FROM } from '../platform/properties.ts';
import { backupPlace } from '../testing/backup-place.ts';
import { besides, onPostgres, onSqlite, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { exportDatabase } from './export.ts';
import { importDatabase } from './import.ts';

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };
const INSTANCES = 1_100;
const ONLY_OF_ONE = /^(sqlite_sequence|instance_search(_(config|content|data|docsize|idx))?)$/;

const COMMAND = path.join(import.meta.dirname, 'command.ts');

function environment(place: TestPlace): NodeJS.ProcessEnv {
  return {
    ...process.env,
    SAMPAN_DATA: place.dataFolder,
    SAMPAN_DATABASE_URL: place.databaseUrl ?? '',
    INIT_CWD: path.dirname(place.dataFolder),
  };
}

function command(place: TestPlace, ...words: string[]) {
  const done = spawnSync(process.execPath, [COMMAND, ...words], { encoding: 'utf8', env: environment(place) });
  assert.equal(`${done.stdout}${done.stderr}`.includes('    at '), false, done.stderr);
  return done;
}

/** Every row of every table but those that only one kind of database has, each table in an order that both have. */
async function everything(place: TestPlace): Promise<Record<string, string[]>> {
  const { query } = besides(place);
  const names = (await query.introspection.getTables()).map((table) => table.name);
  const all: Record<string, string[]> = {};
  for (const name of names.filter((each) => !ONLY_OF_ONE.test(each)).sort()) {
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
    const second = { dataFolder: path.join(base, 'second', 'data'), databaseUrl: target.databaseUrl };
    const other = await servers.startWithAdmin(second, { secretKey: secretKey() }, { beatMs: 200 });
    assert.ok((await other.admin.get('/system')).body.standby);
    assert.equal((await admin.post('/system/take-over')).status, 200);
    await other.admin.until('/system', ({ standby }) => standby === null);
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

  test('of another version is neither copied nor changed', async () => {
    const older = await makePlace();
    await (await openDatabase(older)).close();
    const { query } = besides(older);
    const last = sql`(select max(name) from kysely_migration)`;
    await sql`delete from kysely_migration where name = ${last}`.execute(query);
    const count = async () => (await sql`select 1 from kysely_migration`.execute(query)).rows.length;
    const before = await count();
    const file = path.join(base, 'whole.sqlite');
    assert.match(command(older, 'import', file).stderr, /that of an older Sampan\. Name an empty one/);
    assert.match(command(older, 'export', 'older.sqlite').stderr, /Use that version for this/);
    assert.equal(await count(), before);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '')`.execute(query);
    assert.match(command(older, 'import', file).stderr, /newer Sampan/);
    const made = exportDatabase({ kind: 'postgres', query }, path.join(base, 'newer.sqlite'));
    await assert.rejects(made, /newer Sampan/);
    await query.destroy();
    assert.equal(existsSync(path.join(base, 'newer.sqlite')), false);
  });

  test('takes what SQLite stores and PostgreSQL does not', async () => {
    const odd = await makePlace();
    const file = path.join(base, 'odd.sqlite');
    copyFileSync(path.join(base, 'whole.sqlite'), file);
    const opened = new DatabaseSync(file);
    opened.prepare('insert into properties (name, value) values (?, ?)').run('odd', 'a\0b');
    opened.close();
    assert.equal(command(odd, 'import', file).status, 0);
    assert.ok((await everything(odd)).properties?.includes('name=odd value=a\ufffdb'));
  });

  test('that is not copied whole leaves nothing', async () => {
    const { query } = besides(place);
    const file = path.join(base, 'half.sqlite');
    await assert.rejects(exportDatabase({ kind: 'postgres', query }, file, AbortSignal.abort()), /aborted/i);
    await query.destroy();
    const left = () => readdirSync(base).filter((name) => name.startsWith('half'));
    assert.deepEqual(left(), []);
    const child = spawn(process.execPath, [COMMAND, 'export', file], { env: environment(place), stdio: 'ignore' });
    const ended = once(child, 'exit');
    while (left().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(left().join(), /^half\.sqlite\.[0-9a-f]{8}\.part/);
    assert.equal(statSync(path.join(base, left()[0] ?? '')).mode & 0o777, 0o600);
    child.kill('SIGTERM');
    assert.equal((await ended)[0], 1);
    assert.deepEqual(left(), []);
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
    assert.match(command(place, 'import', '.').stderr, /is no file/);
    assert.match(command(place, 'import', 'text').stderr, /cannot be read as a SQLite database/);
    const other = new DatabaseSync(path.join(base, 'other.sqlite'));
    other.exec('create table properties (name text)');
    other.close();
    assert.match(command(place, 'import', 'other.sqlite').stderr, /not a database of Sampan/);
    const gone = { ...place, databaseUrl: 'postgres://someone:a-secret-word@127.0.0.1:9/none' };
    const refused = command(gone, 'export', 'x.sqlite');
    assert.match(refused.stderr, /ECONNREFUSED/);
    assert.equal(refused.stderr.includes('a-secret-word'), false);
    assert.match(
      command({ ...place, databaseUrl: 'postgres://a:b:c@:x/y' }, 'export', 'x').stderr,
      /SAMPAN_DATABASE_URL/,
    );
  });

  test('copies a SQLite database beside its server into another one', async () => {
    const place = await makePlace();
    const servers = new TestServers();
    await servers.startWithAdmin(place);
    assert.match(command(place, 'import', 'x.sqlite').stderr, /no file/);
    const made = command(place, 'export', 'x.sqlite');
    assert.equal(made.status, 0, made.stderr);
    const file = path.join(path.dirname(place.dataFolder), 'x.sqlite');
    assert.match(
      command(place, 'import', 'x.sqlite').stderr,
      /sampan\.sqlite is there already .*SAMPAN_DATABASE_URL is not set/,
    );
    const other = await makePlace();
    const live = path.join(place.dataFolder, 'sampan.sqlite');
    assert.match(command(other, 'import', live).stderr, /A server is running on .*sampan\.sqlite: .* Stop it first/);
    await servers.stopAll();
    const imported = command(other, 'import', file);
    assert.equal(imported.status, 0, imported.stderr);
    assert.equal((await everything(other)).users?.length, 1);
  });

  test('a copy is not mixed with the last changes of the database that was there before', async () => {
    const place = await makePlace();
    const database = await openDatabase(place);
    const file = path.join(place.dataFolder, 'sampan.sqlite');
    const copy = path.join(place.dataFolder, 'copy.sqlite');
    await exportDatabase({ kind: 'sqlite', file }, copy);
    await database.query.insertInto('properties').values({ name: 'later', value: '' }).execute();
    copyFileSync(`${file}-wal`, path.join(place.dataFolder, 'log'));
    assert.ok(statSync(path.join(place.dataFolder, 'log')).size > 0);
    await database.close();
    // As a server that was killed leaves it.
    copyFileSync(path.join(place.dataFolder, 'log'), `${file}-wal`);
    copyFileSync(copy, file);
    await assert.rejects(openDatabase(place), /Move sampan\.sqlite-wal and sampan\.sqlite-shm away/);
    rmSync(`${file}-wal`);
    const opened = await openDatabase(place);
    const names = (await opened.query.selectFrom('properties').select('name').execute()).map(({ name }) => name);
    await opened.close();
    assert.ok(names.includes(COPIED_FROM) && !names.includes('later'));
  });

  test('two plans may back it up at once', async () => {
    const place = await makePlace();
    const database = await openDatabase(place);
    readNodeId(place.dataFolder);
    const own = ownCopyFolder(place.dataFolder);
    mkdirSync(own);
    writeFileSync(path.join(own, 'sampan.sqlite.0badc0de.part-journal'), 'of a server that was killed');
    const { signal } = new AbortController();
    const copies = Array.from({ length: 6 }, () => copyOwnDatabase(database, place.dataFolder, signal));
    const stopped = copyOwnDatabase(database, place.dataFolder, AbortSignal.abort(new Error('stopped')));
    await assert.rejects(stopped, /stopped/);
    await Promise.all(copies);
    await database.close();
    assert.deepEqual(readdirSync(own).sort(), ['node.id', 'sampan.sqlite']);
    const copy = new DatabaseSync(path.join(own, 'sampan.sqlite'), { readOnly: true });
    assert.equal(copy.prepare('select count(*) as found from properties where name = ?').get(COPIED_FROM)?.found, 1);
    copy.close();
  });
});
