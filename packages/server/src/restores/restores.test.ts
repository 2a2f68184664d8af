import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { besides, onSqlite, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

onSqlite('a restore', (makePlace) => {
  const servers = new TestServers();
  let where: TestPlace;
  let place: BackupPlace;
  before(async () => {
    where = await makePlace();
    place = await backupPlace(servers, where);
    const at = (name: string) => path.join(place.source, name);
    mkdirSync(at('folder'));
    writeFileSync(at('folder/file'), randomBytes(5_000));
    linkSync(at('folder/file'), at('hard-link'));
    symlinkSync('folder', at('link'));
    symlinkSync('nowhere', at('dangling'));
    execFileSync('mkfifo', [at('pipe')]);
  });
  after(() => servers.stopAll());

  const preview = async (wish: object) => {
    const { status, body } = await place.admin.post('/restores', { ...wish, preview: true });
    assert.equal(status, 202, JSON.stringify(body));
    assert.equal((await place.admin.finished(body.id)).state, 'succeeded');
    const { items } = (await place.admin.get(`/restores/${body.id}`)).body;
    const names = (action: string): string[] =>
      items[action].first.map((each: { path: string }) => path.relative(place.source, each.path)).sort();
    return { new: names('new'), overwritten: names('overwritten'), count: items.new.count };
  };

  test('over what is there is told as it is: links are made anew, folders and same files are left', async () => {
    const plan = await place.plan({ name: 'same' });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    const [{ id: backupId }] = await place.backups(plan.id);
    const links = ['dangling', 'hard-link', 'link', 'pipe'];
    assert.deepEqual(await preview({ backupId }), { new: [], overwritten: links, count: 0 });
    rmSync(path.join(place.source, 'link'));
    rmSync(path.join(place.source, 'folder'), { recursive: true });
    const gone = await preview({ backupId });
    assert.deepEqual(
      gone.overwritten,
      links.filter((name) => name !== 'link'),
    );
    assert.deepEqual(gone.new, ['folder', 'folder/file', 'link']);
    const { body } = await place.admin.post('/restores', { backupId });
    assert.equal((await place.admin.finished(body.id)).state, 'succeeded');
    assert.deepEqual((await preview({ backupId })).new, []);
  });

  test('does not wait for a routine check, which begins again later; one that a person asked for goes on', async (t) => {
    const plan = await place.plan({ name: 'checked' });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    const [{ id: backupId }] = await place.backups(plan.id);
    const { body: sheet } = await place.admin.post(`/repositories/${plan.repositoryId}/recovery-sheet`);
    const repository = path.join(place.storageFolder, 'checked');
    // Somebody works with the repository: a check waits for them, a restore need not.
    const holder = spawn('restic', ['-r', repository, 'backup', '--stdin', '--no-cache'], {
      env: { PATH: process.env.PATH, RESTIC_PASSWORD: sheet.password },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = once(holder, 'close');
    t.after(async () => {
      holder.kill();
      await ended;
    });
    const locks = () => readdir(path.join(repository, 'locks')).catch(() => []);
    while ((await locks()).length === 0) await sleep(50);
    const restored = async (name: string) => {
      const target = path.join(place.base, name);
      const { body } = await place.admin.post('/restores', { backupId, target });
      assert.equal((await place.admin.finished(body.id)).state, 'succeeded');
    };

    const { body: asked } = await place.admin.post(`/repositories/${plan.repositoryId}/check`);
    await place.admin.until(`/operations/${asked.id}`, ({ steps }) => /waits for the lock/.test(steps[0].message));
    await restored('first');
    assert.equal((await place.admin.get(`/operations/${asked.id}`)).body.state, 'running');
    await place.admin.post(`/operations/${asked.id}/cancel`);
    await place.admin.finished(asked.id);

    const { query } = besides(where);
    await query.updateTable('repositories').set({ next_check_at: 1 }).where('id', '=', plan.repositoryId).execute();
    await query.destroy();
    const due = await place.admin.until(
      `/repositories/${plan.repositoryId}`,
      ({ operation }) => operation?.kind === 'repository.check',
    );
    const routine = `/operations/${due.operation.id}`;
    await place.admin.until(routine, ({ steps }) => /waits for the lock/.test(steps[0].message));
    await restored('second');
    assert.equal((await place.admin.finished(due.operation.id)).state, 'cancelled');
    const { body: shown } = await place.admin.get(`/repositories/${plan.repositoryId}`);
    const wait = Date.parse(shown.maintenance.check.nextAt) - Date.now();
    assert.ok(wait > 0 && wait <= 3_600_000, String(wait));
  });
});
