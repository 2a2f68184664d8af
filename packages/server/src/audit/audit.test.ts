import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CompiledQuery, sql } from 'kysely';
import { Changes } from '../platform/changes.ts';
import { type Database, openDatabase } from '../platform/database/open.ts';
import { SYSTEM } from '../policy/actor.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { entriesOf, namesLike, searchAudit } from './search.ts';
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

  describe('when it is long', () => {
    const WRITTEN = 20_000;
    const actors = ['admin', 'Admin', 'li_wei', 'li.wei', '主机', 'Élodie', '50%', 'rare'];
    const actorOf = (sequence: number) =>
      sequence === 7 ? 'rare' : sequence % 40 === 0 ? `Script-${(sequence / 40) % 60}` : actors[sequence % 7];
    const actionOf = (sequence: number) => (sequence % 3 === 0 ? 'host.sync' : 'session.create');
    let long: Database;

    before(async () => {
      long = await openDatabase(await makePlace());
      const row = (sequence: number) => ({
        ...{ sequence, time: sequence, actor_kind: 'user' as const, actor_name: actorOf(sequence) ?? '' },
        ...{ address: '', action: actionOf(sequence), result: 'succeeded' as const, hash: '' },
      });
      for (let from = 1; from <= WRITTEN; from += 1000)
        await long.query
          .insertInto('audit_events')
          .values(Array.from({ length: 1000 }, (_, index) => row(from + index)))
          .execute();
      // Only PostgreSQL gathers statistics by itself.
      if (long.kind === 'postgres') await sql`analyze`.execute(long.query);
    });
    after(() => long.close());

    test('gives the newest of all whose names begin so, from any place on, of one action or of all', async () => {
      const all = Array.from({ length: WRITTEN }, (_, index) => WRITTEN - index);
      for (const name of ['a', 'ADMIN', 'admin', 'li_', 'li.w', '主', 'Él', '50%', '%', 'rare', 'script-', 'nobody'])
        for (const before of [undefined, 9_001, 5])
          for (const action of [undefined, 'host.sync']) {
            const found = await searchAudit(long, { name, action, before }, 60);
            const expected = all.filter(
              (sequence) =>
                actorOf(sequence)?.toLowerCase().startsWith(name.toLowerCase()) &&
                sequence < (before ?? Number.POSITIVE_INFINITY) &&
                (action === undefined || action === actionOf(sequence)),
            );
            assert.deepEqual(
              found.map(({ sequence }) => sequence),
              expected.slice(0, 60),
              `${name} ${before} ${action}`,
            );
          }
    });

    /** How the database would go about it, a line each. */
    async function planOf(builder: { compile(): CompiledQuery }): Promise<string[]> {
      const compiled = builder.compile();
      const explain = long.kind === 'sqlite' ? 'explain query plan' : 'explain';
      const { rows } = await long.query.executeQuery<Record<string, string>>({
        ...compiled,
        sql: `${explain} ${compiled.sql}`,
      });
      return rows.map((row) => row.detail ?? row['QUERY PLAN'] ?? '');
    }

    test('is searched by an index that leads to each name, and of each to its newest', async () => {
      const plans = [
        await planOf(namesLike(long, 'adm')),
        await planOf(entriesOf(long, ['admin'], {}, 51)),
        await planOf(entriesOf(long, ['admin', 'rare', 'li_wei'], { before: 9_001 }, 51)),
      ];
      for (const plan of plans) {
        const reads = plan.filter((line) => /\baudit_events\b/.test(line));
        const indexed = reads.filter((line) => /audit_events_actor_key\b/.test(line) && !/^SCAN|Bitmap/.test(line));
        assert.ok(reads.length > 0, plan.join('\n'));
        assert.deepEqual(reads, indexed, plan.join('\n'));
        // What was found may be sorted, never all that a name has.
        const sorted = plan.filter((line, at) => {
          const beside = long.kind === 'sqlite' ? plan[at + 1] : plan[at - 1];
          return reads.includes(line) && /TEMP B-TREE|Sort/.test(beside ?? '');
        });
        assert.deepEqual(sorted, [], plan.join('\n'));
      }
    });
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
