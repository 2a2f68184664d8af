import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { besides, onSqlite, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

const hasEnded = ({ state }: { state: string }): boolean => state !== 'queued' && state !== 'running';

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

  test('does not wait for a routine check, which begins again later; one that a person asked for goes on', async () => {
    const plan = await place.plan({ name: 'checked' });
    const file = path.join(place.source, 'folder', 'file');
    writeFileSync(path.join(place.source, 'film'), randomBytes(6_000_000));
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    const [{ id: backupId }] = await place.backups(plan.id);
    const limit = (downloadBytesPerSecond: number | null) =>
      place.admin.patch(`/storages/${place.storageId}`, { limits: { downloadBytesPerSecond } });
    const restore = async (name: string): Promise<string> => {
      const wish = { backupId, target: path.join(place.base, name), paths: [file] };
      return `/operations/${(await place.admin.post('/restores', wish)).body.id}`;
    };
    const locks = async (): Promise<boolean[]> => {
      const { body } = await place.admin.get(`/repositories/${plan.repositoryId}/locks`);
      return body.items.map(({ isExclusive }: { isExclusive: boolean }) => isExclusive);
    };
    // Slow enough that the check has the repository for a minute.
    assert.equal((await limit(100_000)).status, 200);

    const { query } = besides(where);
    const maintenance = { check: { schedule: { kind: 'interval', minutes: 10_000 }, readDataPercent: 100 } };
    assert.equal((await place.admin.patch(`/repositories/${plan.repositoryId}`, { maintenance })).status, 200);
    await query.updateTable('repositories').set({ next_check_at: 1 }).where('id', '=', plan.repositoryId).execute();
    await query.destroy();
    const due = await place.admin.until(
      `/repositories/${plan.repositoryId}`,
      ({ operation }) => operation?.kind === 'repository.check',
    );
    while (!(await locks()).includes(true)) await sleep(100);
    const first = await restore('first');
    assert.equal((await place.admin.until(`/operations/${due.operation.id}`, hasEnded)).state, 'cancelled');
    await limit(null);
    assert.equal((await place.admin.until(first, hasEnded)).state, 'succeeded');
    const { body: shown } = await place.admin.get(`/repositories/${plan.repositoryId}`);
    const wait = Date.parse(shown.maintenance.check.nextAt) - Date.now();
    assert.ok(wait > 0 && wait <= 3_600_000, String(wait));
    // An edit of something else does not put it off further.
    await place.admin.patch(`/repositories/${plan.repositoryId}`, { name: 'Renamed' });
    const { body: renamed } = await place.admin.get(`/repositories/${plan.repositoryId}`);
    assert.equal(renamed.maintenance.check.nextAt, shown.maintenance.check.nextAt);

    await limit(100_000);
    const { body: asked } = await place.admin.post(`/repositories/${plan.repositoryId}/check`, {
      readDataPercent: 100,
    });
    while (!(await locks()).includes(true)) await sleep(100);
    const second = await restore('second');
    await place.admin.until(second, ({ steps }) => /waits for the exclusive lock/.test(steps[1].message));
    assert.equal((await place.admin.get(`/operations/${asked.id}`)).body.state, 'running');
    await place.admin.post(`/operations/${asked.id}/cancel`);
    await limit(null);
    assert.equal((await place.admin.until(second, hasEnded)).state, 'succeeded');
  });
});
