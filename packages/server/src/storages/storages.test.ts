import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { bytesSource } from '@sampan/storage';
import type { RunningServer } from '../server.ts';
import { Client } from '../testing/client.ts';
import { onBothDatabases, type TestPlace } from '../testing/databases.ts';
import { MemoryStorages, refusal } from '../testing/memory-storage.ts';
import { TestServers } from '../testing/start.ts';

const SECRET = 'a-secret-nobody-may-see';
const PASSWORD = 'only looking around';

onBothDatabases('storages', (makePlace) => {
  const servers = new TestServers();
  const memory = new MemoryStorages();
  let place: TestPlace;
  let server: RunningServer;
  let admin: Client;

  before(async () => {
    place = await makePlace();
    ({ server, admin } = await servers.startWithAdmin(place, {}, { storageTypes: [memory.type] }));
  });
  after(() => servers.stopAll());
  beforeEach(() => {
    memory.before = () => undefined;
  });

  const options = (more: object = {}) => ({
    endpoint: 'https://memory.example',
    accessKeyId: 'ID',
    secretAccessKey: SECRET,
    bucket: 'photos',
    ...more,
  });

  async function add(
    name: string,
    more: object = {},
  ): Promise<Record<string, never> & { id: string; revision: number }> {
    const made = await admin.post('/storages', { name, type: 'memory', options: options(more) });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return admin.until(`/storages/${made.body.id}`, (body) => body.state !== 'new');
  }

  async function lines(path: string, body: unknown, client = admin): Promise<Record<string, string>[]> {
    const { body: text } = await client.post(path, body);
    return String(text)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  async function signedIn(role: string): Promise<Client> {
    await admin.post('/users', { username: role, role, password: PASSWORD });
    const client = new Client(server.url);
    await client.logIn(role, PASSWORD);
    return client;
  }

  test('are offered by types whose options make the form', async () => {
    const { body } = await admin.get('/storage-types');
    assert.equal(body.items[0].type, 'memory');
    assert.equal(body.items[0].isLocal, false);
    assert.ok(body.items[0].capabilities.includes('buckets'));
    assert.ok(body.items[0].options.some((field: { name: string }) => field.name === 'secretAccessKey'));
  });

  test('are added with their secret sealed: no answer, file or event holds it', async () => {
    const made = await admin.post('/storages', { name: 'Photos', type: 'memory', options: options() });
    assert.equal(made.status, 201);
    assert.equal(made.headers.get('etag'), '"1"');
    assert.deepEqual(made.body.sealedOptions, ['secretAccessKey']);
    assert.equal(made.body.bucket, 'photos');
    assert.equal(made.body.nodeId, null);
    assert.deepEqual(made.body.limits, {
      uploadBytesPerSecond: null,
      downloadBytesPerSecond: null,
      concurrency: null,
    });
    const storage = await admin.until(`/storages/${made.body.id}`, (body) => body.state === 'ready');
    assert.ok(storage.checkedAt);
    const seen = [
      made.body,
      storage,
      (await admin.get('/storages?count=true')).body,
      (await admin.get('/audit-events?limit=200')).body,
      (await admin.get('/operations?background=true')).body,
    ];
    assert.ok(!JSON.stringify(seen).includes(SECRET));
    if (place.databaseUrl === null) {
      for (const file of readdirSync(place.dataFolder).filter((name) => name.startsWith('sampan.sqlite')))
        assert.ok(!readFileSync(path.join(place.dataFolder, file)).includes(SECRET), file);
    }
  });

  test('cannot have the same name twice, and a repeated request makes one only', async () => {
    const again = await admin.post('/storages', { name: 'PHOTOS', type: 'memory', options: options() });
    assert.equal(again.status, 409);
    assert.equal(again.body.code, 'name_taken');
    const wish = { name: 'once', type: 'memory', options: options() };
    const first = await admin.post('/storages', wish, { 'idempotency-key': 'one-wish' });
    const second = await admin.post('/storages', wish, { 'idempotency-key': 'one-wish' });
    assert.equal(first.body.id, second.body.id);
    assert.equal(second.status, 201);
    const mine = { ...wish, name: 'mine', id: 'f'.repeat(32) };
    assert.equal((await admin.post('/storages', mine)).body.id, 'f'.repeat(32));
    assert.equal((await admin.post('/storages', { ...mine, name: 'other' })).status, 409);
  });

  test('are listed in pages, sorted and searched', async () => {
    const first = await admin.get('/storages?limit=1&sort=name&count=true');
    assert.equal(first.body.items.length, 1);
    assert.ok(first.body.nextCursor);
    assert.ok(first.body.count.value >= 3);
    const next = await admin.get(`/storages?limit=1&sort=name&cursor=${first.body.nextCursor}`);
    assert.notEqual(next.body.items[0].id, first.body.items[0].id);
    assert.deepEqual(
      (await admin.get('/storages?search=pHoT')).body.items.map((item: { name: string }) => item.name),
      ['Photos'],
    );
  });

  test('that do not answer, or refuse, say so; others are not affected; all come back', async () => {
    const storage = await add('shaky');
    memory.before = (_call, { bucket }) => {
      if (bucket === 'photos') throw refusal('storage_unreachable', true);
    };
    await lines(`/storages/${storage.id}/test`, {});
    const down = (await admin.get(`/storages/${storage.id}`)).body;
    assert.equal(down.state, 'unreachable');
    assert.equal(down.error.code, 'storage_unreachable');
    assert.equal((await add('steady', { bucket: 'other-one' })).state, 'ready');
    memory.before = () => {
      throw refusal('invalid_signature');
    };
    const tested = await lines(`/storages/${storage.id}/test`, {});
    assert.equal(tested.at(-1)?.state, 'failed');
    const refused = (await admin.get(`/storages/${storage.id}`)).body;
    assert.equal(refused.state, 'refused');
    assert.equal(refused.error.hint, 'Look at it.');
    memory.before = () => undefined;
    assert.equal((await lines(`/storages/${storage.id}/test`, {})).at(-1)?.state, 'passed');
    const well = (await admin.get(`/storages/${storage.id}`)).body;
    assert.equal(well.state, 'ready');
    assert.equal(well.error, null);
  });

  test('answer a refusal of theirs as theirs: nobody is told to log in to Sampan', async () => {
    const storage = await add('strangers');
    const expected: [string, number][] = [
      ['invalid_signature', 502],
      ['unknown_access_key', 502],
      ['clock_skew', 502],
      ['permission_denied', 502],
      ['storage_unreachable', 502],
      ['storage_unavailable', 503],
      ['storage_timeout', 504],
      ['throttled', 503],
      ['bucket_not_found', 404],
      ['object_not_found', 404],
      ['invalid_key', 400],
      ['storage_full', 507],
      ['key_conflict', 409],
      ['too_large', 413],
    ];
    for (const [code, status] of expected) {
      memory.before = () => {
        throw refusal(code);
      };
      const answer = await admin.get(`/storages/${storage.id}/objects`);
      assert.equal(answer.status, status, code);
      assert.equal(answer.body.code, code);
      assert.equal(answer.headers.get('www-authenticate'), null);
    }
  });

  test('are renamed and edited; whoever comes late sees both versions', async () => {
    const storage = await add('first name');
    const renamed = await admin.patch(
      `/storages/${storage.id}`,
      { name: 'second name', options: { prefix: 'below/' }, limits: { concurrency: 3 } },
      { 'if-match': `"${storage.revision}"` },
    );
    assert.equal(renamed.status, 200, JSON.stringify(renamed.body));
    assert.equal(renamed.body.name, 'second name');
    assert.equal(renamed.body.options.prefix, 'below/');
    assert.deepEqual(renamed.body.sealedOptions, ['secretAccessKey']);
    assert.equal(renamed.body.limits.concurrency, 3);
    const late = await admin.patch(
      `/storages/${storage.id}`,
      { name: 'third', options: { secretAccessKey: 'typed-in-vain' } },
      { 'if-match': `"${storage.revision}"` },
    );
    assert.equal(late.status, 412);
    assert.equal(late.body.current.name, 'second name');
    assert.equal(late.body.yours.name, 'third');
    assert.ok(!JSON.stringify(late.body).includes('typed-in-vain'));
    const lifted = await admin.patch(`/storages/${storage.id}`, { limits: { concurrency: null } });
    assert.equal(lifted.body.limits.concurrency, null);
    assert.equal((await admin.patch(`/storages/${storage.id}`, { limits: { concurrency: 0 } })).status, 400);
  });

  test('send a stored secret nowhere new', async () => {
    const storage = await add('guarded');
    const elsewhere = { endpoint: 'https://evil.example' };
    const made = memory.drivers.length;
    for (const attempt of [
      () => admin.post('/storages/test', { type: 'memory', storageId: storage.id, options: elsewhere }),
      () => admin.patch(`/storages/${storage.id}`, { options: elsewhere }),
    ]) {
      const answer = await attempt();
      assert.equal(answer.status, 400);
      assert.equal(answer.body.fields[0].field, 'options.secretAccessKey');
    }
    assert.equal(memory.drivers.length, made, 'no driver has seen it');
    const same = await lines('/storages/test', { type: 'memory', storageId: storage.id, options: { zone: 'two' } });
    assert.equal(same.at(-1)?.state, 'passed');
    assert.equal(memory.drivers.at(-1)?.options.secretAccessKey, SECRET);
    assert.equal(memory.drivers.at(-1)?.isClosed, true);
    const typed = { ...elsewhere, secretAccessKey: 'another' };
    assert.equal((await admin.patch(`/storages/${storage.id}`, { options: typed })).status, 200);
  });

  test('are tested before saving, and nothing is stored', async () => {
    const count = async () => (await admin.get('/storages?count=true')).body.count.value;
    const before = await count();
    const found = await lines('/storages/test', { type: 'memory', options: options() });
    assert.deepEqual(
      found.map((line) => [line.name, line.state]),
      [
        ['signature', 'passed'],
        ['result', 'passed'],
      ],
    );
    assert.equal(await count(), before);
  });

  test('are tested by somebody, and the audit log says who had which address called and what came of it', async () => {
    const told = async () => (await admin.get('/audit-events?action=storage.test&limit=1')).body.items[0];
    await lines('/storages/test', {
      type: 'memory',
      options: options({ endpoint: 'https://typed.example:8443/in/it' }),
    });
    const good = await told();
    assert.deepEqual([good.actor.name, good.result, good.code], ['admin', 'succeeded', null]);
    assert.deepEqual(good.difference, { type: 'memory', endpoint: 'typed.example:8443' });
    const storage = await add('told of', { bucket: 'told' });
    memory.before = () => {
      throw refusal('invalid_signature');
    };
    await lines(`/storages/${storage.id}/test`, {});
    const bad = await told();
    assert.deepEqual([bad.result, bad.code], ['failed', 'invalid_signature']);
    assert.deepEqual(bad.resource, { kind: 'storage', id: storage.id, name: 'told of' });
    assert.ok(!JSON.stringify((await admin.get('/audit-events?limit=200')).body).includes(SECRET));
  });

  test('are tested by somebody who goes away before the end, and the audit log has that too', async () => {
    const called = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    memory.before = async () => {
      called.resolve();
      await answer.promise;
      throw refusal('storage_timeout');
    };
    const gone = new AbortController();
    const asked = fetch(new URL('/api/v1/storages/test', server.url), {
      method: 'POST',
      headers: { cookie: admin.cookie ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'memory', options: options({ endpoint: 'https://slow.example' }) }),
      signal: gone.signal,
    });
    await called.promise;
    gone.abort();
    await assert.rejects(asked.then((response) => response.text()));
    const tests = '/audit-events?action=storage.test&limit=1';
    const isTold = (body: { items: { difference: { endpoint: string } }[] }) =>
      body.items[0]?.difference.endpoint === 'slow.example:443';
    assert.equal(isTold((await admin.get(tests)).body), false);
    answer.resolve();
    const [event] = (await admin.until(tests, isTold)).items;
    assert.deepEqual([event.result, event.code], ['failed', 'cancelled']);
  });

  test('use the credentials of the server only where an administrator said so', async () => {
    const operator = await signedIn('operator');
    const wanting = options({ environmentAuth: true, secretAccessKey: '', accessKeyId: '' });
    const refused = await operator.post('/storages/test', { type: 'memory', options: wanting });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, 'permission_denied_here');
    await add('without');
    assert.equal(memory.drivers.at(-1)?.environment.environment, undefined);
    const storage = await add('with', { environmentAuth: true });
    const seen = memory.drivers.at(-1)?.environment.environment;
    assert.equal(seen?.variables.PATH, process.env.PATH);
    assert.ok(seen?.homeFolder);
    assert.ok(!Object.keys(seen?.variables ?? {}).some((name) => name.startsWith('SAMPAN_')));
    assert.equal((await lines(`/storages/${storage.id}/test`, {}, operator)).at(-1)?.state, 'passed');
    const borrowed = { type: 'memory', storageId: storage.id, options: { zone: 'two' } };
    assert.equal((await operator.post('/storages/test', borrowed)).status, 403);
  });

  test('show others what they may do with them', async () => {
    const reader = await signedIn('read_only');
    const [storage] = (await reader.get('/storages')).body.items;
    assert.ok(storage);
    const of = `/storages/${storage.id}`;
    assert.equal((await reader.get(`${of}/objects`)).status, 200);
    assert.equal((await reader.get(`${of}/buckets`)).status, 200);
    for (const answer of [
      await reader.get(`${of}/objects/content?key=x`),
      await reader.post(`${of}/objects/delete`, { keys: ['x'] }),
      await reader.post(`${of}/test`),
      await reader.post('/storages', {}),
      await reader.request('PUT', `${of}/objects/content?key=x`, 'x'),
    ])
      assert.equal(answer.status, 403);
  });

  test('keep to their bucket for everyone but administrators', async () => {
    const operator = new Client(server.url);
    await operator.logIn('operator', PASSWORD);
    const { id } = await add('confined');
    const refused = await operator.get(`/storages/${id}/objects?bucket=payroll`);
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, 'permission_denied_here');
    assert.equal((await operator.get(`/storages/${id}/objects?bucket=photos`)).status, 200);
    assert.equal((await admin.get(`/storages/${id}/objects?bucket=payroll`)).status, 200);
    const into = { keys: ['a'], target: { storageId: id, bucket: 'payroll', prefix: '' } };
    assert.equal((await operator.post(`/storages/${id}/objects/copy`, into)).status, 403);
  });

  test('are measured by a person too, with the objects of today', async () => {
    const storage = await add('measured', { bucket: 'counted' });
    const store = memory.store('https://memory.example', 'counted');
    for (const key of ['a', 'b/c', 'b/d']) await store.put(key, bytesSource('12345'));
    const asked = await admin.post(`/storages/${storage.id}/measure`);
    assert.equal(asked.status, 202);
    assert.equal(asked.headers.get('location'), `/api/v1/operations/${asked.body.id}`);
    assert.deepEqual((await admin.finished(asked.body.id)).result, { objects: 3, bytes: 15 });
    const { usage } = (await admin.get(`/storages/${storage.id}`)).body;
    assert.equal(usage.objects, 3);
    assert.equal(usage.bytes, 15);
    assert.ok(usage.measuredAt);
    const { items } = (await admin.get(`/storages/${storage.id}/usage?days=2`)).body;
    assert.equal(items.at(-1).objects, 3);
    assert.equal(items.at(0).objects, null);
  });

  test('are not removed while they are worked on, and take nothing with them', async () => {
    const storage = await add('busy', { bucket: 'kept' });
    const other = await add('target of a copy', { bucket: 'also-kept' });
    const store = memory.store('https://memory.example', 'kept');
    await store.put('a', bytesSource('content'));
    const gate = Promise.withResolvers<void>();
    memory.before = (call) => (call === 'get' ? gate.promise : undefined);
    const copy = await admin.post(`/storages/${storage.id}/objects/copy`, {
      keys: ['a'],
      target: { storageId: other.id, prefix: 'new/' },
    });
    for (const { id } of [storage, other]) {
      const refused = await admin.delete(`/storages/${id}`);
      assert.equal(refused.status, 409);
      assert.equal(refused.body.code, 'storage_in_use');
      assert.equal(refused.body.parameters.operation, copy.body.id);
    }
    gate.resolve();
    assert.equal((await admin.finished(copy.body.id)).state, 'succeeded');
    assert.equal((await admin.delete(`/storages/${storage.id}`)).status, 204);
    assert.equal((await admin.get(`/storages/${storage.id}`)).status, 404);
    assert.equal((await admin.get(`/storages/${storage.id}/objects`)).status, 404);
    assert.equal((await store.head('a')).size, 7);
  });

  test('are tested in depth; when who asked goes away, nothing is left', async () => {
    const storage = await add('deep', { bucket: 'deep' });
    const reader = new AbortController();
    const answer = await fetch(new URL(`/api/v1/storages/${storage.id}/deep-test`, server.url), {
      method: 'POST',
      headers: { cookie: admin.cookie ?? '' },
      signal: reader.signal,
    });
    assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
    let text = '';
    await assert.rejects(async () => {
      for await (const chunk of answer.body ?? []) {
        text += Buffer.from(chunk).toString();
        if (text.includes('"head"')) reader.abort();
      }
    });
    assert.match(text, /"kind":"latency","request":"write"/);
    const store = memory.store('https://memory.example', 'deep');
    const deadline = Date.now() + 60_000;
    while ((await store.list()).objects.length > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual((await store.list()).objects, []);
  });

  test('are followed live by those who may see them', async () => {
    const stop = new AbortController();
    const stream = await fetch(new URL('/api/v1/events', server.url), {
      headers: { cookie: admin.cookie ?? '' },
      signal: stop.signal,
    });
    const reading = (async () => {
      let text = '';
      for await (const chunk of stream.body ?? []) {
        text += Buffer.from(chunk).toString();
        if (/"kind":"storage".*"state":"ready".*followed/s.test(text) || /followed.*"state":"ready"/s.test(text))
          return text;
      }
      return text;
    })();
    await add('followed');
    const text = await reading;
    stop.abort();
    assert.ok(!text.includes(SECRET));
  });

  test('tell every change in the audit log', async () => {
    const { body } = await admin.get('/audit-events?limit=200');
    const actions = new Set(body.items.map((item: { action: string }) => item.action));
    for (const action of ['storage.create', 'storage.update', 'storage.delete', 'storage.measure', 'object.copy'])
      assert.ok(actions.has(action), action);
    assert.equal((await admin.get('/audit-events/verify')).body.valid, true);
  });
});
