import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bytesSource, type ObservedRequest } from '@sampan/storage';
import { openDatabase } from '../platform/database/open.ts';
import { makeLog } from '../platform/log.ts';
import type { Client } from '../testing/client.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { MemoryStorages } from '../testing/memory-storage.ts';
import { TestServers } from '../testing/start.ts';
import { costOfDay, type Prices } from './prices.ts';
import type { StorageRow } from './tables.ts';
import { StorageTraffic } from './traffic.ts';

const PRICES: Prices = {
  currency: 'CNY',
  storagePerGibMonth: 0.3,
  writePer10000: 0.1,
  readPer10000: 0.01,
  listPer10000: 0.1,
  deletePer10000: null,
  downloadPerGib: 0.5,
};
const GIB = 1024 ** 3;

const day = {
  storage_id: 'x',
  day: '2026-11-21',
  write_requests: 20_000,
  read_requests: 10_000,
  list_requests: 5_000,
  delete_requests: 1_000_000,
  failed_requests: 0,
  bytes_sent: 7 * GIB,
  bytes_received: 2 * GIB,
  objects: null,
  bytes: null,
};

describe('what a day costs', () => {
  test('is its requests, its downloads, and a share of the month for what lay there', () => {
    const expected = 0.2 + 0.01 + 0.05 + 1 + (100 * 0.3) / 30;
    assert.ok(Math.abs(costOfDay(PRICES, day, 100 * GIB) - expected) < 1e-9);
  });

  test('follows the length of the month, leap years too', () => {
    const quiet = { ...day, write_requests: 0, read_requests: 0, list_requests: 0, bytes_received: 0 };
    const cost = (name: string) => costOfDay(PRICES, { ...quiet, day: name }, 29 * GIB);
    assert.ok(Math.abs(cost('2028-02-10') - 0.3) < 1e-9);
    assert.ok(Math.abs(cost('2026-02-10') - (29 * 0.3) / 28) < 1e-9);
  });
});

onBothDatabases('the traffic of storages', (makePlace) => {
  const request = (more: Partial<ObservedRequest> = {}): ObservedRequest => ({
    class: 'write',
    status: 200,
    bytesSent: 100,
    bytesReceived: 10,
    ...more,
  });

  test('is added up by several servers, per UTC day', async () => {
    const database = await openDatabase(await makePlace());
    const log = makeLog('silent');
    const row: StorageRow = {
      id: 'a'.repeat(32),
      project_id: 'default',
      revision: 1,
      created_at: 0,
      updated_at: 0,
      name: 'x',
      name_key: 'x',
      sort_name: 'x',
      type: 'memory',
      options: '{}',
      options_revision: 1,
      state: 'new',
      error: null,
      node_id: null,
      upload_bytes_per_second: null,
      download_bytes_per_second: null,
      concurrency: null,
      prices: null,
      objects: null,
      bytes: null,
      measured_at: null,
      checked_at: null,
      next_check_at: 0,
      next_measure_at: 0,
    };
    await database.query.insertInto('storages').values(row).execute();
    let now = Date.parse('2026-11-21T23:59:59.999Z');
    const one = new StorageTraffic({ database, log, now: () => now });
    const two = new StorageTraffic({ database, log, now: () => now });
    for (const each of [one, two, one]) each.record(row.id, request());
    one.record(row.id, request({ class: 'read', status: 404 }));
    one.record(row.id, request({ class: 'list', status: 503 }));
    two.record(row.id, request({ class: 'delete', status: null }));
    two.record('f'.repeat(32), request());
    await Promise.all([one.flush(), two.flush()]);
    now += 1;
    one.record(row.id, request());
    await one.stop();
    await two.stop();
    const rows = await database.query.selectFrom('storage_days').selectAll().orderBy('day').execute();
    assert.deepEqual(
      rows.map((each) => [each.day, each.write_requests, each.read_requests, each.list_requests, each.delete_requests]),
      [
        ['2026-11-21', 3, 1, 1, 1],
        ['2026-11-22', 1, 0, 0, 0],
      ],
    );
    assert.equal(rows[0]?.failed_requests, 2, 'what is not there is an answer');
    assert.equal(rows[0]?.bytes_sent, 600);
    assert.equal(rows[0]?.bytes_received, 60);
    await database.close();
  });

  test('that cannot be written is kept for later', async () => {
    const database = await openDatabase(await makePlace());
    let isAway = true;
    const away = {
      ...database,
      get query() {
        if (isAway) throw new Error('the database is away');
        return database.query;
      },
    };
    const traffic = new StorageTraffic({ database: away, log: makeLog('silent') });
    traffic.record('b'.repeat(32), request());
    await traffic.flush();
    isAway = false;
    // The storage does not exist: had it not been kept, nothing would be tried.
    await traffic.flush();
    await traffic.stop();
    assert.deepEqual(await database.query.selectFrom('storage_days').selectAll().execute(), []);
    await database.close();
  });
});

onBothDatabases('the usage of a storage', (makePlace) => {
  const servers = new TestServers();
  const memory = new MemoryStorages();
  let admin: Client;
  let of: string;

  before(async () => {
    ({ admin } = await servers.startWithAdmin(await makePlace(), {}, { storageTypes: [memory.type] }));
    const { body } = await admin.post('/storages', { name: 'x', type: 'memory', options: { bucket: 'used' } });
    of = `/storages/${body.id}`;
    await admin.until(of, (storage) => storage.usage.measuredAt !== null);
  });
  after(() => servers.stopAll());

  test('shows every day asked for, and what was sent, received and refused today', async () => {
    const before = (await admin.get(`${of}/usage?days=7`)).body;
    assert.equal(before.items.length, 7);
    assert.equal(before.items.at(-1).cost, null);
    assert.equal(before.prices, null);
    await memory.store('https://memory.example', 'used').put('a', bytesSource('x'.repeat(1000)));
    await (await fetch(new URL(`/api/v1${of}/objects/content?key=a`, admin.url), { headers: cookie() })).arrayBuffer();
    await admin.get(`${of}/objects`);
    memory.before = () => {
      throw new Error('refused');
    };
    await admin.get(`${of}/objects`);
    memory.before = () => undefined;
    const after = (await admin.get(`${of}/usage?days=7`)).body;
    const added = (field: string) => after.totals.requests[field] - before.totals.requests[field];
    assert.deepEqual([added('read'), added('list'), added('failed'), added('write')], [1, 2, 1, 0]);
    assert.equal(after.totals.bytesReceived - before.totals.bytesReceived, 1000);
    assert.equal(after.items.at(-1).bytesReceived, after.totals.bytesReceived);
    assert.match(after.items.at(-1).day, /^\d{4}-\d\d-\d\d$/);
  });

  test('has a cost as soon as somebody said what things cost, and none when it is cleared', async () => {
    const { body, status } = await admin.request('PUT', `${of}/prices`, PRICES);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.prices, PRICES);
    const { totals, items, prices } = (await admin.get(`${of}/usage`)).body;
    assert.equal(prices.currency, 'CNY');
    const { requests, bytesReceived } = totals;
    const expected =
      (requests.read * 0.01 + requests.list * 0.1 + requests.write * 0.1) / 10_000 + (bytesReceived / GIB) * 0.5;
    assert.ok(totals.cost >= expected && totals.cost < expected + 0.001, `${totals.cost} is not ${expected}`);
    assert.equal(items.length, 30);
    const late = await admin.request('PUT', `${of}/prices`, PRICES, { 'if-match': '"1"' });
    assert.equal(late.status, 412);
    const nothing = Object.fromEntries(Object.keys(PRICES).map((name) => [name, null]));
    assert.equal((await admin.request('PUT', `${of}/prices`, nothing)).body.prices, null);
    const nameless = await admin.request('PUT', `${of}/prices`, { ...PRICES, currency: null });
    assert.equal(nameless.body.fields[0].field, 'currency');
    assert.equal((await admin.request('PUT', `${of}/prices`, { ...PRICES, readPer10000: -1 })).status, 400);
  });

  test('is in the metrics, by type and class', async () => {
    const text = (await admin.get('/metrics')).body;
    assert.match(text, /sampan_storage_requests_total\{type="memory",class="list",status="200"\} \d+/);
    assert.match(text, /sampan_storage_bytes_total\{type="memory",direction="received"\} 1000/);
  });

  function cookie() {
    return { cookie: admin.cookie ?? '' };
  }
});
