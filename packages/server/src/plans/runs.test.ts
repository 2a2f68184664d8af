import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { onPostgres } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

onPostgres('runs', (makePlace) => {
  const servers = new TestServers();
  let place: BackupPlace;

  before(async () => {
    const backups = { longestPauseMs: 3_000, backupsAtOnce: 1 };
    place = await backupPlace(servers, await makePlace(), { replaceable: { backups } });
    await writeFile(path.join(place.source, 'small.txt'), 'small');
  });
  after(() => servers.stopAll());

  /** Slow enough to be met in the middle. */
  async function slowPlan(name: string) {
    const file = path.join(place.source, `${name}.bin`);
    await writeFile(file, randomBytes(3_000_000));
    return place.plan({
      ...{ name, sources: { paths: [file] }, limits: { uploadBytesPerSecond: 300_000 }, compression: 'off' },
    });
  }

  async function underWay(planId: string) {
    const { body } = await place.admin.post(`/plans/${planId}/run`);
    await place.admin.until(`/operations/${body.id}`, (operation) => operation.steps[2].state === 'running');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return body.id as string;
  }

  test('a source that is missing makes it partial, with the list; what is there is backed up', async () => {
    const missing = path.join(place.base, 'not-there');
    const plan = await place.plan({ name: 'partial', sources: { paths: [place.source, missing] } });
    const run = await place.run(plan.id);
    assert.equal(run.state, 'partial');
    assert.equal(run.unreadCount, 1);
    const { body } = await place.admin.get(`/runs/${run.id}/unread`);
    assert.equal(body.items[0].path, missing);
    const [backup] = await place.backups(plan.id);
    assert.equal(backup.state, 'partial');
    const { body: now } = await place.admin.get(`/plans/${plan.id}`);
    assert.equal(now.lastRun.state, 'partial');
    assert.equal(now.lastCompleteAt, null);
  });

  test('no source at all is a failure, no empty backup', async () => {
    const plan = await place.plan({ name: 'nothing', sources: { paths: [path.join(place.base, 'not-there')] } });
    const run = await place.run(plan.id);
    assert.equal(run.state, 'failed');
    assert.equal(run.error.code, 'no_source');
    assert.deepEqual(await place.backups(plan.id), []);
  });

  test('a cancelled run leaves no lock, and the one that waited for it begins', async () => {
    const plan = await slowPlan('cancelled');
    const id = await underWay(plan.id);
    const waiting = await place.plan({ name: 'waiting' });
    const { body: waits } = await place.admin.post(`/plans/${waiting.id}/run`);
    const isWaiting = ({ steps }: { steps: { message: string }[] }): boolean =>
      steps[0]?.message === 'waits for other backups of this computer';
    await place.admin.until(`/operations/${waits.id}`, isWaiting);
    assert.equal((await place.admin.get(`/runs/${waits.id}`)).body.state, 'queued');
    const { body: run } = await place.admin.get(`/runs/${id}`);
    assert.equal(run.state, 'running');
    await place.admin.post(`/operations/${id}/cancel`);
    assert.equal((await place.admin.finished(id)).state, 'cancelled');
    assert.equal((await place.admin.get(`/runs/${id}`)).body.state, 'cancelled');
    assert.equal((await place.admin.finished(waits.id)).state, 'succeeded');
    const { body: locks } = await place.admin.get(`/repositories/${plan.repositoryId}/locks`);
    assert.deepEqual(locks.items, []);
    await place.admin.patch(`/plans/${plan.id}`, { limits: { uploadBytesPerSecond: null } });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
  });

  test('a paused run stands still and goes on; one that is paused for too long ends cleanly', async () => {
    const plan = await slowPlan('paused');
    const id = await underWay(plan.id);
    assert.equal((await place.admin.post(`/runs/${id}/pause`)).status, 200);
    await place.admin.until(`/runs/${id}`, (run) => run.state === 'paused');
    assert.equal((await place.admin.post(`/runs/${id}/resume`)).status, 200);
    assert.equal((await place.admin.finished(id)).state, 'succeeded');
    assert.equal((await place.admin.post(`/runs/${id}/pause`)).body.code, 'wrong_state');
    await writeFile(path.join(place.source, 'paused.bin'), randomBytes(3_000_000));
    const second = await underWay(plan.id);
    await place.admin.post(`/runs/${second}/pause`);
    const ended = await place.admin.finished(second);
    assert.equal(ended.state, 'interrupted', JSON.stringify(ended.error));
    assert.equal((await place.admin.get(`/runs/${second}`)).body.state, 'interrupted');
    const { body: locks } = await place.admin.get(`/repositories/${plan.repositoryId}/locks`);
    assert.deepEqual(locks.items, []);
  });

  test('a run whose retention waits for somebody else at its repository keeps no other plan waiting', async (context) => {
    const plan = await place.plan({ name: 'held', retention: { last: 1 } });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    const { body: sheet } = await place.admin.post(`/repositories/${plan.repositoryId}/recovery-sheet`);
    const repository = path.join(place.storageFolder, 'held');
    const holder = spawn('restic', ['-r', repository, 'backup', '--stdin', '--no-cache'], {
      env: { PATH: process.env.PATH, RESTIC_PASSWORD: sheet.password },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = once(holder, 'close');
    context.after(() => holder.kill());
    const locks = () => readdir(path.join(repository, 'locks')).catch(() => []);
    while ((await locks()).length === 0) await sleep(50);
    const { body: waiting } = await place.admin.post(`/plans/${plan.id}/run`);
    await place.admin.until(`/operations/${waiting.id}`, ({ steps }) => /waits for the lock/.test(steps[4].message));
    const other = await place.plan({ name: 'other', storageId: await place.addStorage('elsewhere') });
    assert.equal((await place.run(other.id)).state, 'succeeded');
    assert.equal((await place.admin.get(`/operations/${waiting.id}`)).body.state, 'running');
    holder.stdin.end();
    await ended;
    assert.equal((await place.admin.finished(waiting.id)).state, 'succeeded');
    assert.equal((await place.backups(plan.id)).length, 1);
  });

  test('a folder that is not mounted is told at once, and the next run is good', async () => {
    const plan = await place.plan({ name: 'patient' });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    await rename(place.storageFolder, `${place.storageFolder}-away`);
    const { body } = await place.admin.post(`/plans/${plan.id}/run`);
    const ended = await place.admin.finished(body.id);
    await rename(`${place.storageFolder}-away`, place.storageFolder);
    // A folder that is not mounted is told at once: it does not come back by being asked again.
    assert.equal(ended.state, 'failed');
    assert.equal((await place.run(plan.id)).state, 'succeeded');
  });
});
