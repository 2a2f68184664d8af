import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Changes } from '../platform/changes.ts';
import { type Database, openDatabase } from '../platform/database/open.ts';
import { type Egress, makeEgress } from '../platform/egress.ts';
import { makeLog } from '../platform/log.ts';
import { makeMetrics } from '../platform/metrics.ts';
import { KeySource } from '../platform/secrets/key-source.ts';
import { openSealer } from '../platform/secrets/open-sealer.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { SYSTEM } from '../policy/actor.ts';
import { ChatVendors, type Vendor } from '../testing/chat-vendors.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { testSettings } from '../testing/start.ts';
import { Notifications } from './notifications.ts';
import type { DeliveryView } from './present.ts';
import type { Notice } from './publish.ts';
import type { Rule } from './rules.ts';
import type { NewChannel } from './service.ts';

const HOUR = 3_600_000;
const EVERYTHING: Rule[] = [{ events: null, severity: 'info', resources: null }];

onBothDatabases('what is published', (makePlace) => {
  const chats = new ChatVendors();
  const metrics = makeMetrics();
  let database: Database;
  let changes: Changes;
  let sealer: Sealer;
  let egress: Egress;
  let notifications: Notifications;
  let now = Date.UTC(2026, 10, 21, 5, 48);
  let others: Notifications[] = [];

  const make = () =>
    new Notifications(
      { database, changes, sealer, egress, metrics, log: makeLog('silent'), publicUrl: 'https://sampan.example.com' },
      { now: () => now, lookEveryMs: 20 },
    );

  before(async () => {
    const settings = testSettings(await makePlace());
    database = await openDatabase(settings);
    sealer = await openSealer(database, new KeySource(settings.secretKey, settings.dataFolder));
    changes = new Changes(database);
    egress = makeEgress();
    chats.now = () => now;
    await chats.listen();
    notifications = make();
    await notifications.start();
  });
  after(async () => {
    await notifications.stop();
    await chats.close();
    await egress.close();
    await database.close();
  });
  afterEach(async () => {
    for (const other of others) await other.stop();
    others = [];
    chats.instead = () => undefined;
    chats.delay = () => undefined;
    chats.received.length = 0;
    chats.asked.length = 0;
    for (const { id } of (await notifications.channels.queries.list({ limit: 200, count: false })).items)
      await notifications.channels.remove(id, SYSTEM, undefined);
  });

  let count = 0;
  async function channel(vendor: Vendor, more: Partial<NewChannel> = {}): Promise<string> {
    count += 1;
    const made = await notifications.channels.create(
      { name: `${vendor} ${count}`, type: vendor, options: chats.options(vendor), rules: EVERYTHING, ...more },
      SYSTEM,
    );
    return made.id;
  }

  function notice(more: Partial<Notice> = {}): Notice {
    count += 1;
    return {
      event: 'host.unreachable',
      severity: 'error',
      subject: { kind: 'host', id: 'h1', name: 'web' },
      repeatKey: `key ${count}`,
      parameters: { reason: 'no answer', hint: 'Look.' },
      path: '/hosts',
      ...more,
    };
  }

  const publish = (one: Notice) => changes.run((change) => notifications.publish(change, one));

  const list = async (id: string): Promise<DeliveryView[]> =>
    (await notifications.channels.queries.deliveries(id, { limit: 200, count: false })).items;

  async function until(id: string, condition: (rows: DeliveryView[]) => boolean): Promise<DeliveryView[]> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const rows = await list(id);
      if (condition(rows)) return rows;
      if (Date.now() > deadline) assert.fail(`did not come to what was expected: ${JSON.stringify(rows, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Everything that was published has been handed out. */
  async function handedOut(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const row = await database.query
        .selectFrom('notices')
        .select('id')
        .where('dispatched_at', 'is', null)
        .executeTakeFirst();
      if (!row) return;
      assert.ok(Date.now() < deadline);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const isSettled = (rows: DeliveryView[]) =>
    rows.length > 0 && rows.every((row) => !['queued', 'waiting'].includes(row.state));

  test('is told to the channels whose rules let it through, and to no other', async () => {
    const all = await channel('wecom');
    const none = await channel('slack', { rules: [] });
    const otherHost = await channel('ntfy', {
      rules: [{ events: null, severity: 'info', resources: [{ kind: 'host', id: 'h2' }] }],
    });
    const byRelation = await channel('telegram', {
      rules: [{ events: ['host.unreachable'], severity: 'error', resources: [{ kind: 'storage', id: 's1' }] }],
    });
    const otherEvent = await channel('feishu', {
      rules: [{ events: ['plan.overdue'], severity: 'info', resources: null }],
    });
    const worse = await channel('dingtalk', { rules: [{ events: null, severity: 'error', resources: null }] });
    await publish(notice({ related: [{ kind: 'storage', id: 's1' }] }));
    await publish(notice({ severity: 'warning' }));
    await until(all, (rows) => rows.length === 2 && isSettled(rows));
    await until(byRelation, (rows) => rows.length === 1 && isSettled(rows));
    await until(worse, (rows) => rows.length === 1 && isSettled(rows));
    for (const id of [none, otherHost, otherEvent]) assert.deepEqual(await list(id), []);
    assert.deepEqual(chats.received.map((each) => each.vendor).sort(), ['dingtalk', 'telegram', 'wecom', 'wecom']);
  });

  test('is not told when its change is rolled back', async () => {
    const id = await channel('wecom');
    await assert.rejects(
      changes.run(async (change) => {
        await notifications.publish(change, notice());
        throw new Error('rolled back');
      }),
    );
    await publish(notice({ subject: { kind: 'host', id: 'h1', name: 'committed' } }));
    await until(id, isSettled);
    assert.equal((await list(id)).length, 1);
    assert.match(chats.of('wecom')[0]?.text ?? '', /committed/);
  });

  test('is kept quiet while the same trouble lasts, and told again after the time that the channel sets', async () => {
    const hourly = await channel('wecom', { repeatAfterHours: 1 });
    const never = await channel('slack', { repeatAfterHours: null });
    const trouble = notice({ repeatKey: 'lasting' });
    await publish(trouble);
    await until(hourly, isSettled);
    for (let round = 0; round < 3; round += 1) {
      now += 60_000;
      await publish(trouble);
    }
    const rows = await until(hourly, (found) => found.some((row) => row.repeats === 3));
    assert.deepEqual(
      rows.map((row) => [row.state, row.reason]),
      [
        ['suppressed', 'repeat'],
        ['sent', null],
      ],
    );
    now += HOUR;
    await publish(trouble);
    await until(hourly, (found) => found.filter((row) => row.state === 'sent').length === 2);
    now += 30 * HOUR;
    await publish(trouble);
    await until(never, (found) => found.some((row) => row.repeats === 5));
    assert.equal(chats.of('slack').length, 1, 'never again');
    // What has become worse is something new.
    await publish({ ...trouble, severity: 'warning', repeatKey: 'worse' });
    await publish({ ...trouble, severity: 'error', repeatKey: 'worse' });
    await until(never, (found) => found.filter((row) => row.state === 'sent').length === 3);
    // A table that a host in trouble fills each minute would grow for ever.
    const { notices } = await database.query
      .selectFrom('notices')
      .select((eb) => eb.fn.countAll<number>().as('notices'))
      .where('repeat_key', '=', 'lasting')
      .executeTakeFirstOrThrow();
    assert.ok(Number(notices) <= 5, String(notices));
  });

  test('has its end told where the trouble arrived, and nowhere else', async () => {
    const told = await channel('wecom', { rules: [{ events: null, severity: 'error', resources: null }] });
    const failing = await channel('slack');
    chats.instead = (vendor) => (vendor === 'slack' ? { status: 404, body: 'no_service' } : undefined);
    const recovered = (resolves: string) =>
      notice({ event: 'host.recovered', severity: 'info', resolves, parameters: {} });
    await publish(recovered('nothing was told of this'));
    await publish(notice({ repeatKey: 'ends' }));
    await until(told, isSettled);
    await until(failing, isSettled);
    await publish(recovered('ends'));
    const rows = await until(told, (found) => found.length === 2 && isSettled(found));
    assert.deepEqual(
      rows.map((row) => [row.event, row.state]),
      [
        ['host.recovered', 'sent'],
        ['host.unreachable', 'sent'],
      ],
    );
    assert.match(chats.of('wecom')[1]?.text ?? '', /Host works again: web/);
    const unsent = await until(failing, (found) => found.length === 2 && isSettled(found));
    assert.deepEqual(
      unsent.map((row) => [row.event, row.state, row.reason]),
      [
        ['host.recovered', 'suppressed', 'trouble_not_sent'],
        ['host.unreachable', 'failed', null],
      ],
    );
    assert.equal(unsent[1]?.error?.code, 'channel_gone');
    // It ended: the same key is a new trouble.
    await publish(notice({ repeatKey: 'ends' }));
    await until(told, (found) => found.filter((row) => row.state === 'sent').length === 3);
  });

  test('and was refused is told anew when the channel was mended, or when it was given up long ago', async () => {
    const id = await channel('wecom', { repeatAfterHours: null });
    chats.instead = () => ({ status: 200, body: '{"errcode":93000,"errmsg":"invalid webhook url"}' });
    const trouble = notice({ repeatKey: 'refused' });
    await publish(trouble);
    await until(id, (rows) => rows[0]?.state === 'failed');
    await publish(trouble);
    await until(id, (rows) => rows[0]?.state === 'suppressed');
    now += 25 * HOUR;
    await publish(trouble);
    await until(id, (rows) => rows.filter((row) => row.state === 'failed').length === 2);
    chats.instead = () => undefined;
    await notifications.channels.update(id, { options: chats.options('wecom') }, SYSTEM, undefined);
    await publish(trouble);
    await until(id, (rows) => rows[0]?.state === 'sent');
    await publish(trouble);
    await until(id, (rows) => rows[0]?.state === 'suppressed');
  });

  test('that could not be sent yet comes before its end', async () => {
    const id = await channel('wecom');
    chats.instead = () => ({ status: 503, body: 'busy' });
    await publish(notice({ repeatKey: 'order' }));
    // It has failed: an attempt is counted when it begins, and a wait is counted from its end.
    await until(id, (rows) => rows[0]?.attempts === 1 && rows[0].error !== null);
    await publish(notice({ event: 'host.recovered', severity: 'info', resolves: 'order', parameters: {} }));
    await until(id, (rows) => rows.length === 2);
    chats.instead = () => undefined;
    now += HOUR;
    await until(id, (rows) => rows.length === 2 && isSettled(rows));
    assert.deepEqual(
      chats.of('wecom').map((each) => each.text.split('\n')[0]),
      ['🔴 [Sampan] Host does not work: web', '🟢 [Sampan] Host works again: web'],
    );
  });

  test('is tried again with growing waits, and given up after 24 hours with the reason', async () => {
    const id = await channel('wecom');
    chats.instead = () => ({ status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' });
    await publish(notice());
    const waits: number[] = [];
    const [first] = await until(id, (rows) => rows[0]?.error !== null && rows[0]?.attempts === 1);
    assert.equal(first?.state, 'queued');
    assert.equal(first?.error?.code, 'channel_throttled');
    const startedAt = now;
    for (let attempt = 2; now - startedAt < 25 * HOUR; attempt += 1) {
      const [row] = await list(id);
      if (row?.state === 'failed') break;
      const dueAt = Date.parse(row?.dueAt ?? '');
      waits.push(dueAt - now);
      now = dueAt;
      await until(
        id,
        ([next]) => next?.attempts === attempt && (next.state === 'failed' || Date.parse(next.dueAt ?? '') > now),
      );
    }
    const [last] = await list(id);
    assert.equal(last?.state, 'failed');
    assert.equal(last?.error?.code, 'channel_throttled');
    assert.equal(waits[0], 60_000, 'what the vendor asks for is the least');
    assert.ok(
      waits.every((wait, index) => index === 0 || wait >= (waits[index - 1] ?? 0)),
      String(waits),
    );
    assert.ok(now - startedAt >= 24 * HOUR && now - startedAt <= 26 * HOUR);
    assert.equal(chats.of('wecom').length, 0);
  });

  test('waits with everything else of its channel when the vendor asks for a pause', async () => {
    const id = await channel('wecom');
    chats.instead = () => ({ status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' });
    await changes.run(async (change) => {
      for (let index = 0; index < 2; index += 1) await notifications.publish(change, notice());
    });
    await until(id, (rows) => rows.length === 2 && rows[1]?.error !== null);
    await publish(notice());
    await handedOut();
    now += 50_000;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(chats.asked.length, 1);
    chats.instead = () => undefined;
    now += 10_000;
    await until(id, (rows) => rows.length === 3 && isSettled(rows));
  });

  test('waits for the digest, and all of it is one message', async () => {
    now = Date.UTC(2026, 10, 21, 5, 10);
    const hourly = await channel('wecom', { digest: { mode: 'hourly' } });
    const daily = await channel('telegram', {
      digest: { mode: 'daily', time: '08:00' },
      timeZone: 'Asia/Shanghai',
      language: 'zh-CN',
    });
    for (const name of ['one', 'two', 'three', 'four', 'five'])
      await publish(notice({ subject: { kind: 'host', id: name, name } }));
    const waiting = await until(hourly, (rows) => rows.length === 5);
    assert.ok(waiting.every((row) => row.state === 'waiting' && row.dueAt === '2026-11-21T06:00:00.000Z'));
    assert.equal((await list(daily))[0]?.dueAt, '2026-11-22T00:00:00.000Z');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(chats.asked.length, 0);
    now = Date.UTC(2026, 10, 21, 6, 0);
    const rows = await until(hourly, isSettled);
    assert.equal(new Set(rows.map((row) => row.messageId)).size, 1);
    const [message] = chats.of('wecom');
    assert.equal(chats.of('wecom').length, 1);
    assert.match(message?.text ?? '', /5 notices: 5 errors[\s\S]*one[\s\S]*five/);
    assert.equal(chats.of('telegram').length, 0);
    now = Date.UTC(2026, 10, 22, 0, 0);
    await until(daily, isSettled);
    assert.match(chats.of('telegram')[0]?.text ?? '', /5 条通知：5 个错误/);
  });

  test('comes as one message when it is a flood, also without a digest', async () => {
    const id = await channel('wecom');
    await changes.run(async (change) => {
      for (let index = 0; index < 30; index += 1) await notifications.publish(change, notice());
    });
    await until(id, (rows) => rows.length === 30 && isSettled(rows));
    assert.equal(chats.of('wecom').length, 1);
  });

  test('goes through one channel however slow another is', async () => {
    const gate = Promise.withResolvers<void>();
    chats.delay = (vendor) => (vendor === 'slack' ? gate.promise : undefined);
    const slow = await channel('slack');
    const quick = await channel('wecom');
    await publish(notice());
    await until(quick, isSettled);
    await publish(notice());
    await until(quick, (rows) => rows.length === 2 && isSettled(rows));
    assert.ok((await list(slow)).every((row) => row.state === 'queued'));
    gate.resolve();
    await until(slow, (rows) => rows.length === 2 && isSettled(rows));
  });

  test('is not told any more when the channel is switched off, and anew when it is on again', async () => {
    now = Date.UTC(2026, 10, 23, 5, 10);
    const id = await channel('wecom', { digest: { mode: 'hourly' } });
    await publish(notice({ repeatKey: 'off' }));
    await until(id, (rows) => rows.length === 1);
    await notifications.channels.update(id, { enabled: false }, SYSTEM, undefined);
    assert.deepEqual(
      (await list(id)).map((row) => [row.state, row.reason]),
      [['suppressed', 'channel_disabled']],
    );
    await publish(notice({ repeatKey: 'off' }));
    await handedOut();
    assert.equal((await list(id)).length, 1);
    await notifications.channels.update(id, { enabled: true, digest: { mode: 'immediately' } }, SYSTEM, undefined);
    await publish(notice({ repeatKey: 'off' }));
    await until(id, (rows) => rows.some((row) => row.state === 'sent'));
  });

  test('is told once, by whichever of several servers takes it', async () => {
    others = [make(), make(), make()];
    for (const other of others) await other.start();
    const ids = [await channel('wecom'), await channel('slack'), await channel('ntfy')];
    for (let index = 0; index < 9; index += 1) {
      const one = notice({ subject: { kind: 'host', id: `n${index}`, name: `number-${index}` } });
      const by = others[index % others.length] ?? notifications;
      await changes.run((change) => by.publish(change, one));
    }
    for (const id of ids) await until(id, (rows) => rows.length === 9 && isSettled(rows));
    for (const vendor of ['wecom', 'slack', 'ntfy'] as const) {
      const text = chats
        .of(vendor)
        .map((each) => each.text)
        .join('\n');
      for (let index = 0; index < 9; index += 1)
        assert.equal(text.split(`Host does not work: number-${index}`).length - 1, 1, `${vendor} ${index}`);
    }
  });

  test('that another server was sending when it fell silent is sent when its lease has ended', async () => {
    const id = await channel('wecom');
    const leaseUntil = async (time: number): Promise<void> => {
      const lease = { lease_owner: 'another', lease_epoch: 7, lease_expires_at: time };
      const held = await database.query
        .updateTable('channel_states')
        .set(lease)
        .where('channel_id', '=', id)
        .executeTakeFirst();
      assert.equal(held.numUpdatedRows, 1n);
    };
    await leaseUntil(Date.now() + 60_000);
    await publish(notice());
    await handedOut();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(chats.asked.length, 0, 'nobody sends while it is held');
    await leaseUntil(Date.now() - 1);
    await until(id, isSettled);
    assert.equal(chats.of('wecom').length, 1);
  });

  test('and was not handed out yet when its server died is told by the next one', async () => {
    const id = await channel('wecom');
    // Never started: it writes the notice with the change, and does nothing more.
    const dead = make();
    await notifications.stop();
    await changes.run((change) => dead.publish(change, notice()));
    assert.deepEqual(await list(id), []);
    notifications = make();
    await notifications.start();
    await until(id, isSettled);
    assert.equal(chats.of('wecom').length, 1);
  });

  test('is forgotten after 30 days', async () => {
    const id = await channel('wecom');
    await publish(notice());
    await until(id, isSettled);
    now += 31 * 24 * HOUR;
    await notifications.trim();
    assert.deepEqual(await list(id), []);
  });

  test('is counted', async () => {
    const text = await metrics.registry.metrics();
    assert.match(text, /sampan_notifications_total\{type="wecom",result="sent"\} [1-9]/);
    assert.match(text, /sampan_notifications_total\{type="slack",result="failed"\} [1-9]/);
    assert.match(text, /sampan_notifications_total\{type="wecom",result="retried"\} [1-9]/);
    assert.match(text, /sampan_notifications_total\{type="wecom",result="suppressed"\} [1-9]/);
  });
});
