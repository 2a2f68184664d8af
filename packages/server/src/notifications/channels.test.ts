import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { RunningServer } from '../server.ts';
import { ChatVendors, SECRETS, VENDORS } from '../testing/chat-vendors.ts';
import { Client } from '../testing/client.ts';
import { onBothDatabases, type TestPlace } from '../testing/databases.ts';
import { MemoryStorages, refusal } from '../testing/memory-storage.ts';
import { TestServers } from '../testing/start.ts';

const EVERYTHING = [{ events: null, severity: 'info', resources: null }];
const PASSWORD = 'only looking around';

onBothDatabases('channels', (makePlace) => {
  const servers = new TestServers();
  const chats = new ChatVendors();
  const memory = new MemoryStorages();
  let place: TestPlace;
  let server: RunningServer;
  let admin: Client;

  before(async () => {
    await chats.listen();
    place = await makePlace();
    ({ server, admin } = await servers.startWithAdmin(
      place,
      { publicUrl: 'https://sampan.example.com' },
      { storageTypes: [memory.type], notifications: { lookEveryMs: 50 } },
    ));
  });
  after(async () => {
    await servers.stopAll();
    await chats.close();
  });
  beforeEach(() => {
    chats.received.length = 0;
  });
  afterEach(() => {
    chats.instead = () => undefined;
    memory.before = () => undefined;
  });

  async function add(
    name: string,
    more: object = {},
  ): Promise<{ id: string; revision: number } & Record<string, unknown>> {
    const made = await admin.post('/channels', {
      name,
      type: 'wecom',
      options: chats.options('wecom'),
      rules: EVERYTHING,
      ...more,
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
  }

  async function lines(route: string, body: unknown, client = admin): Promise<Record<string, string>[]> {
    const { body: text } = await client.post(route, body);
    return String(text)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  test('are offered by types whose options make the form, and events that rules choose from', async () => {
    const { body } = await admin.get('/channel-types');
    assert.deepEqual(
      body.items.map((item: { type: string }) => item.type),
      ['email', 'dingtalk', 'feishu', 'wecom', 'webhook', 'slack', 'telegram', 'ntfy'],
    );
    for (const { options, label } of body.items) {
      assert.ok(label.zh);
      assert.ok(options.length > 1);
    }
    const events = (await admin.get('/channel-events')).body.items;
    assert.ok(events.some((each: { event: string }) => each.event === 'plan.overdue'));
    assert.ok(!events.some((each: { event: string }) => each.event === 'test'));
  });

  test('are added with what is secret sealed: no answer, event, audit entry or file holds it', async () => {
    for (const vendor of VENDORS) {
      const made = await admin.post('/channels', {
        name: `sealed ${vendor}`,
        type: vendor,
        options: chats.options(vendor),
        rules: EVERYTHING,
      });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.equal(made.headers.get('etag'), '"1"');
      assert.ok(made.body.sealedOptions.length > 0);
      assert.equal((await lines(`/channels/${made.body.id}/test`, {})).at(-1)?.state, 'passed', vendor);
    }
    const seen = JSON.stringify([
      (await admin.get('/channels?limit=200')).body,
      (await admin.get('/audit-events?limit=200')).body,
    ]);
    const files = readdirSync(path.join(place.dataFolder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
    for (const secret of Object.values(SECRETS)) {
      assert.ok(!seen.includes(secret), secret);
      for (const file of files) assert.ok(!file.includes(secret), secret);
    }
    for (const vendor of VENDORS) {
      const [channel] = (await admin.get(`/channels?search=sealed ${vendor}`)).body.items;
      assert.equal((await admin.delete(`/channels/${channel.id}`)).status, 204);
    }
  });

  test('refuse what would silently tell nothing', async () => {
    const refusedField = async (more: object) => {
      const answer = await admin.post('/channels', {
        name: 'wrong',
        type: 'wecom',
        options: chats.options('wecom'),
        ...more,
      });
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.ok(!JSON.stringify(answer.body).includes(SECRETS.wecomKey));
      return answer.body.fields[0].field;
    };
    assert.equal(
      await refusedField({ rules: [{ events: ['plan.misspelled'], severity: 'info', resources: null }] }),
      'rules.0.events',
    );
    assert.equal(await refusedField({ timeZone: 'Mars/Olympus' }), 'timeZone');
    assert.equal(await refusedField({ type: 'pigeon' }), 'type');
    assert.equal(await refusedField({ options: {} }), 'options.url');
    assert.equal(await refusedField({ options: { url: SECRETS.wecomKey } }), 'options.url');
    assert.equal(await refusedField({ digest: { mode: 'daily', time: '25:00' } }), 'digest.time');
    assert.equal(await refusedField({ repeatAfterHours: 2 }), 'repeatAfterHours');
    assert.equal(
      await refusedField({ rules: [{ events: null, severity: 'fatal', resources: null }] }),
      'rules.0.severity',
    );
  });

  test('have defaults, are edited, and who comes late sees both versions', async () => {
    const channel = await add('first');
    assert.deepEqual(
      [channel.enabled, channel.language, channel.timeZone, channel.repeatAfterHours, channel.digest],
      [true, 'en', 'UTC', 6, { mode: 'immediately', time: '08:00' }],
    );
    const edited = await admin.patch(
      `/channels/${channel.id}`,
      {
        name: 'second',
        language: 'zh-CN',
        timeZone: 'Asia/Shanghai',
        repeatAfterHours: null,
        digest: { mode: 'daily', time: '09:30' },
        rules: [{ events: ['plan.overdue'], severity: 'warning', resources: [{ kind: 'plan', id: 'p' }] }],
      },
      { 'if-match': `"${channel.revision}"` },
    );
    assert.equal(edited.status, 200, JSON.stringify(edited.body));
    assert.equal(edited.body.repeatAfterHours, null);
    assert.deepEqual(edited.body.digest, { mode: 'daily', time: '09:30' });
    assert.deepEqual(edited.body.rules[0].resources, [{ kind: 'plan', id: 'p' }]);
    assert.deepEqual(edited.body.sealedOptions, ['url']);
    const late = await admin.patch(
      `/channels/${channel.id}`,
      { name: 'third', options: { url: 'https://typed.example/in-vain' } },
      { 'if-match': `"${channel.revision}"` },
    );
    assert.equal(late.status, 412);
    assert.equal(late.body.current.name, 'second');
    assert.equal(late.body.yours.name, 'third');
    assert.ok(!JSON.stringify(late.body).includes('in-vain'));
    assert.equal(
      (await admin.post('/channels', { name: 'SECOND', type: 'wecom', options: chats.options('wecom') })).status,
      409,
    );
    assert.equal((await admin.delete(`/channels/${channel.id}`, { 'if-match': '"1"' })).status, 412);
    assert.equal((await admin.delete(`/channels/${channel.id}`, { 'if-match': '"2"' })).status, 204);
    assert.equal((await admin.get(`/channels/${channel.id}`)).status, 404);
  });

  test('are made once however often the request is repeated', async () => {
    const wish = { name: 'once', type: 'wecom', options: chats.options('wecom') };
    const key = { 'idempotency-key': 'one-wish' };
    const first = await admin.post('/channels', wish, key);
    const second = await admin.post('/channels', wish, key);
    assert.equal(second.body.id, first.body.id);
    await admin.delete(`/channels/${first.body.id}`);
  });

  test('send a stored token nowhere new', async () => {
    const channel = await add('guarded', { type: 'telegram', options: chats.options('telegram') });
    const elsewhere = { baseUrl: 'https://evil.example' };
    for (const answer of [
      await admin.patch(`/channels/${channel.id}`, { options: elsewhere }),
      await admin.post('/channels/test', { type: 'telegram', channelId: channel.id, options: elsewhere }),
    ]) {
      assert.equal(answer.status, 400);
      assert.equal(answer.body.fields[0].field, 'options.botToken');
    }
    const same = await lines('/channels/test', { type: 'telegram', channelId: channel.id, options: {} });
    assert.equal(same.at(-1)?.state, 'passed', JSON.stringify(same));
    await admin.delete(`/channels/${channel.id}`);
  });

  test('are tested before saving: the message arrives in the language, and nothing is stored', async () => {
    const before = (await admin.get('/channels?count=true')).body.count.value;
    const found = await lines('/channels/test', {
      type: 'dingtalk',
      options: chats.options('dingtalk'),
      name: '值班群',
      language: 'zh-CN',
    });
    assert.deepEqual(
      found.map((line) => [line.name, line.state]),
      [
        ['resolve', 'passed'],
        ['send', 'passed'],
        ['result', 'passed'],
      ],
    );
    assert.match(chats.of('dingtalk')[0]?.text ?? '', /渠道 值班群 的测试消息/);
    assert.equal((await admin.get('/channels?count=true')).body.count.value, before);
    const wrong = await lines('/channels/test', {
      type: 'dingtalk',
      options: { ...chats.options('dingtalk'), secret: 'SECwrong' },
    });
    const failed = wrong.find((line) => line.state === 'failed');
    assert.equal(failed?.code, 'channel_bad_signature');
    assert.ok(failed?.remedy);
    const nowhere = await lines('/channels/test', { type: 'wecom', options: { url: 'https://169.254.169.254/x' } });
    assert.deepEqual(
      nowhere.map((line) => [line.name, line.state, line.code]),
      [
        ['resolve', 'failed', 'egress_forbidden'],
        ['send', 'skipped', undefined],
        ['result', 'failed', undefined],
      ],
    );
    const { items } = (await admin.get('/audit-events?action=channel.test&limit=3')).body;
    assert.deepEqual(
      items.map((item: { result: string; code: string | null; difference: object }) => [
        item.result,
        item.code,
        item.difference,
      ]),
      [
        ['failed', 'egress_forbidden', { type: 'wecom', endpoint: '169.254.169.254:443' }],
        ['failed', 'channel_bad_signature', { type: 'dingtalk', endpoint: new URL(chats.url).host }],
        ['succeeded', null, { type: 'dingtalk', endpoint: new URL(chats.url).host }],
      ],
    );
    assert.equal(items[2].actor.name, 'admin');
  });

  test('tell that a storage does not work, and that it works again', async () => {
    const channel = await add('storages');
    const { body: storage } = await admin.post('/storages', {
      name: 'photos @all <b>',
      type: 'memory',
      options: { endpoint: 'https://memory.example', accessKeyId: 'ID', secretAccessKey: 'k', bucket: 'b' },
    });
    await admin.until(`/storages/${storage.id}`, (body) => body.state === 'ready');
    memory.before = () => {
      throw refusal('storage_unreachable', true);
    };
    await admin.post(`/storages/${storage.id}/test`);
    await admin.post(`/storages/${storage.id}/test`);
    const of = `/channels/${channel.id}/deliveries`;
    await admin.until(
      of,
      (body) => body.items.length === 2 && body.items.every((item: { state: string }) => item.state !== 'queued'),
    );
    memory.before = () => undefined;
    await admin.post(`/storages/${storage.id}/test`);
    const { items } = await admin.until(
      of,
      (body) => body.items[0]?.event === 'storage.recovered' && body.items[0]?.state === 'sent',
    );
    assert.deepEqual(
      items.map((item: Record<string, unknown>) => [item.event, item.state, item.reason]),
      [
        ['storage.recovered', 'sent', null],
        ['storage.unreachable', 'suppressed', 'repeat'],
        ['storage.unreachable', 'sent', null],
      ],
    );
    const [told] = chats.of('wecom');
    assert.match(told?.text ?? '', /Storage does not work: photos @\u200ball <b>/);
    assert.match(told?.text ?? '', new RegExp(`https://sampan.example.com/storages/${storage.id}`));
    assert.equal(items[2].title.zh, '存储不可用：photos @all <b>');
    assert.equal(items[2].path, `/storages/${storage.id}`);
    const { lastDelivery, pending } = (await admin.get(`/channels/${channel.id}`)).body;
    assert.equal(lastDelivery.state, 'sent');
    assert.equal(pending, 0);
    const page = (await admin.get(`${of}?limit=2&count=true`)).body;
    assert.equal(page.items.length, 2);
    assert.equal(page.count.value, 3);
    const rest = (await admin.get(`${of}?limit=2&cursor=${page.nextCursor}`)).body;
    assert.deepEqual(
      [...page.items, ...rest.items].map((item: { id: string }) => item.id),
      items.map((item: { id: string }) => item.id),
    );
    const sent = (await admin.get(`${of}?state=sent`)).body.items;
    assert.equal(sent.length, 2);
    await admin.delete(`/channels/${channel.id}`);
    await admin.delete(`/storages/${storage.id}`);
  });

  test('tell that a host does not work', async () => {
    const channel = await add('hosts', { language: 'zh-CN' });
    const { body: host, status } = await admin.post('/hosts', {
      name: 'nowhere',
      type: 'qingzhou',
      options: { endpoint: 'http://127.0.0.1:1', region: 'cn-north-1', accessKeyId: 'a', accessKeySecret: 'b' },
    });
    assert.equal(status, 201);
    const of = `/channels/${channel.id}/deliveries`;
    const { items } = await admin.until(of, (body) => body.items[0]?.state === 'sent');
    assert.equal(items[0].event, 'host.unreachable');
    assert.match(chats.of('wecom')[0]?.text ?? '', /主机不可用：nowhere/);
    await admin.delete(`/hosts/${host.id}`);
    await admin.delete(`/channels/${channel.id}`);
  });

  test('are seen by everybody and managed by administrators', async () => {
    const channel = await add('shared');
    for (const role of ['read_only', 'operator']) {
      await admin.post('/users', { username: role, role, password: PASSWORD });
      const other = new Client(server.url);
      await other.logIn(role, PASSWORD);
      const shown = await other.get(`/channels/${channel.id}`);
      assert.equal(shown.status, 200);
      assert.ok(!JSON.stringify(shown.body).includes(SECRETS.wecomKey));
      assert.equal((await other.get(`/channels/${channel.id}/deliveries`)).status, 200);
      for (const answer of [
        await other.post('/channels', {}),
        await other.patch(`/channels/${channel.id}`, {}),
        await other.delete(`/channels/${channel.id}`),
        await other.post('/channels/test', {}),
        await other.post(`/channels/${channel.id}/test`),
      ])
        assert.equal(answer.status, 403, role);
    }
  });

  test('are followed live', async () => {
    const stop = new AbortController();
    const stream = await fetch(new URL('/api/v1/events', server.url), {
      headers: { cookie: admin.cookie ?? '' },
      signal: stop.signal,
    });
    const reading = (async () => {
      let text = '';
      for await (const chunk of stream.body ?? []) {
        text += Buffer.from(chunk).toString();
        if (/"kind":"channel".*"name":"followed"/s.test(text)) return text;
      }
      return text;
    })();
    await add('followed');
    const text = await reading;
    stop.abort();
    assert.match(text, /"kind":"channel"/);
    assert.ok(!text.includes(SECRETS.wecomKey));
  });

  test('are in the audit log and in the description of the API', async () => {
    const { body } = await admin.get('/audit-events?limit=200');
    const actions = new Set(body.items.map((item: { action: string }) => item.action));
    for (const action of ['channel.create', 'channel.update', 'channel.delete']) assert.ok(actions.has(action), action);
    const { body: openapi } = await admin.get('/api/v1/openapi.json');
    for (const route of ['/api/v1/channels', '/api/v1/channels/{id}/deliveries', '/api/v1/channels/test'])
      assert.ok(openapi.paths[route], route);
    assert.match(
      String((await admin.get('/metrics')).body),
      /sampan_notifications_total\{type="wecom",result="sent"\}/,
    );
  });
});
