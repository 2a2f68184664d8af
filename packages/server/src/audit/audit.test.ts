import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Changes } from '../platform/changes.ts';
import { type Database, openDatabase } from '../platform/database/open.ts';
import { SYSTEM } from '../policy/actor.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { verifyChain } from './store.ts';

onBothDatabases('the audit log', (makePlace) => {
  let database: Database;
  let changes: Changes;

  before(async () => {
    database = await openDatabase(await makePlace());
    changes = new Changes(database);
    const write = (number: number) =>
      changes.run(async (change) =>
        change.audit({
          actor: SYSTEM,
          action: 'test.write',
          result: 'succeeded',
          difference: { number, text: '主机' },
        }),
      );
    await Promise.all(Array.from({ length: 40 }, (_, number) => write(number)));
  });
  after(() => database.close());

  /** Tampers, asks the verifier, and puts everything back. */
  async function afterTampering(tamper: () => Promise<unknown>): Promise<number | null> {
    const rows = await database.query.selectFrom('audit_events').selectAll().execute();
    const head = await database.query
      .selectFrom('sequences')
      .selectAll()
      .where('name', '=', 'audit_events')
      .executeTakeFirstOrThrow();
    await tamper();
    const verdict = await verifyChain(database.query);
    await database.query.deleteFrom('audit_events').execute();
    await database.query.insertInto('audit_events').values(rows).execute();
    await database.query.updateTable('sequences').set(head).where('name', '=', 'audit_events').execute();
    return verdict.firstBroken;
  }

  test('is searched by the beginning of a name, in capitals or not', async (context) => {
    const servers = new TestServers();
    context.after(() => servers.stopAll());
    const { admin } = await servers.startWithAdmin(await makePlace());
    const found = async (search: string) => (await admin.get(`/audit-events?search=${search}`)).body.items.length;
    assert.ok((await found('admin')) > 0);
    assert.equal(await found('ADM'), await found('admin'));
    assert.equal(await found('dmin'), 0);
  });

  test('is a whole chain though many wrote at once', async () => {
    assert.deepEqual(await verifyChain(database.query), { valid: true, checked: 40, firstBroken: null });
  });

  test('shows where an entry was changed, removed, swapped, cut off at the end, or added', async () => {
    const { query } = database;
    const change = () =>
      query.updateTable('audit_events').set({ actor_name: 'someone else' }).where('sequence', '=', 7).execute();
    assert.equal(await afterTampering(change), 7);
    const changeText = () =>
      query.updateTable('audit_events').set({ difference: '{"number":1}' }).where('sequence', '=', 9).execute();
    assert.equal(await afterTampering(changeText), 9);
    const remove = () => query.deleteFrom('audit_events').where('sequence', '=', 12).execute();
    assert.equal(await afterTampering(remove), 12);
    const cut = () => query.deleteFrom('audit_events').where('sequence', '=', 40).execute();
    assert.equal(await afterTampering(cut), 40);
    const cutWithHead = async () => {
      await cut();
      await query.updateTable('sequences').set({ value: 39 }).where('name', '=', 'audit_events').execute();
    };
    assert.equal(await afterTampering(cutWithHead), 40);
    assert.equal((await verifyChain(query)).valid, true);
  });

  test('an entry and the change it tells of stand or fall together', async () => {
    const failing = changes.run(async (change) => {
      change.audit({ actor: SYSTEM, action: 'test.fail', result: 'succeeded' });
      await change.db.insertInto('properties').values({ name: 'half', value: 'done' }).execute();
      throw new Error('stop here');
    });
    await assert.rejects(failing, /stop here/);
    assert.equal((await verifyChain(database.query)).checked, 40);
    assert.equal(
      await database.query.selectFrom('properties').selectAll().where('name', '=', 'half').executeTakeFirst(),
      undefined,
    );
  });
});
