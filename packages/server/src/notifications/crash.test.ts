import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ChatVendors } from '../testing/chat-vendors.ts';
import { Client } from '../testing/client.ts';
import { onPostgres, onSqlite, type TestPlace } from '../testing/databases.ts';
import { type CrashPoint, hostOptions, spawnServer, type TestProcess } from '../testing/processes.ts';
import { ADMIN_PASSWORD } from '../testing/start.ts';

/** How often people get the message: at least once, and twice when nobody could know that they had it. */
const CRASH_POINTS: [CrashPoint, number][] = [
  ['before the message', 1],
  ['after the message, before it was saved', 2],
];

async function loggedIn(url: string): Promise<Client> {
  const client = new Client(url);
  await client.logIn('admin', ADMIN_PASSWORD);
  return client;
}

function crashTests(makePlace: () => Promise<TestPlace>): void {
  const processes: TestProcess[] = [];
  const chats = new ChatVendors();
  before(() => chats.listen());
  after(async () => {
    for (const each of processes) await each.stop('SIGKILL');
    await chats.close();
  });

  describe('is survived', () => {
    for (const [crashAt, times] of CRASH_POINTS) {
      test(`${crashAt}: what happened is told ${times === 1 ? 'once' : 'again, under the same id'}`, async () => {
        chats.received.length = 0;
        const place = await makePlace();
        const doomed = await spawnServer(place, { crashAt });
        processes.push(doomed.server);
        const client = await loggedIn(doomed.url);
        const made = await client.post('/channels', {
          name: 'hook',
          type: 'webhook',
          options: chats.options('webhook'),
          rules: [{ events: null, severity: 'error', resources: null }],
        });
        assert.equal(made.status, 201, JSON.stringify(made.body));
        const host = await client.post('/hosts', {
          name: 'nowhere',
          type: 'qingzhou',
          options: hostOptions('http://127.0.0.1:1'),
        });
        assert.equal(host.status, 201, JSON.stringify(host.body));
        assert.equal((await doomed.server.ended).signal, 'SIGKILL');

        const revived = await spawnServer(place);
        processes.push(revived.server);
        const again = await loggedIn(revived.url);
        const path = `/channels/${made.body.id}/deliveries`;
        const { items } = await again.until(path, (body) =>
          body.items.some((item: { state: string }) => item.state === 'sent'),
        );
        const sent = items.find((item: { state: string }) => item.state === 'sent');
        assert.equal(sent.event, 'host.unreachable');
        assert.equal(sent.attempts, 2, 'the attempt that was broken off is counted');
        assert.equal(chats.received.length, times);
        assert.deepEqual([...new Set(chats.received.map((each) => each.body.id))], [sent.id]);
        assert.ok(!`${doomed.server.output}${revived.server.output}`.includes('token-in-the-address'));
        await revived.server.stop();
      });
    }
  });
}

onSqlite('kill -9 between what happened and its message, on SQLite', crashTests);
onPostgres('kill -9 between what happened and its message, on PostgreSQL', crashTests);
