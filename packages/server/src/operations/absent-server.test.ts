import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { backupPlace } from '../testing/backup-place.ts';
import { onPostgres } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

onPostgres('an operation that only one server can do', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('says which server it waits for while that one is gone, and goes on when it is back', async () => {
    const one = await makePlace();
    const two = { ...one, dataFolder: path.join(one.dataFolder, '..', 'two', 'data') };
    const { admin } = await servers.startWithAdmin(one);
    const keys = path.join(two.dataFolder, '..', 'keys');
    mkdirSync(keys, { recursive: true });
    cpSync(path.join(one.dataFolder, '..', 'keys'), keys, { recursive: true });
    const place = await backupPlace(servers, two);
    writeFileSync(path.join(place.source, 'file'), 'content');
    const plan = await place.plan({ name: 'there' });
    const { body: made } = await admin.get(`/plans/${plan.id}`);
    await admin.until(`/repositories/${plan.repositoryId}`, ({ operation }) => operation === null);
    await place.server.stop();

    const { body: asked } = await admin.post(`/plans/${plan.id}/run`);
    const shown = async () => (await admin.get(`/operations/${asked.id}`)).body;
    assert.deepEqual([(await shown()).state, (await shown()).waitingForServer], ['queued', made.nodeId]);
    await servers.start(two);
    const ended = await admin.finished(asked.id);
    assert.deepEqual([ended.state, ended.waitingForServer], ['succeeded', null], JSON.stringify(ended.error));
  });
});
