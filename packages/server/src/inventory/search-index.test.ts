import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RemoteInstance } from '@sampan/compute';
import fc from 'fast-check';
import { Changes } from '../platform/changes.ts';
import { type Database, openDatabase } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { saveInstances } from './instance-rows.ts';
import { matches, searchText } from './search-index.ts';

const HOST = 'a'.repeat(32);

function instance(remoteId: string, name: string, more: Partial<RemoteInstance> = {}): RemoteInstance {
  return {
    remoteId,
    name,
    description: '',
    state: 'running',
    remoteState: 'Running',
    regionId: 'r',
    zoneId: 'z',
    networkId: 'n',
    imageId: 'i',
    flavorId: 'f',
    cpuCount: 1,
    memoryBytes: 1,
    systemDiskBytes: 1,
    nics: [],
    tags: {},
    createdAt: null,
    expiresAt: null,
    lockReason: null,
    ...more,
  };
}

onBothDatabases('search', (makePlace) => {
  let database: Database;
  let changes: Changes;

  before(async () => {
    database = await openDatabase(await makePlace());
    changes = new Changes(database);
    await changes.run(async ({ db, now }) => {
      const common = {
        id: HOST,
        project_id: 'default',
        revision: 1,
        created_at: now,
        updated_at: now,
        options_revision: 1,
        simulated: 0 as const,
      };
      const state = {
        state: 'ready' as const,
        error: null,
        instance_count: 0,
        synced_at: null,
        sync_duration_ms: null,
        next_sync_at: 0,
      };
      await db
        .insertInto('hosts')
        .values({ ...common, ...state, name: 'h', name_key: 'h', sort_name: 'h', type: 'memory', options: '{}' })
        .execute();
    });
    await save([
      instance('i-1', '主机-北京-01', { tags: { 业务: '支付网关' } }),
      instance('i-2', 'web-12', {
        nics: [{ networkId: 'n', privateAddress: '10.0.0.12', publicAddress: '203.0.113.7' }],
      }),
      instance('i-3', 'Web-Server', { description: 'has "quotes" & 100% %_ * (odd) -- characters' }),
      instance('i-4', '数据库主库'),
    ]);
  });
  after(() => database.close());

  const save = (instances: RemoteInstance[]) =>
    changes.run(({ db, now }) => saveInstances(db, database.kind, HOST, newId(), instances, now));

  async function find(search: string): Promise<string[]> {
    const rows = await database.query
      .selectFrom('instances')
      .select('remote_id')
      .where((eb) => matches(eb, database.kind, search) ?? eb.lit(true))
      .orderBy('remote_id')
      .execute();
    return rows.map((row) => row.remote_id ?? '');
  }

  test('finds Chinese words of two characters and of one, inside a name', async () => {
    assert.deepEqual(await find('主机'), ['i-1']);
    assert.deepEqual(await find('北京'), ['i-1']);
    assert.deepEqual(await find('主'), ['i-1', 'i-4']);
    assert.deepEqual(await find('库'), ['i-4']);
    assert.deepEqual(await find('支付'), ['i-1']);
  });

  test('finds parts of names without regard to case, addresses, ids and tags', async () => {
    assert.deepEqual(await find('WEB'), ['i-2', 'i-3']);
    assert.deepEqual(await find('eb-1'), ['i-2']);
    assert.deepEqual(await find('0.0.12'), ['i-2']);
    assert.deepEqual(await find('203.0.113.7'), ['i-2']);
    assert.deepEqual(await find('i-3'), ['i-3']);
    assert.deepEqual(await find('业务=支付网关'), ['i-1']);
  });

  test('wants all words that were typed, and takes odd characters as they are', async () => {
    assert.deepEqual(await find('web server'), ['i-3']);
    assert.deepEqual(await find('web 203'), ['i-2']);
    assert.deepEqual(await find('web 主机'), []);
    for (const odd of ['"quotes"', '100%', '%_', '*', '(odd)', '--', "'", '\\', 'OR', 'NEAR(']) {
      assert.deepEqual(
        await find(odd),
        odd === "'" || odd === '\\' || odd === 'OR' || odd === 'NEAR(' ? [] : ['i-3'],
        odd,
      );
    }
    assert.deepEqual(await find('  '), ['i-1', 'i-2', 'i-3', 'i-4']);
  });

  test('does not match across the border of two fields', async () => {
    assert.deepEqual(await find('12i-2'), []);
    assert.deepEqual(await find('01i'), []);
  });

  test('follows a change of name, and a row that vanished and came back keeps its id', async () => {
    const idOf = async () =>
      (
        await database.query
          .selectFrom('instances')
          .select(['id', 'vanished_at'])
          .where('remote_id', '=', 'i-2')
          .executeTakeFirst()
      )?.id;
    const before = await idOf();
    await database.query.updateTable('instances').set({ vanished_at: 1 }).where('remote_id', '=', 'i-2').execute();
    await save([instance('i-2', 'renamed-host')]);
    assert.equal(await idOf(), before);
    assert.deepEqual(await find('renamed'), ['i-2']);
    assert.deepEqual(await find('web-12'), []);
    const row = await database.query
      .selectFrom('instances')
      .selectAll()
      .where('remote_id', '=', 'i-2')
      .executeTakeFirstOrThrow();
    assert.equal(row.vanished_at, null);
  });

  test('finds what a plain look at the texts finds, for any term', async () => {
    const names = ['alpha-1', 'Älpha 2', 'be ta', '贝塔主机', 'a', 'aa', 'aaa', 'x\u00a0y', '1.2.3.4', 'z_%'];
    await save(names.map((name, index) => instance(`p-${index}`, name)));
    const rows = await database.query.selectFrom('instances').select(['remote_id', 'search_text']).execute();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(10),
        fc.integer({ min: 1, max: 5 }),
        async (name, from, length) => {
          const term = name.slice(from % name.length, (from % name.length) + length).trim();
          if (term === '' || /\s/.test(searchText([term]))) return;
          const expected = rows
            .filter((row) => row.search_text.includes(searchText([term])))
            .map((row) => row.remote_id ?? '');
          assert.deepEqual((await find(term)).sort(), expected.sort(), JSON.stringify(term));
        },
      ),
      { numRuns: 80 },
    );
  });
});
