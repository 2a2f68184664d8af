import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { migrationsFor } from '../../migrations/index.ts';
import type { Tables } from '../../tables.ts';
import { onBothDatabases, onSqlite } from '../../testing/databases.ts';
import { migrate, NewerDatabase } from './migrate.ts';
import { sqliteDialect } from './node-sqlite.ts';
import { databaseNow, openDatabase } from './open.ts';
import { DataFolderInUse } from './single-process.ts';

onBothDatabases('the database', (makePlace) => {
  test('is made once and opened again with what it holds', async () => {
    const place = await makePlace();
    const first = await openDatabase(place);
    await first.query.insertInto('properties').values({ name: 'kept', value: 'yes' }).execute();
    await first.close();
    const again = await openDatabase(place);
    assert.equal((await again.query.selectFrom('properties').selectAll().execute())[0]?.value, 'yes');
    await again.close();
  });

  test('that a newer version used is refused and left as it was', async () => {
    const place = await makePlace();
    const database = await openDatabase(place);
    const future = { name: '9999-from-the-future', timestamp: new Date().toISOString() };
    await sql`insert into kysely_migration (name, timestamp) values (${future.name}, ${future.timestamp})`.execute(
      database.query,
    );
    await database.close();
    await assert.rejects(
      openDatabase(place),
      (error) => error instanceof NewerDatabase && /9999-from-the-future/.test(error.message),
    );
  });

  test('does not keep half of an upgrade that fails', async () => {
    const place = await makePlace();
    const database = await openDatabase(place);
    const kind = database.kind;
    const broken = {
      ...migrationsFor(kind),
      '9001-first': {
        up: async (db: Kysely<unknown>) =>
          void (await db.schema.createTable('half_done').addColumn('id', 'integer').execute()),
      },
      '9002-second': {
        up: async () => {
          throw new Error('this migration fails');
        },
      },
    };
    const target =
      kind === 'postgres'
        ? ({ kind } as const)
        : ({ kind, raw: sqliteDialect(':memory:').raw, folder: place.dataFolder } as const);
    await assert.rejects(migrate(database.query, target, broken), /this migration fails/);
    const tables = await database.query.introspection.getTables();
    assert.ok(!tables.some((table) => table.name === 'half_done'));
    await database.close();
  });

  test('tells its own time in milliseconds', async () => {
    const database = await openDatabase(await makePlace());
    const row = await database.query.selectNoFrom(databaseNow(database.kind).as('now')).executeTakeFirstOrThrow();
    assert.ok(Math.abs(row.now - Date.now()) < 5_000, `${row.now}`);
    await database.close();
  });
});

onSqlite('SQLite', (makePlace) => {
  test('is copied before an upgrade', async () => {
    const place = await makePlace();
    const database = await openDatabase(place);
    await database.query.insertInto('properties').values({ name: 'before', value: 'upgrade' }).execute();
    const { raw } = sqliteDialect(path.join(place.dataFolder, 'sampan.sqlite'));
    const next = { ...migrationsFor('sqlite'), '9001-next': { up: async () => undefined } };
    await migrate(database.query, { kind: 'sqlite', raw, folder: place.dataFolder }, next);
    raw.close();
    await database.close();
    const [copy = ''] = readdirSync(path.join(place.dataFolder, 'before-upgrade'));
    const last = Object.keys(migrationsFor('sqlite')).at(-1);
    assert.match(copy, new RegExp(`^sampan-${last}-.*\\.sqlite$`));
    const kept = sqliteDialect(path.join(place.dataFolder, 'before-upgrade', copy));
    assert.equal(kept.raw.prepare("select value from properties where name = 'before'").get()?.value, 'upgrade');
    kept.raw.close();
  });

  test('of the first version keeps what it holds and gets what is new', async () => {
    const { dataFolder, databaseUrl } = await makePlace();
    mkdirSync(dataFolder, { recursive: true });
    const { dialect, raw } = sqliteDialect(path.join(dataFolder, 'sampan.sqlite'));
    const query = new Kysely<Tables>({ dialect });
    const [[name = '', first] = []] = Object.entries(migrationsFor('sqlite'));
    assert.ok(first);
    await migrate(query, { kind: 'sqlite', raw, folder: dataFolder }, { [name]: first });
    await query.insertInto('properties').values({ name: 'old', value: 'kept' }).execute();
    await query.destroy();
    const database = await openDatabase({ dataFolder, databaseUrl });
    const kept = await database.query.selectFrom('properties').select('value').where('name', '=', 'old').execute();
    assert.equal(kept[0]?.value, 'kept');
    assert.deepEqual(await database.query.selectFrom('storages').selectAll().execute(), []);
    await database.close();
  });

  test('serves one process: a second one is told to use another folder', async () => {
    const place = await makePlace();
    const first = await openDatabase(place);
    await assert.rejects(
      openDatabase(place),
      (error) => error instanceof DataFolderInUse && /SAMPAN_DATA/.test(error.message),
    );
    await first.close();
    await (await openDatabase(place)).close();
  });

  test('refuses values that it would silently store as missing', async () => {
    const database = await openDatabase(await makePlace());
    for (const value of [undefined, new Date(), Number.NaN, Number.POSITIVE_INFINITY, true, { a: 1 }]) {
      await assert.rejects(
        sql`select ${value} as value`.execute(database.query),
        /parameter must be null, a finite number/,
      );
    }
    await database.close();
  });

  test('says why when its folder cannot be written', {
    skip: process.getuid?.() === 0 ? 'root may write everywhere' : false,
  }, async () => {
    const place = await makePlace();
    mkdirSync(place.dataFolder, { recursive: true });
    chmodSync(place.dataFolder, 0o500);
    await assert.rejects(openDatabase(place), /unable to open|readonly|EACCES/);
  });
});
