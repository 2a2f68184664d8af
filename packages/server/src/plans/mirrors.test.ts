import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { besides, onSqlite, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

onSqlite('mirrors', (makePlace) => {
  const servers = new TestServers();
  let where: TestPlace;
  let place: BackupPlace;
  let mirrorStorage: string;
  let plan: { id: string; repositoryId: string };

  before(async () => {
    where = await makePlace();
    place = await backupPlace(servers, where);
    mirrorStorage = await place.addStorage('second');
    await writeFile(path.join(place.source, 'a.txt'), 'one');
  });
  after(() => servers.stopAll());

  async function mirror() {
    const { body } = await place.admin.get(`/plans/${plan.id}`);
    return body.mirrors[0];
  }

  const settled = () =>
    place.admin.until(
      `/plans/${plan.id}`,
      (body) => body.operation === null && ['current', 'failed'].includes(body.mirrors[0].state),
      60_000,
    );

  test('each backup is copied; a copy restores when the first repository is gone', async () => {
    plan = await place.plan({ name: 'mirrored', mirrors: [{ storageId: mirrorStorage }], retention: { last: 2 } });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    await settled();
    assert.equal((await mirror()).state, 'current', JSON.stringify(await mirror()));
    const [backup] = await place.backups(plan.id);
    assert.equal(backup.places.length, 2);
    const copy = backup.places.find((each: { isMirror: boolean }) => each.isMirror);
    await rename(place.storageFolder, `${place.storageFolder}-away`);
    const target = path.join(place.base, 'from-mirror');
    const wish = { backupId: backup.id, target };
    const lost = await place.admin.post('/restores', wish);
    const failed = await place.admin.finished(lost.body.id);
    assert.equal(failed.state, 'failed');
    const { body: first } = await place.admin.get(`/repositories/${plan.repositoryId}`);
    assert.deepEqual([first.state, first.error?.code], ['refused', failed.error.code], JSON.stringify(failed.error));
    const restored = await place.admin.post('/restores', { ...wish, repositoryId: copy.repositoryId });
    assert.equal((await place.admin.finished(restored.body.id)).state, 'succeeded');
    await rename(`${place.storageFolder}-away`, place.storageFolder);
  });

  test('what retention lets go, goes in the mirror too', async () => {
    for (const content of ['two', 'three']) {
      await writeFile(path.join(place.source, 'a.txt'), content);
      assert.equal((await place.run(plan.id)).state, 'succeeded');
      await settled();
    }
    assert.equal((await place.backups(plan.id)).length, 2);
    const { body } = await place.admin.get(`/repositories/${(await mirror()).repositoryId}/snapshots`);
    assert.equal(body.items.length, 2);
    assert.ok(body.items.every((item: { backupId: string | null }) => item.backupId !== null));
  });

  test('a mirror that was deleted is a failure that is told, and is made anew only when that is asked for', async () => {
    await rm(path.join(place.base, 'second', 'mirrored'), { recursive: true });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    await settled();
    const failed = await mirror();
    assert.equal(failed.state, 'failed');
    assert.equal(failed.error.code, 'repository_not_found');
    assert.ok(failed.behind > 0);
    const { query } = besides(where);
    const damage = JSON.stringify({ foundAt: 1, firstFoundAt: 1, foundBy: 'check', operationId: null });
    await query.updateTable('repositories').set({ damage }).where('id', '=', failed.repositoryId).execute();
    await query.destroy();
    assert.equal((await mirror()).repositoryDamaged, true);
    const { body } = await place.admin.post(`/plans/${plan.id}/mirror`, {
      repositoryId: failed.repositoryId,
      recreate: true,
    });
    assert.equal((await place.admin.finished(body.items[0].id)).state, 'succeeded');
    assert.equal((await mirror()).state, 'current');
    assert.equal((await mirror()).behind, 0);
    assert.equal((await mirror()).repositoryDamaged, false, 'it is another repository');
  });

  test('a backup that is deleted goes everywhere, and freshness follows; a mirror that is taken out lets its repository go', async () => {
    const backups = await place.backups(plan.id);
    for (const { id } of backups) {
      const { status, body } = await place.admin.request('DELETE', `/backups/${id}`);
      assert.equal(status, 202, JSON.stringify(body));
      assert.equal((await place.admin.finished(body.id)).state, 'succeeded');
    }
    const { body: shown } = await place.admin.get(`/plans/${plan.id}`);
    assert.equal(shown.lastBackupAt, null);
    const { repositoryId } = await mirror();
    for (const id of [plan.repositoryId, repositoryId]) {
      const { body } = await place.admin.get(`/repositories/${id}/snapshots`);
      assert.deepEqual(body.items, []);
    }
    assert.equal((await place.admin.delete(`/repositories/${repositoryId}`)).body.code, 'repository_in_use');
    assert.equal((await place.admin.patch(`/plans/${plan.id}`, { mirrors: [] })).status, 200);
    assert.equal((await place.admin.delete(`/repositories/${repositoryId}`)).status, 204);
  });
});
