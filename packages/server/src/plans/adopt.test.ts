import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { onPostgres } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

onPostgres('a new machine with the storage and the recovery sheet', (makePlace) => {
  const servers = new TestServers();
  let lost: BackupPlace;

  before(async () => {
    lost = await backupPlace(servers, await makePlace());
    await writeFile(path.join(lost.source, 'precious.txt'), 'precious');
  });
  after(() => servers.stopAll());

  test('adopts the repository, its backups, and restores; a wrong password is told', async () => {
    const plan = await lost.plan({ name: 'lost' });
    assert.equal((await lost.run(plan.id)).state, 'succeeded');
    await writeFile(path.join(lost.source, 'later.txt'), 'later');
    assert.equal((await lost.run(plan.id)).state, 'succeeded');
    const { body: sheet } = await lost.admin.post(`/repositories/${plan.repositoryId}/recovery-sheet`);
    await lost.server.stop();

    const found = await backupPlace(servers, await makePlace());
    await rm(found.storageFolder, { recursive: true });
    await cp(lost.storageFolder, found.storageFolder, { recursive: true });
    const wish = { name: 'found', storageId: found.storageId, folder: 'lost', adopt: true };
    const missing = await found.admin.post('/repositories', wish);
    assert.equal(missing.status, 400);
    const wrong = await found.admin.post('/repositories', { ...wish, password: 'wrong' });
    const refused = await found.admin.until(`/repositories/${wrong.body.id}`, (body) => body.state === 'refused');
    assert.equal(refused.error.code, 'wrong_repository_password');
    await found.admin.delete(`/repositories/${wrong.body.id}`);
    const { body: repository } = await found.admin.post('/repositories', { ...wish, password: sheet.password });
    await found.admin.until(`/repositories/${repository.id}`, (body) => body.state === 'ready');
    const { body: snapshots } = await found.admin.get(`/repositories/${repository.id}/snapshots`);
    assert.deepEqual(
      snapshots.items.map((each: { backupId: string | null }) => each.backupId),
      [null, null],
    );
    await mkdir(found.source, { recursive: true });
    const taken = await found.plan({ name: 'taken over', repositoryId: repository.id });
    const adopted = await found.admin.post(`/plans/${taken.id}/adopt`);
    const ended = await found.admin.finished(adopted.body.id);
    assert.deepEqual(ended.result, { adopted: 2, known: 0 }, JSON.stringify(ended.error));
    const backups = await found.backups(taken.id);
    assert.equal(backups.length, 2);
    await found.admin.until(`/backups/${backups[0].id}`, (body) => body.isIndexed);
    const { body: files } = await found.admin.get(
      `/backups/${backups[0].id}/files?path=${encodeURIComponent(lost.source)}`,
    );
    assert.deepEqual(
      files.items.map((each: { name: string }) => each.name),
      ['later.txt', 'precious.txt'],
    );
    const target = path.join(found.base, 'back');
    const restore = await found.admin.post('/restores', { backupId: backups[1].id, target });
    assert.equal((await found.admin.finished(restore.body.id)).state, 'succeeded');
    assert.equal(await readFile(path.join(target, lost.source, 'precious.txt'), 'utf8'), 'precious');
    const again = await found.admin.post(`/plans/${taken.id}/adopt`);
    assert.deepEqual((await found.admin.finished(again.body.id)).result, { adopted: 0, known: 2 });
  });
});
