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
    await admin.until(`/plans/${plan.id}`, (body) => body.lastRun.state === 'running');
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
    assert.match(sheet.body.text, /export RESTIC_REPOSITORY=/);
  });

  test('a preview tells what would be read; paths are found by patterns when it runs', async () => {
    await writeFile(path.join(source, 'junk.tmp'), 'junk');
    const sources = { paths: [], includes: [path.join(base, 'sou*', 'documents')], excludes: ['*.tmp'] };
    const { status, body } = await admin.post('/plans/preview-sources', sources);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.paths, [path.join(source, 'documents')]);
    assert.equal(body.files, 1);
    const whole = await admin.post('/plans/preview-sources', { paths: [source], excludes: ['*.tmp'] });
    assert.deepEqual(whole.body.excluded.first, [path.join(source, 'junk.tmp')]);
    const { body: plan } = await admin.post('/plans', { name: 'by pattern', storageId, sources });
    const { body: operation } = await admin.post(`/plans/${plan.id}/run`);
    assert.equal((await admin.finished(operation.id)).state, 'succeeded');
    const { body: backups } = await admin.get(`/backups?planId=${plan.id}`);
    assert.deepEqual(backups.items[0].paths, [path.join(source, 'documents')]);
  });

  test('what a schedule and a retention do is shown before', async () => {
    const schedule = { kind: 'times', times: ['02:30'], timeZone: 'Asia/Shanghai' };
    const { body: next } = await admin.post('/plans/preview-schedule', { schedule });
    assert.equal(next.items.length, 10);
    assert.ok(next.items.every((time: string) => time.endsWith('T18:30:00.000Z')));
    const { body } = await admin.post('/plans/preview-retention', {
      ...{ schedule, retention: { daily: 7, monthly: 3 }, timeZone: 'Asia/Shanghai' },
    });
    const kept = body.items.filter((item: { reasons: string[] }) => item.reasons.length > 0);
    assert.ok(kept.length >= 9 && kept.length <= 10, String(kept.length));
    const bad = await admin.post('/plans/preview-schedule', { schedule: { kind: 'times', times: ['25:00'] } });
    assert.equal(bad.status, 400);
    assert.equal(bad.body.fields[0].field, 'schedule');
    const wrong = await admin.post('/plans', { name: 'x', storageId, sources: { paths: [] } });
    assert.equal(wrong.body.fields[0].field, 'sources.paths');
    const both = await admin.post('/plans', { name: 'x', sources: { paths: [source] } });
    assert.equal(both.body.fields[0].field, 'repositoryId');
    const told = async (path: string, body?: unknown) =>
      (await admin.request(body ? 'POST' : 'GET', path, body)).body.fields.map(
        (each: { message: string }) => each.message,
      );
    assert.deepEqual(await told('/operations/1'), ['id is an id of 32 hex characters']);
    assert.deepEqual(await told('/users', { username: 'x', password: 'x', role: 'king' }), [
      'role is one of: administrator, operator, read_only',
    ]);
    assert.deepEqual(await told(`/plans/${storageId}/adopt`, { snapshotIds: [] }), [
      'snapshotIds must NOT have fewer than 1 items',
    ]);
    const presets = await admin.post('/plans', {
      name: 'x',
      storageId,
      sources: { paths: [source], presets: ['cache'] },
    });
    assert.deepEqual(presets.body.fields, [
      {
        ...{ field: 'sources.presets.0', code: 'enum' },
        message: 'sources.presets.0 is one of: caches, temporary, dependencies, trash, machine_images',
      },
    ]);
  });

  test('a plan that was changed meanwhile is not overwritten; one that is used keeps its repository', async () => {
    const [first] = made;
    const plan = (await admin.get(`/plans/${first?.id}`)).body;
    assert.equal(
      (await admin.patch(`/plans/${plan.id}`, { tags: ['a'] }, { 'if-match': `"${plan.revision}"` })).status,
      200,
    );
    const late = await admin.patch(`/plans/${plan.id}`, { tags: ['b'] }, { 'if-match': `"${plan.revision}"` });
    assert.equal(late.status, 412);
    assert.deepEqual(late.body.current.tags, ['a']);
    assert.equal((await admin.delete(`/repositories/${plan.repositoryId}`)).body.code, 'repository_in_use');
    assert.equal((await admin.delete(`/storages/${storageId}`)).body.code, 'storage_in_use');
    const skipped = await admin.post(`/plans/${plan.id}/skip`);
    assert.ok(skipped.body.nextRuns[0] > plan.nextRuns[0]);
    const paused = await admin.post(`/plans/${plan.id}/pause`);
    assert.equal(paused.body.freshness, 'paused');
    assert.deepEqual(paused.body.nextRuns, []);
    const resumed = await admin.post(`/plans/${plan.id}/resume`);
    assert.equal(resumed.body.paused, false);
    assert.equal(resumed.body.nextRuns[0], skipped.body.nextRuns[0], 'a run that was passed over stays so');
    assert.equal((await admin.delete(`/plans/${plan.id}`)).status, 204);
    assert.equal((await admin.delete(`/repositories/${plan.repositoryId}`)).status, 204);
  });
});
