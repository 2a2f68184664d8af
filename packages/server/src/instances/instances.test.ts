import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type QingzhouSimulator, startQingzhouSimulator } from '@sampan/simulators';
import { Client } from '../testing/client.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { LOOK_INTERVAL_MS } from './poller.ts';
import { POWER_RULES } from './rules.ts';

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };
const COUNT = 260;

onBothDatabases('instances', (makePlace) => {
  const servers = new TestServers();
  let admin: Client;
  let cloud: QingzhouSimulator;
  let url: string;

  before(async () => {
    cloud = await startQingzhouSimulator({ ...KEY, instances: COUNT, transitionMs: 400 });
    const started = await servers.startWithAdmin(await makePlace());
    admin = started.admin;
    url = started.server.url;
    const options = { endpoint: cloud.url, region: 'cn-north-1', ...KEY };
    const { body } = await admin.post('/hosts', { name: 'cloud', type: 'qingzhou', options });
    await admin.until(`/hosts/${body.id}`, (host) => host.state === 'ready');
  });
  after(async () => {
    await servers.stopAll();
    await cloud.close();
  });

  async function walk(query: string): Promise<{ id: string; name: string; state: string; cpuCount: number }[]> {
    const all = [];
    let cursor = '';
    do {
      const { body, status } = await admin.get(
        `/instances?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      assert.equal(status, 200, JSON.stringify(body));
      all.push(...body.items);
      cursor = body.nextCursor ?? '';
    } while (cursor);
    return all;
  }

  async function one(state: string) {
    const { body } = await admin.get(`/instances?state=${state}&limit=100`);
    return body.items.find(
      (item: { operation: unknown; lockReason: unknown }) => item.operation === null && item.lockReason === null,
    );
  }

  test('are all there, page by page, each once, in every order', async () => {
    for (const sort of ['name', '-name', 'state', '-createdAt', 'cpuCount', '-memoryBytes']) {
      const all = await walk(`limit=37&sort=${sort}`);
      assert.equal(all.length, COUNT, sort);
      assert.equal(new Set(all.map((item) => item.id)).size, COUNT, sort);
    }
    const byCpu = await walk('limit=50&sort=-cpuCount');
    assert.deepEqual(
      byCpu.map((item) => item.cpuCount),
      byCpu.map((item) => item.cpuCount).sort((a, b) => b - a),
    );
  });

  test('sort as a person counts: 2 before 10', async () => {
    const numbers = (await walk('limit=200&sort=name'))
      .map((item) => item.name)
      .filter((name) => name.startsWith('api-'));
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    );
  });

  test('are filtered by state, host and words, and counted', async () => {
    const running = await walk('limit=100&state=running');
    assert.ok(running.length > 10 && running.every((item) => item.state === 'running'));
    const two = await walk('limit=100&state=running&state=stopped');
    assert.ok(two.length > running.length);
    const { body } = await admin.get('/instances?count=true&limit=1&state=running');
    assert.deepEqual(body.count, { value: running.length, exact: true });
    const chinese = await walk(`limit=100&search=${encodeURIComponent('主机')}`);
    assert.ok(chinese.length > 0 && chinese.every((item) => item.name.includes('主机')));
    assert.deepEqual(await walk(`limit=10&hostId=${'0'.repeat(32)}`), []);
  });

  test('a cursor of another order is refused', async () => {
    const { body } = await admin.get('/instances?limit=5&sort=name');
    const mixed = await admin.get(`/instances?limit=5&sort=-name&cursor=${encodeURIComponent(body.nextCursor)}`);
    assert.equal(mixed.status, 400);
    assert.equal(mixed.body.fields[0].field, 'cursor');
  });

  for (const [action, from, to] of [
    ['stop', 'running', 'stopped'],
    ['start', 'stopped', 'running'],
    ['restart', 'running', 'running'],
  ] as const) {
    test(`${action}: the state is what the cloud reports, step by step, never earlier`, async () => {
      const instance = await one(from);
      const { body: operation, status } = await admin.post(`/instances/${instance.id}/${action}`, {});
      assert.equal(status, 202);
      const shown = (await admin.get(`/instances/${instance.id}`)).body;
      assert.ok(
        shown.state === from || POWER_RULES[action].underway.includes(shown.state),
        `${shown.state} right after asking`,
      );
      assert.equal(shown.operation.id, operation.id, 'the row shows what runs on it');
      const ended = await admin.finished(operation.id);
      assert.equal(ended.state, 'succeeded', JSON.stringify(ended));
      assert.deepEqual(
        ended.steps.map((step: { name: string }) => step.name),
        ['check', 'request', 'wait'],
      );
      const after = (await admin.get(`/instances/${instance.id}`)).body;
      assert.equal(after.state, to);
      assert.equal(after.operation, null);
      const log = (await admin.get(`/operations/${operation.id}/log`)).body.items;
      assert.ok(log.length > 0);
    });
  }

  test('what the state does not allow is refused with the state and no operation', async () => {
    const instance = await one('stopped');
    const answer = await admin.post(`/instances/${instance.id}/stop`, {});
    assert.equal(answer.status, 409);
    assert.equal(answer.body.code, 'wrong_state');
    assert.equal(answer.body.parameters.state, 'stopped');
    const locked = (await admin.get('/instances?state=locked&limit=1')).body.items[0];
    assert.ok(locked.lockReason);
    assert.match((await admin.post(`/instances/${locked.id}/start`, {})).body.hint, /locked/i);
  });

  test('two wishes for one instance run one after the other', async () => {
    const instance = await one('running');
    const stop = (await admin.post(`/instances/${instance.id}/stop`, {})).body;
    const start = (await admin.post(`/instances/${instance.id}/start`, {})).body;
    assert.equal(start.waitingFor?.operationId, stop.id);
    assert.equal((await admin.finished(start.id)).state, 'succeeded');
    const first = (await admin.get(`/operations/${stop.id}`)).body;
    assert.equal(first.state, 'succeeded');
    assert.equal((await admin.get(`/instances/${instance.id}`)).body.state, 'running');
  });

  test('a cloud that cuts the connection after acting is not asked twice, and the operation succeeds', async () => {
    for (const [fault, action, remote] of [
      ['drop-after', 'stop', 'StopInstance'],
      ['drop-before', 'restart', 'RebootInstance'],
      ['throttle', 'restart', 'RebootInstance'],
    ] as const) {
      const instance = await one('running');
      const before = cloud.journal().accepted[instance.remoteId]?.[remote] ?? 0;
      cloud.setFaults([`${fault}:${remote}:once`]);
      const { body } = await admin.post(`/instances/${instance.id}/${action}`, {});
      const ended = await admin.finished(body.id);
      assert.equal(ended.state, 'succeeded', `${fault} ${JSON.stringify(ended)}`);
      assert.equal(cloud.journal().accepted[instance.remoteId]?.[remote], before + 1, fault);
    }
    cloud.setFaults([]);
  });

  test('a cloud that says no ends the operation with its reason and what to do', async () => {
    const instance = await one('running');
    cloud.setFaults(['error=Forbidden.NoPermission:StopInstance']);
    const { body } = await admin.post(`/instances/${instance.id}/stop`, {});
    const ended = await admin.finished(body.id);
    cloud.setFaults([]);
    assert.equal(ended.state, 'failed');
    assert.equal(ended.error.code, 'permission_denied');
    assert.ok(ended.error.hint);
    assert.equal(ended.steps[1].state, 'failed');
    assert.equal((await admin.get(`/instances/${instance.id}`)).body.state, 'running');
  });

  test('waiting can be cancelled; what the cloud does is still shown as it is', async () => {
    const instance = await one('running');
    cloud.setFaults(['stuck:StopInstance']);
    const { body } = await admin.post(`/instances/${instance.id}/stop`, {});
    await admin.until(
      `/operations/${body.id}`,
      (operation) => operation.steps[2].state === 'running' && operation.steps[2].message === 'stopping',
    );
    assert.equal((await admin.post(`/operations/${body.id}/cancel`, {})).status, 202);
    assert.equal((await admin.finished(body.id)).state, 'cancelled');
    cloud.setFaults([]);
    assert.equal((await admin.get(`/instances/${instance.id}`)).body.state, 'stopping');
  });

  test('a hundred at once cost the cloud few requests', async () => {
    const { body } = await admin.get('/instances?state=running&limit=200');
    const chosen = body.items
      .filter(
        (item: { operation: unknown; lockReason: unknown }) => item.operation === null && item.lockReason === null,
      )
      .slice(0, 30);
    const count = () =>
      Object.values(cloud.journal().calls.DescribeInstances ?? {}).reduce((sum, each) => sum + each, 0);
    const before = count();
    const began = performance.now();
    const operations = await Promise.all(
      chosen.map((item: { id: string }) => admin.post(`/instances/${item.id}/restart`, {})),
    );
    for (const { body: operation } of operations) assert.equal((await admin.finished(operation.id)).state, 'succeeded');
    const asked = count() - before;
    // However slow the machine: one look in an interval, and a synchronisation or two beside them.
    const allowed = (performance.now() - began) / LOOK_INTERVAL_MS + 4;
    assert.ok(asked >= 2 && asked <= allowed, `${asked} looks for ${chosen.length} restarts, allowed ${allowed}`);
  });

  test('an operator may run them, a reader may only look', async () => {
    await admin.post('/users', { username: 'op', role: 'operator', password: 'a good long password' });
    await admin.post('/users', { username: 'eye', role: 'read_only', password: 'a good long password' });
    const [operator, reader] = [new Client(url), new Client(url)];
    await operator.logIn('op', 'a good long password');
    await reader.logIn('eye', 'a good long password');
    const instance = await one('stopped');
    assert.equal((await reader.get('/instances')).status, 200);
    assert.equal((await reader.post(`/instances/${instance.id}/start`, {})).status, 403);
    const { body } = await operator.post(`/instances/${instance.id}/start`, {});
    assert.equal((await reader.finished(body.id)).actor.name, 'op');
  });
});
