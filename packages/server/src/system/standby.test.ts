import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import type { Client } from '../testing/client.ts';
import { onSqlite, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

const HOUR = 3_600_000;
/** Plans are looked at every two seconds. */
const TWO_LOOKS_MS = 4_500;

onSqlite('a server that is started from a backup of its database', (makePlace) => {
  const servers = new TestServers();
  const heard: string[] = [];
  let listener: Server;
  let place: BackupPlace;
  let copy: TestPlace;
  let admin: Client;
  const start = async (): Promise<void> => {
    ({ admin } = await servers.startWithAdmin(copy, {}, { backups: { now: () => Date.now() + 2 * HOUR } }));
  };

  before(async () => {
    listener = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        heard.push(text);
        response.end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    place = await backupPlace(servers, await makePlace());
    writeFileSync(path.join(place.source, 'a'), 'a');
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
    const { status } = await place.admin.post('/channels', {
      ...{ name: 'hook', type: 'webhook', options: { url, secret: 'a secret of ours' } },
      rules: [{ events: null, severity: 'info', resources: null }],
    });
    assert.equal(status, 201);
    // Due while the copy's clock is two hours ahead, and not before.
    const dueAt = new Date(Date.now() + 1.5 * HOUR).toISOString().slice(11, 16);
    const schedule = { kind: 'times', times: [dueAt], timeZone: 'UTC' };
    const plan = await place.plan({ name: 'own', sources: { paths: [place.source], ownDatabase: true }, schedule });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    assert.equal((await place.admin.get('/system')).body.standby, null, 'the original goes on');
    await servers.stopAll();
    heard.splice(0);
    const made = await makePlace();
    copy = { ...made, dataFolder: path.join(made.dataFolder, '..', 'again', 'data') };
    mkdirSync(copy.dataFolder, { recursive: true });
    for (const name of ['sampan.sqlite', 'node.id'])
      copyFileSync(path.join(place.base, 'data', 'own-backup', name), path.join(copy.dataFolder, name));
    cpSync(path.join(place.base, 'keys'), path.join(copy.dataFolder, '..', 'keys'), { recursive: true });
  });
  after(async () => {
    await servers.stopAll();
    listener.close();
  });

  test('ends what was under way in the copy, begins nothing and tells nobody, also after a restart', async () => {
    for (let round = 0; round < 2; round += 1) {
      await start();
      const { body: system } = await admin.get('/system');
      assert.ok(Date.parse(system.standby.copiedAt) <= Date.parse(system.standby.since));
      const { body: runs } = await admin.get('/runs');
      assert.deepEqual(
        runs.items.map((run: { state: string; error: { code: string } }) => [run.state, run.error.code]),
        [['interrupted', 'database_was_copied']],
      );
      const { body: operations } = await admin.get('/operations?state=queued&state=running&background=true');
      assert.deepEqual(operations.items, []);
      await new Promise((resolve) => setTimeout(resolve, TWO_LOOKS_MS));
      assert.equal((await admin.get('/runs')).body.items.length, 1);
      assert.equal(heard.length, 0);
      await servers.stopAll();
    }
  });

  test('does what somebody asks for, and works by itself when somebody takes over', async () => {
    await start();
    const { body: plans } = await admin.get('/plans');
    const [plan] = plans.items;
    const { body: asked } = await admin.post(`/plans/${plan.id}/run`);
    assert.equal((await admin.finished(asked.id)).state, 'succeeded');
    assert.equal(heard.length, 0);
    const { status, body } = await admin.post('/system/take-over');
    assert.deepEqual([status, body.standby], [200, null]);
    assert.equal((await admin.post('/system/take-over')).status, 200);
    const due = await admin.until('/runs', ({ items }) => items.length === 3 && items[0].state === 'succeeded');
    assert.equal(due.items[0].reason, 'catch_up');
    while (!heard.some((text) => text.includes('plan.run_succeeded')))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const { body: log } = await admin.get('/audit-events?limit=100');
    const told = log.items.map((item: { action: string }) => item.action);
    assert.equal(told.filter((action: string) => action === 'system.take_over').length, 1);
    assert.equal(told.filter((action: string) => action === 'system.standby').length, 1);
    assert.equal((await admin.get('/audit-events/verify')).body.valid, true);
    await servers.stopAll();
    await start();
    assert.equal((await admin.get('/system')).body.standby, null);
  });
});
