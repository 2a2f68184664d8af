import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatZStackDate, signZStackHeaders } from '@sampan/accesskey';
import type { RunningServer } from '../server.ts';
import { Client } from '../testing/client.ts';
import { besides, onBothDatabases, type TestPlace } from '../testing/databases.ts';
import { ADMIN_PASSWORD, TestServers } from '../testing/start.ts';
import { appendEvents } from './store.ts';

interface Told {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server tells
  data: any;
}

/** A browser's EventSource, in a few lines. */
class Stream {
  readonly told: Told[] = [];
  readonly #abort = new AbortController();
  ended: Promise<void> = Promise.resolve();

  static open(client: Client, lastEventId?: string): Promise<Stream> {
    const replay = lastEventId !== undefined && { 'last-event-id': lastEventId };
    return Stream.#begin(client.url, { cookie: client.cookie ?? '', ...replay });
  }

  static openWithKey(url: string, key: { accessKeyId: string; accessKeySecret: string }): Promise<Stream> {
    const date = formatZStackDate(Date.now());
    return Stream.#begin(url, signZStackHeaders(key, { method: 'GET', date, path: '/api/v1/events' }));
  }

  static async #begin(url: string, headers: Record<string, string>): Promise<Stream> {
    const stream = new Stream();
    const response = await fetch(new URL('/api/v1/events', url), {
      headers,
      signal: stream.#abort.signal,
    });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /text\/event-stream/);
    stream.ended = stream.#read(response).catch(() => undefined);
    await stream.until((told) => told.event === 'hello');
    return stream;
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        if (fields.event)
          this.told.push({ id: fields.id ?? '', event: fields.event, data: JSON.parse(fields.data ?? 'null') });
      }
    }
  }

  async until(condition: (told: Told) => boolean): Promise<Told> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const found = this.told.find(condition);
      if (found) return found;
      if (Date.now() > deadline)
        assert.fail(
          `was not told; heard ${JSON.stringify(this.told.map(({ event, data }) => [event, data.kind, data.action]))}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async untilEnd(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('the stream did not end')), 60_000);
    await Promise.race([this.ended, late.promise]).finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#abort.abort();
  }
}

onBothDatabases('the event stream', (makePlace) => {
  const servers = new TestServers();
  let place: TestPlace;
  let server: RunningServer;
  let admin: Client;

  before(async () => {
    place = await makePlace();
    ({ server, admin } = await servers.startWithAdmin(place));
  });
  after(() => servers.stopAll());

  const createUser = async (username: string) =>
    (await admin.post('/users', { username, role: 'operator', password: 'a good long password' })).body;

  test('tells what changes, in order, with growing numbers', async () => {
    const stream = await Stream.open(admin);
    const users = [await createUser('u1'), await createUser('u2'), await createUser('u3')];
    for (const user of users) await stream.until((told) => told.data.id === user.id);
    const sequences = stream.told.filter((told) => told.event === 'change').map((told) => told.data.sequence);
    assert.deepEqual(
      sequences,
      [...sequences].sort((a, b) => a - b),
    );
    assert.deepEqual(
      stream.told.filter((told) => told.data.kind === 'user').map((told) => told.data.id),
      users.map((user) => user.id),
    );
    stream.close();
  });

  test('replays what was missed, and nothing twice', async () => {
    const first = await Stream.open(admin);
    const seen = await createUser('before-break');
    const last = await first.until((told) => told.data.id === seen.id);
    first.close();
    const missed = [await createUser('missed-1'), await createUser('missed-2')];
    const second = await Stream.open(admin, last.id);
    const later = await createUser('after-break');
    await second.until((told) => told.data.id === later.id);
    const heard = second.told.filter((told) => told.data.kind === 'user').map((told) => told.data.id);
    assert.deepEqual(
      heard,
      [...missed, later].map((user) => user.id),
    );
    second.close();
  });

  test('says when it cannot replay, so that the reader starts afresh', async () => {
    const stream = await Stream.open(admin, '999999999');
    await stream.until((told) => told.event === 'reset');
    stream.close();
  });

  test('loses nothing while many write and readers come and go', async () => {
    const stream = await Stream.open(admin);
    const made = Promise.all(Array.from({ length: 20 }, (_, index) => createUser(`many-${index}`)));
    const visitors = await Promise.all(Array.from({ length: 4 }, () => Stream.open(admin, stream.told[0]?.id)));
    const users = await made;
    for (const each of [stream, ...visitors]) {
      for (const user of users) await each.until((told) => told.data.id === user.id);
      const ids = each.told.filter((told) => told.event === 'change').map((told) => told.id);
      assert.equal(new Set(ids).size, ids.length, 'nothing twice');
      each.close();
    }
  });

  test('tells each only what they may see, and ends with their session', async () => {
    await admin.post('/users', { username: 'eye', role: 'read_only', password: 'a good long password' });
    const reader = new Client(server.url);
    await reader.logIn('eye', 'a good long password');
    const stream = await Stream.open(reader);
    const foreign = await admin.post('/access-keys', {});
    const own = await reader.post('/access-keys', {});
    await new Client(server.url).logIn('admin', ADMIN_PASSWORD);
    await createUser('unseen');
    const { body } = await admin.post('/simulated-clouds', { type: 'qingzhou', instances: 3 });
    await stream.until((told) => told.data.kind === 'host' && told.data.data?.id === body.hostId);
    await stream.until((told) => told.data.kind === 'operation' && told.data.data?.state === 'succeeded');
    assert.ok(!stream.told.some((told) => told.data.kind === 'user' || told.data.kind === 'session'));
    const keys = stream.told.filter((told) => told.data.kind === 'access_key').map((told) => told.data);
    assert.deepEqual(
      keys.map(({ id, data }) => [id, data]),
      [[own.body.id, null]],
    );
    assert.notEqual(foreign.body.id, own.body.id);
    stream.close();
    const everything = await Stream.open(admin, '0');
    await everything.until((told) => told.data.kind === 'access_key' && told.data.id === own.body.id);
    everything.close();
    assert.equal((await admin.delete(`/simulated-clouds/${body.id}`)).status, 204);
    assert.deepEqual((await admin.get('/hosts')).body.items, []);
  });

  test('replays two thousand events; of more, or of what is no longer kept, it says that the reader must start afresh', async () => {
    const first = await Stream.open(admin);
    const start = Number(first.told.find((told) => told.event === 'hello')?.id);
    const { kind, query } = besides(place);
    const events = Array.from({ length: 2_001 }, (_, index) => ({
      ...{ kind: 'user' as const, id: `missed-${index}`, action: 'changed' as const },
    }));
    await query.transaction().execute((transaction) => appendEvents(transaction, kind, events, Date.now()));
    const end = start + 2_001;
    await first.until((told) => told.id === String(end));
    const changes = ({ told }: Stream) => told.filter(({ event }) => event === 'change');
    assert.equal(changes(first).length, 2_001, 'who listens is told of all');
    first.close();

    const near = await Stream.open(admin, String(start + 1));
    assert.deepEqual(
      changes(near).map(({ id }) => Number(id)),
      Array.from({ length: 2_000 }, (_, index) => start + 2 + index),
    );
    assert.ok(!near.told.some(({ event }) => event === 'reset'));
    near.close();

    const startsAfresh = async (after: number) => {
      const far = await Stream.open(admin, String(after));
      assert.deepEqual(
        far.told.map(({ event }) => event),
        ['reset', 'hello'],
      );
      const next = await createUser(`after-${after}`);
      await far.until((told) => told.data.id === next.id);
      far.close();
    };
    await startsAfresh(start);
    const old = end - 10;
    await query.deleteFrom('events').where('sequence', '<', old).execute();
    await query.destroy();
    await startsAfresh(old - 2);
  });
});

onBothDatabases('an event stream that is open for long', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('ends soon after its session was revoked, its key was deleted or expired, or its user got another role', async (context) => {
    const place = await makePlace();
    const { server, admin } = await servers.startWithAdmin(place);
    // Streams look by a clock of the test whether they may go on. Here are none that began by another.
    context.mock.timers.enable({ apis: ['setInterval'] });
    const password = 'a good long password';
    const made = await admin.post('/users', { username: 'follower', role: 'administrator', password });
    const logIn = async () => {
      const client = new Client(server.url);
      await client.logIn('follower', password);
      return client;
    };
    const [owner, other] = [await logIn(), await logIn()];
    const makeKey = async () =>
      (await owner.post('/access-keys', { expiresAt: new Date(Date.now() + 3_600_000).toISOString() })).body;
    const [deleted, expiring, kept] = [await makeKey(), await makeKey(), await makeKey()];
    const streams = {
      kept: await Stream.openWithKey(server.url, kept),
      deleted: await Stream.openWithKey(server.url, deleted),
      expired: await Stream.openWithKey(server.url, expiring),
      revoked: await Stream.open(other),
      session: await Stream.open(owner),
    };
    const goesOn = async (...names: (keyof typeof streams)[]) => {
      const { body } = await admin.post('/users', { username: `news-${names.length}`, role: 'operator', password });
      for (const name of names) await streams[name].until((told) => told.data.id === body.id);
    };
    context.mock.timers.tick(15_000);
    await goesOn('kept', 'deleted', 'expired', 'revoked', 'session');

    assert.equal((await owner.delete(`/access-keys/${deleted.id}`)).status, 204);
    const { query } = besides(place);
    await query
      .updateTable('access_keys')
      .set({ expires_at: Date.now() - 1 })
      .where('id', '=', expiring.id)
      .execute();
    await query.destroy();
    assert.equal((await other.delete('/sessions/current')).status, 204);
    context.mock.timers.tick(15_000);
    for (const name of ['deleted', 'expired', 'revoked'] as const) await streams[name].untilEnd();
    await goesOn('kept', 'session');

    assert.equal((await admin.patch(`/users/${made.body.id}`, { role: 'read_only' })).status, 200);
    context.mock.timers.tick(15_000);
    for (const name of ['kept', 'session'] as const) await streams[name].untilEnd();
  });
});
