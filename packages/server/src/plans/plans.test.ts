import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Client } from '../testing/client.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

onBothDatabases('plans', (makePlace) => {
  const servers = new TestServers();
  let admin: Client;
  let base: string;
  let source: string;
  let storageId: string;

  before(async () => {
    const place = await makePlace();
    base = path.join(place.dataFolder, '..');
    source = path.join(base, 'source');
    await mkdir(path.join(source, 'documents'), { recursive: true });
    await mkdir(path.join(base, 'storage'));
    await writeFile(path.join(source, 'documents', 'a[1].txt'), 'first');
    await writeFile(path.join(source, '中文.txt'), 'second');
    const started = await servers.startWithAdmin(place);
    admin = started.admin;
    const { body } = await admin.post('/storages', {
      name: 'disk',
      type: 'local',
      options: { folder: path.join(base, 'storage') },
    });
    storageId = body.id;
  });
  after(() => servers.stopAll());

  const made: { id: string; repositoryId: string }[] = [];

  test('a plan makes its repository, runs, and its backup opens, is found, downloaded and restored', async () => {
    const created = await admin.post('/plans', {
      ...{ name: 'Documents', storageId, sources: { paths: [source] }, runNow: true },
      schedule: { kind: 'times', times: ['02:30'], timeZone: 'Asia/Shanghai' },
    });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const plan = created.body;
    made.push(plan);
    assert.equal(plan.objectiveMinutes, 1644);
    assert.equal(plan.nextRuns.length, 5);
    const { operation } = await admin.until(`/plans/${plan.id}`, (body) => body.lastRun !== null);
    void operation;
    const { body: runs } = await admin.get(`/runs?planId=${plan.id}`);
    const ended = await admin.finished(runs.items[0].id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended));
    const { body: run } = await admin.get(`/runs/${ended.id}`);
    assert.equal(run.state, 'succeeded');
    assert.equal(run.files, 2);
    const { body: backups } = await admin.get(`/backups?planId=${plan.id}`);
    assert.equal(backups.items.length, 1);
    const [backup] = backups.items;
    assert.equal(backup.state, 'complete');
    assert.equal(backup.isIndexed, true);
    const { body: files } = await admin.get(`/backups/${backup.id}/files?path=${encodeURIComponent(source)}`);
    assert.deepEqual(
      files.items.map((item: { name: string }) => item.name),
      ['documents', '中文.txt'],
    );
    const { body: found } = await admin.get(`/plans/${plan.id}/search?text=${encodeURIComponent('a[1')}`);
    assert.equal(found.items[0].path, path.join(source, 'documents', 'a[1].txt'));
    const name = encodeURIComponent(path.join(source, '中文.txt'));
    const content = await admin.get(`/backups/${backup.id}/content?path=${name}`);
    assert.equal(content.body, 'second');
    const target = path.join(base, 'restored');
    const wish = { backupId: backup.id, target, paths: [path.join(source, 'documents')] };
    const preview = await admin.post('/restores', { ...wish, preview: true });
    assert.equal(preview.status, 202, JSON.stringify(preview.body));
    const previewed = await admin.finished(preview.body.id);
    assert.equal(previewed.state, 'succeeded', JSON.stringify(previewed.error));
    const { body: told } = await admin.get(`/restores/${preview.body.id}`);
    assert.equal(told.items.new.count >= 1, true, JSON.stringify(told));
    const restore = await admin.post('/restores', wish);
    assert.equal((await admin.finished(restore.body.id)).state, 'succeeded');
    assert.equal(await readFile(path.join(target, source, 'documents', 'a[1].txt'), 'utf8'), 'first');
    const drill = await admin.post(`/plans/${plan.id}/drill`);
    const drilled = await admin.finished(drill.body.id);
    assert.equal(drilled.state, 'succeeded', JSON.stringify(drilled.error));
    const { body: now } = await admin.get(`/plans/${plan.id}`);
    assert.ok(now.lastProvenAt);
    assert.equal(now.freshness, 'green');
    const sheet = await admin.post(`/repositories/${plan.repositoryId}/recovery-sheet`);
    assert.match(sheet.body.text, /restic -r/);
  });
});
