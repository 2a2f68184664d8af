import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Client } from '../testing/client.ts';
import { onPostgres, onSqlite, type TestPlace } from '../testing/databases.ts';
import { type CrashPoint, hostOptions, spawnServer, spawnSimulator, type TestProcess } from '../testing/processes.ts';
import { ADMIN_PASSWORD } from '../testing/start.ts';

const CRASH_POINTS: readonly CrashPoint[] = [
  'before the call',
  'after the call, before it was saved',
  'after it was saved',
];
const ACTIONS = { start: 'StartInstance', stop: 'StopInstance', restart: 'RebootInstance' } as const;

async function addHost(client: Client, url: string): Promise<void> {
  const { body, status } = await client.post('/hosts', {
    name: 'crash-test',
    type: 'qingzhou',
    options: hostOptions(url),
  });
  assert.equal(status, 201, JSON.stringify(body));
  await client.until(`/hosts/${body.id}`, (host) => host.state === 'ready');
}

async function pick(client: Client, state: string): Promise<{ id: string; remoteId: string }> {
  const { body } = await client.get(`/instances?state=${state}&limit=200`);
  const free = body.items.find(
    (item: { operation: unknown; lockReason: unknown }) => item.operation === null && item.lockReason === null,
  );
  assert.ok(free, `there is no free instance that is ${state}`);
  return free;
}

async function loggedIn(url: string): Promise<Client> {
  const client = new Client(url);
  await client.logIn('admin', ADMIN_PASSWORD);
  return client;
}

/** Three processes each: the cloud, the server that is killed, and the one that goes on. */
function crashTests(makePlace: () => Promise<TestPlace>, restartTakesMs: number): void {
  const processes: TestProcess[] = [];
  after(async () => {
    for (const each of processes) await each.stop('SIGKILL');
  });

  describe('is survived', { concurrency: 3 }, () => {
    for (const crashAt of CRASH_POINTS) {
      for (const [action, remoteAction] of Object.entries(ACTIONS)) {
        test(`${crashAt}: the ${action} is resumed and not doubled`, async () => {
          const place = await makePlace();
          const cloud = await spawnSimulator(place, action === 'restart' ? restartTakesMs : 500);
          const doomed = await spawnServer(place, { crashAt });
          processes.push(cloud.simulator, doomed.server);
          const client = await loggedIn(doomed.url);
          await addHost(client, cloud.url);
          const instance = await pick(client, action === 'start' ? 'stopped' : 'running');
          const once = { 'idempotency-key': 'the-one-wish' };
          const { body: operation } = await client.post(`/instances/${instance.id}/${action}`, {}, once);
          assert.equal((await doomed.server.ended).signal, 'SIGKILL');

          const revived = await spawnServer(place);
          processes.push(revived.server);
          const again = await loggedIn(revived.url);
          const ended = await again.finished(operation.id);
          assert.equal(ended.state, 'succeeded', JSON.stringify(ended));
          assert.ok(ended.attempts >= 2);
          const shown = await again.until(`/instances/${instance.id}`, (body) => body.operation === null);
          assert.equal(shown.state, action === 'stop' ? 'stopped' : 'running');
          assert.deepEqual(
            await cloud.accepted(),
            { [instance.remoteId]: { [remoteAction]: 1 } },
            'asked exactly once',
          );
          const repeated = await again.post(`/instances/${instance.id}/${action}`, {}, once);
          assert.equal(repeated.body.id, operation.id, 'the repeated request finds its operation');
          assert.equal((await again.get('/audit-events/verify')).body.valid, true);
          await revived.server.stop();
          assert.match(revived.server.output, /has stopped/);
        });
      }
    }
  });
}

// A restart leaves no trace once it is over: the cloud must still be at it when the operation is taken up again, which on
// PostgreSQL is only after the lease has ended. Generous, for a machine that does other things too.
onSqlite('kill -9 of the server, on SQLite', (makePlace) => crashTests(makePlace, 12_000));
onPostgres('kill -9 of the server, on PostgreSQL', (makePlace) => crashTests(makePlace, 16_000));

onSqlite('a restart that was over before the server came back', (makePlace) => {
  test('ends as interrupted: nobody can tell, so nothing is asked twice and nothing is claimed', async (t) => {
    const place = await makePlace();
    const cloud = await spawnSimulator(place, 200);
    const doomed = await spawnServer(place, { crashAt: 'after the call, before it was saved' });
    t.after(() => Promise.all([cloud.simulator.stop('SIGKILL'), doomed.server.stop('SIGKILL')]));
    const client = await loggedIn(doomed.url);
    await addHost(client, cloud.url);
    const instance = await pick(client, 'running');
    const { body: operation } = await client.post(`/instances/${instance.id}/restart`, {});
    await doomed.server.ended;
    const revived = await spawnServer(place);
    t.after(() => revived.server.stop('SIGKILL'));
    const ended = await (await loggedIn(revived.url)).finished(operation.id);
    assert.equal(ended.state, 'interrupted');
    assert.equal(ended.error.code, 'interrupted_unknown_result');
    assert.match(ended.error.hint, /now running/);
    assert.deepEqual(await cloud.accepted(), { [instance.remoteId]: { RebootInstance: 1 } });
  });
});

onPostgres('two servers on one PostgreSQL', (makePlace) => {
  const processes: TestProcess[] = [];
  after(async () => {
    for (const each of processes) await each.stop('SIGKILL');
  });

  describe('share operations', () => {
    test('what one was doing when it was killed, the other finishes, and both show the same', async () => {
      const place = await makePlace();
      const cloud = await spawnSimulator(place, 20_000);
      const doomed = await spawnServer(place, { crashAt: 'after it was saved' });
      const other = await spawnServer({ ...place, dataFolder: `${place.dataFolder}-2` }, {});
      processes.push(cloud.simulator, doomed.server, other.server);
      const client = await loggedIn(doomed.url);
      const survivor = await loggedIn(other.url);
      await addHost(client, cloud.url);
      const instance = await pick(survivor, 'running');
      // Both may take it; whoever does first dies if it is the doomed one. Ask until that one did.
      const { body: operation } = await client.post(`/instances/${instance.id}/restart`, {});
      const ended = await survivor.until(
        `/operations/${operation.id}`,
        (body) => !['queued', 'running'].includes(body.state),
        60_000,
      );
      assert.equal(ended.state, 'succeeded', JSON.stringify(ended));
      assert.deepEqual((await cloud.accepted())[instance.remoteId], { RebootInstance: 1 });
    });

    test('many operations are spread and none is run twice; what one server changes the other tells its browsers', async () => {
      const place = await makePlace();
      const cloud = await spawnSimulator(place, 300);
      const first = await spawnServer(place);
      const second = await spawnServer({ ...place, dataFolder: `${place.dataFolder}-2` });
      processes.push(cloud.simulator, first.server, second.server);
      const [one, two] = [await loggedIn(first.url), await loggedIn(second.url)];
      await addHost(one, cloud.url);

      const stream = await fetch(new URL('/api/v1/events', second.url), { headers: { cookie: two.cookie ?? '' } });
      const reader = stream.body?.getReader();
      let told = '';
      void (async () => {
        for (;;) {
          const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
          if (done) return;
          told += Buffer.from(value).toString();
        }
      })().catch(() => undefined);

      const { body } = await one.get('/instances?state=running&limit=200');
      const ids: string[] = [];
      for (const [index, { id }] of body.items.entries()) {
        ids.push((await (index % 2 ? one : two).post(`/instances/${id}/restart`, {})).body.id);
      }
      for (const id of ids) assert.equal((await two.finished(id)).state, 'succeeded');
      const counts = Object.values(await cloud.accepted()).map((each) => each.RebootInstance);
      assert.deepEqual(
        counts,
        ids.map(() => 1),
      );
      const deadline = Date.now() + 60_000;
      while (!ids.every((id) => told.includes(id)) && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 50));
      for (const id of ids) assert.ok(told.includes(id), 'the other server told its browsers');
      await reader?.cancel();
    });
  });
});
