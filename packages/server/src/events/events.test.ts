import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '../server.ts';
import { Client } from '../testing/client.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { ADMIN_PASSWORD, TestServers } from '../testing/start.ts';

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

  static async open(client: Client, lastEventId?: string): Promise<Stream> {
    const stream = new Stream();
    const response = await fetch(new URL('/api/v1/events', client.url), {
      headers: { cookie: client.cookie ?? '', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
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
    const deadline = Date.now() + 10_000;
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

  close(): void {
    this.#abort.abort();
  }
}

onBothDatabases('the event stream', (makePlace) => {
  const servers = new TestServers();
  let server: RunningServer;
  let admin: Client;

  before(async () => {
    ({ server, admin } = await servers.startWithAdmin(await makePlace()));
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
});
