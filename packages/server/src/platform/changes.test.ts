import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { onPostgres, onSqlite } from '../testing/databases.ts';
import { Changes } from './changes.ts';
import { openDatabase } from './database/open.ts';
import { readProperty, writeProperty } from './properties.ts';

onSqlite('a change', (makePlace) => {
  test('that queries beside its own transaction is told so instead of waiting for ever', async (t) => {
    const database = await openDatabase(await makePlace());
    t.after(() => database.close());
    const changes = new Changes(database);
    await assert.rejects(
      changes.run(() => database.query.selectFrom('users').selectAll().execute()),
      /use change\.db/,
    );
  });
});

onPostgres('two changes that wait for each other', (makePlace) => {
  test('are both made, one after the other, and told once each', async (t) => {
    const database = await openDatabase(await makePlace());
    t.after(() => database.close());
    const changes = new Changes(database);
    for (const name of ['left', 'right']) await writeProperty(database.query, name, '');
    const met = Promise.withResolvers<void>();
    let [attempts, inside] = [0, 0];
    const change = (own: string, other: string) =>
      changes.run(async ({ db, event }) => {
        attempts += 1;
        const add = (name: string) =>
          db
            .updateTable('properties')
            .set({ value: sql`value || ${`${own} `}` })
            .where('name', '=', name)
            .execute();
        await add(own);
        event({ kind: 'host', id: own, action: 'changed' });
        inside += 1;
        if (inside === 2) met.resolve();
        await met.promise;
        await add(other);
      });
    await Promise.all([change('left', 'right'), change('right', 'left')]);
    assert.equal(attempts, 3);
    const written = [await readProperty(database.query, 'left'), await readProperty(database.query, 'right')];
    assert.equal(written[0], written[1]);
    assert.ok(written[0] === 'left right ' || written[0] === 'right left ', String(written[0]));
    const events = await database.query.selectFrom('events').select('resource_id').where('kind', '=', 'host').execute();
    assert.deepEqual(events.map((row) => row.resource_id).sort(), ['left', 'right']);
  });
});
