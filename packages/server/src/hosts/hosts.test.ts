import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type QingzhouSimulator, startQingzhouSimulator } from '@sampan/simulators';
import type { RunningServer } from '../server.ts';
import type { Client } from '../testing/client.ts';
import { onBothDatabases, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'a-secret-nobody-may-see' };

onBothDatabases('hosts', (makePlace) => {
  const servers = new TestServers();
  let place: TestPlace;
  let server: RunningServer;
  let admin: Client;
  let cloud: QingzhouSimulator;

  before(async () => {
    place = await makePlace();
    cloud = await startQingzhouSimulator({ ...KEY, instances: 30, transitionMs: 100 });
    ({ server, admin } = await servers.startWithAdmin(place));
  });
  after(async () => {
    await servers.stopAll();
    await cloud.close();
  });

  const options = (more: object = {}) => ({ endpoint: cloud.url, region: 'cn-north-1', ...KEY, ...more });

  async function checks(path: string, body: unknown): Promise<Record<string, string>[]> {
    const { body: text } = await admin.post(path, body);
    return String(text)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  test('are offered by types whose options make the form', async () => {
    const { body } = await admin.get('/host-types');
    const [qingzhou] = body.items;
    assert.deepEqual(
      qingzhou.options
        .filter((field: { advanced?: boolean }) => !field.advanced)
        .map((field: { name: string }) => field.name),
      ['endpoint', 'region', 'accessKeyId', 'accessKeySecret', 'vpcId', 'defaultImage', 'defaultFlavor'],
    );
    assert.ok(qingzhou.notice.en && qingzhou.notice.zh, 'says openly that the wire format is assumed');
  });

  test('are tested before saving, step by step, and nothing is stored', async () => {
    const lines = await checks('/hosts/test', { type: 'qingzhou', options: options() });
    assert.deepEqual(lines.at(-1)?.name, 'result');
    assert.ok(
      lines.every((line) => line.state === 'passed' || line.state === 'warning'),
      JSON.stringify(lines),
    );
    assert.ok(lines.some((line) => line.name === 'signature'));
    assert.deepEqual((await admin.get('/hosts')).body.items, []);
  });

  test('that do not work say why and what to do', async () => {
    const wrong: [object, string, RegExp][] = [
      [{ accessKeySecret: 'nonsense' }, 'signature', /Secret|clock/],
      [{ accessKeyId: 'nobody' }, 'signature', /AccessKey ID/],
      [{ region: 'cn-nowhere-9' }, 'region', /cn-north-1/],
      [{ endpoint: 'http://127.0.0.1:1' }, 'connect', /./],
      [{ vpcId: 'vpc-nothing' }, 'network', /./],
      [{ defaultImage: 'image-nothing' }, 'default_image', /region|deleted|review/],
    ];
    for (const [change, step, remedy] of wrong) {
      const lines = await checks('/hosts/test', { type: 'qingzhou', options: options(change) });
      const failed = lines.find((line) => line.state === 'failed');
      assert.equal(failed?.name, step, JSON.stringify(lines));
      assert.ok(failed?.cause, `${step} has a cause`);
      assert.match(failed?.remedy ?? '', remedy);
      assert.equal(lines.at(-1)?.state, 'failed');
      assert.ok(!JSON.stringify(lines).includes('nonsense'), 'the secret is not told');
    }
  });

  test('are tested by somebody, and the audit log says who had which address called and what came of it', async () => {
    const told = async () => (await admin.get('/audit-events?action=host.test&limit=1')).body.items[0];
    await checks('/hosts/test', { type: 'qingzhou', options: options() });
    const good = await told();
    assert.deepEqual(
      [good.actor.name, good.resource, good.result, good.code],
      ['admin', { kind: 'host', id: null, name: null }, 'succeeded', null],
    );
    assert.deepEqual(good.difference, { type: 'qingzhou', endpoint: new URL(cloud.url).host });
    const target = { endpoint: 'http://169.254.169.254/latest?token=hidden', allowPlainHttp: true };
    await admin.post('/hosts/test', { type: 'qingzhou', options: options(target) });
    assert.deepEqual(await told(), good, 'what is refused before anything is called is no test');
    await checks('/hosts/test', {
      type: 'qingzhou',
      options: options({ ...target, endpoint: 'http://[fd00:ec2::254]/x' }),
    });
    const forbidden = await told();
    assert.deepEqual([forbidden.result, forbidden.code], ['failed', 'egress_forbidden']);
    assert.equal(forbidden.difference.endpoint, '[fd00:ec2::254]:80');
    const { body } = await admin.get('/audit-events?limit=200');
    assert.ok(!JSON.stringify(body).includes(KEY.accessKeySecret));
  });

  test('are added with their secret sealed: no answer, file or event holds it', async () => {
    const made = await admin.post('/hosts', { name: 'qingzhou-01', type: 'qingzhou', options: options() });
    assert.equal(made.status, 201);
    assert.deepEqual(made.body.sealedOptions, ['accessKeySecret']);
    const host = await admin.until(`/hosts/${made.body.id}`, (body) => body.state === 'ready');
    assert.equal(host.instanceCount, 30);
    assert.equal(host.simulated, true, 'a simulator is marked as one wherever it came from');
    const seen = [
      made.body,
      host,
      (await admin.get('/audit-events?limit=200')).body,
      (await admin.get('/operations')).body,
    ];
    assert.ok(!JSON.stringify(seen).includes(KEY.accessKeySecret));
    if (place.databaseUrl === null) {
      for (const file of readdirSync(place.dataFolder).filter((name) => name.startsWith('sampan.sqlite'))) {
        assert.ok(!readFileSync(path.join(place.dataFolder, file)).includes(KEY.accessKeySecret), file);
      }
    }
    const tested = await checks(`/hosts/${host.id}/test`, {});
    assert.equal(tested.at(-1)?.state, 'passed');
    const { body } = await admin.get('/audit-events?action=host.test&limit=1');
    assert.deepEqual(body.items[0].resource, { kind: 'host', id: host.id, name: 'qingzhou-01' });
  });

  test('cannot have the same name twice, whatever the case', async () => {
    const again = await admin.post('/hosts', { name: 'QingZhou-01', type: 'qingzhou', options: options() });
    assert.equal(again.status, 409);
    assert.equal(again.body.code, 'name_taken');
  });

  test('keep a secret that is not given again, and send it nowhere new', async () => {
    const [host] = (await admin.get('/hosts')).body.items;
    const renamed = await admin.patch(
      `/hosts/${host.id}`,
      { name: 'qingzhou-02', options: { vpcId: '' } },
      { 'if-match': `"${host.revision}"` },
    );
    assert.equal(renamed.status, 200);
    assert.equal((await checks(`/hosts/${host.id}/test`, {})).at(-1)?.state, 'passed');
    const late = await admin.patch(`/hosts/${host.id}`, { name: 'qingzhou-03' }, { 'if-match': `"${host.revision}"` });
    assert.equal(late.status, 412);
    assert.equal(late.body.current.name, 'qingzhou-02');
    const elsewhere = await admin.post('/hosts/test', {
      type: 'qingzhou',
      hostId: host.id,
      options: { endpoint: 'http://127.0.0.1:9' },
    });
    assert.equal(elsewhere.status, 400, 'with another address the secret must be typed again');
    assert.equal(elsewhere.body.fields[0].field, 'options.accessKeySecret');
    const moved = await admin.patch(`/hosts/${host.id}`, { options: { endpoint: 'http://127.0.0.1:9' } });
    assert.equal(moved.status, 400);
    assert.equal(moved.body.fields[0].field, 'options.accessKeySecret');
  });

  test('that lead to a metadata service are refused', async () => {
    const target = { endpoint: 'http://169.254.169.254/', allowPlainHttp: true };
    const lines = await checks('/hosts/test', { type: 'qingzhou', options: options(target) });
    assert.ok(
      lines.some((line) => line.code === 'egress_forbidden'),
      JSON.stringify(lines),
    );
  });

  test('show an outage and a refusal, keep what is known, and come back', async () => {
    const [host] = (await admin.get('/hosts')).body.items;
    cloud.setFaults(['html']);
    await admin.post(`/hosts/${host.id}/sync`, {});
    const down = await admin.until(`/hosts/${host.id}`, (body) => body.error !== null);
    assert.equal(down.state, 'unreachable');
    assert.ok(down.error.hint);
    assert.equal((await admin.get('/instances?limit=200')).body.items.length, 30, 'the last known instances stay');
    cloud.setFaults(['error=Forbidden.NoPermission:DescribeImages']);
    await admin.post(`/hosts/${host.id}/sync`, {});
    const refused = await admin.until(`/hosts/${host.id}`, (body) => body.state === 'refused');
    assert.equal(refused.error.code, 'permission_denied');
    cloud.setFaults([]);
    await admin.post(`/hosts/${host.id}/sync`, {});
    await admin.until(`/hosts/${host.id}`, (body) => body.state === 'ready' && body.error === null);
  });

  test('lose an instance only after the cloud said by id that it is gone, and find it again', async () => {
    const [host] = (await admin.get('/hosts')).body.items;
    const { body } = await admin.get('/instances?limit=1');
    const [instance] = body.items;
    cloud.removeInstance(instance.remoteId);
    const { body: operation } = await admin.post(`/hosts/${host.id}/sync`, {});
    assert.equal((await admin.finished(operation.id)).result.vanished, 1);
    assert.equal((await admin.get('/instances?limit=200')).body.items.length, 29);
    assert.ok((await admin.get(`/instances/${instance.id}`)).body.vanishedAt, 'what is gone can still be read');
    const gone = await admin.post(`/instances/${instance.id}/start`, {});
    assert.equal(gone.status, 404);
  });

  test('are removed with their inventory, and the cloud is not asked for anything', async () => {
    const [host] = (await admin.get('/hosts')).body.items;
    const changes = () => JSON.stringify(cloud.journal().accepted);
    const before = changes();
    assert.equal((await admin.delete(`/hosts/${host.id}`)).status, 204);
    assert.deepEqual((await admin.get('/instances')).body.items, []);
    assert.deepEqual((await admin.get('/images')).body.items, []);
    assert.equal(changes(), before);
    assert.equal((await admin.get(`/hosts/${host.id}`)).status, 404);
    assert.equal((await fetch(new URL('/readyz', server.url))).status, 200);
  });
});
