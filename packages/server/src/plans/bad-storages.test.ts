import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createQingStorClient } from '@sampan/qingstor-sdk';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { onSqlite } from '../testing/databases.ts';
import { type MoodyProxy, startMoodyProxy } from '../testing/moody-proxy.ts';
import { TestProcess } from '../testing/processes.ts';
import { TestServers } from '../testing/start.ts';

const STORE = `
  import { startQingStorServer } from ${JSON.stringify(import.meta.resolve('@sampan/qingstor-server'))};
  await startQingStorServer(JSON.parse(process.env.SERVER_OPTIONS));
  console.log('it listens');
`;

const KEY = { accessKeyId: 'QSMOODYTESTKEY000001', secretAccessKey: 'the-secret-of-the-moody-test-000000000000' };

onSqlite('a backup to a storage that is', (makePlace) => {
  const servers = new TestServers();
  let place: BackupPlace;
  let store: QingStorServer;
  let proxy: MoodyProxy;
  let planId: string;

  before(async () => {
    place = await backupPlace(servers, await makePlace());
    store = await startQingStorServer({ ...KEY, data: path.join(place.base, 'qingstor') });
    const client = createQingStorClient({ ...KEY, endpoint: store.url });
    await client.bucket('backups').create();
    await client.close();
    proxy = await startMoodyProxy(store.url, (url) => url.includes('/data/'));
    const options = { ...KEY, endpoint: proxy.url, region: 'pek3a', bucket: 'backups', connectionRetries: 1 };
    const { body } = await place.admin.post('/storages', { name: 's3', type: 's3', options });
    ({ id: planId } = await place.plan({ name: 'moods', storageId: body.id }));
    assert.equal((await place.run(planId)).state, 'succeeded');
  });
  beforeEach(() => {
    proxy.mood = 'well';
    writeFileSync(path.join(place.source, `${randomBytes(4).toString('hex')}.bin`), randomBytes(300_000));
  });
  after(async () => {
    await servers.stopAll();
    await proxy.close();
    await store.close();
  });

  test('slow ends well', async () => {
    proxy.mood = 'slow';
    assert.equal((await place.run(planId)).state, 'succeeded');
  });

  test('full fails soon, says so, and the next one is good', async () => {
    proxy.mood = 'full';
    const failed = await place.run(planId);
    assert.equal(failed.state, 'failed');
    assert.equal(failed.error.code, 'storage_full');
    assert.ok(failed.error.hint);
    proxy.mood = 'well';
    assert.equal((await place.run(planId)).state, 'succeeded');
  });

  test('gone is waited for, and is told meanwhile', async () => {
    const { body } = await place.admin.post(`/plans/${planId}/run`);
    proxy.mood = 'gone';
    const path = `/operations/${body.id}`;
    const isTold = ({ steps }: { steps: { message: string }[] }): boolean =>
      steps.some(({ message }) => /^the storage fails and is tried again: /.test(message));
    await place.admin.until(path, isTold, 30_000);
    proxy.mood = 'well';
    assert.equal((await place.admin.finished(body.id)).state, 'succeeded');
  });

  test('lying is found by the drill, which names the backup', async () => {
    proxy.mood = 'lying';
    assert.equal((await place.run(planId)).state, 'succeeded');
    proxy.mood = 'well';
    const [newest] = await place.backups(planId);
    const { body: drill } = await place.admin.post(`/plans/${planId}/drill`);
    const ended = await place.admin.finished(drill.id);
    assert.equal(ended.state, 'failed', JSON.stringify(ended.error));
    const { body: backup } = await place.admin.get(`/backups/${newest.id}`);
    assert.ok(backup.damagedAt, JSON.stringify(backup));
  });

  test('killed in the middle and started again has everything, and the run goes on', async () => {
    const data = path.join(place.base, 'killed');
    const kept = await startQingStorServer({ ...KEY, data });
    const { port, url: endpoint } = kept;
    const client = createQingStorClient({ ...KEY, endpoint });
    await client.bucket('backups').create();
    await client.close();
    await kept.close();
    const spawnStore = async (): Promise<TestProcess> => {
      const child = new TestProcess(['--input-type=module', '-e', STORE], {
        SERVER_OPTIONS: JSON.stringify({ ...KEY, data, port }),
      });
      await child.says(/listens/);
      return child;
    };
    let child = await spawnStore();
    try {
      const options = { ...KEY, endpoint, bucket: 'backups' };
      const { body: storage } = await place.admin.post('/storages', { name: 'killed', type: 'qingstor', options });
      const folder = path.join(place.base, 'large');
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'file'), randomBytes(3_000_000));
      const plan = await place.plan({
        ...{ name: 'killed', storageId: storage.id, sources: { paths: [folder] }, compression: 'off' },
        limits: { uploadBytesPerSecond: 600_000 },
      });
      const { body: run } = await place.admin.post(`/plans/${plan.id}/run`);
      await place.admin.until(`/operations/${run.id}`, ({ progress }) => progress?.done > 0, 60_000);
      await child.stop('SIGKILL');
      const isTold = ({ steps }: { steps: { message: string }[] }): boolean =>
        steps.some(({ message }) => /^the storage fails and is tried again: /.test(message));
      await place.admin.until(`/operations/${run.id}`, isTold, 60_000);
      child = await spawnStore();
      const ended = await place.admin.until(`/operations/${run.id}`, ({ state }) => state !== 'running', 120_000);
      assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
      const { body: check } = await place.admin.post(`/repositories/${plan.repositoryId}/check`, {
        readDataPercent: 100,
      });
      assert.equal((await place.admin.finished(check.id)).state, 'succeeded');
      const { body: drill } = await place.admin.post(`/plans/${plan.id}/drill`);
      assert.equal((await place.admin.finished(drill.id)).state, 'succeeded');
    } finally {
      await child.stop('SIGKILL');
    }
  });
});
