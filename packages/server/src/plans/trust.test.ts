import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { createQingStorClient } from '@sampan/qingstor-sdk';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { Client } from '../testing/client.ts';
import { onSqlite } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

const KEY = { accessKeyId: 'QSTRUSTTESTKEY000001', secretAccessKey: 'the-secret-of-the-trust-test-000000000000' };

onSqlite('what people must be able to trust', (makePlace) => {
  const servers = new TestServers();
  let place: BackupPlace;
  let store: QingStorServer;

  before(async () => {
    place = await backupPlace(servers, await makePlace(), { settings: { allowCommandHooks: true } });
    writeFileSync(path.join(place.source, 'first.bin'), randomBytes(400_000));
    store = await startQingStorServer({ ...KEY, data: path.join(place.base, 'qingstor') });
    const client = createQingStorClient({ ...KEY, endpoint: store.url });
    await client.bucket('backups').create();
    await client.close();
  });
  after(async () => {
    await servers.stopAll();
    await store.close();
  });

  test('one flipped byte of the storage is found by the drill, which names the backups that have it', async () => {
    const plan = await place.plan({ name: 'flipped', objectiveMinutes: 60 });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    writeFileSync(path.join(place.source, 'second.bin'), randomBytes(1_000));
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    const data = path.join(place.storageFolder, 'flipped', 'data');
    const packs = readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort((a, b) => statSync(b).size - statSync(a).size);
    const [largest = ''] = packs;
    const content = readFileSync(largest);
    const middle = content.length >> 1;
    content[middle] = (content[middle] ?? 0) ^ 1;
    chmodSync(largest, 0o600);
    writeFileSync(largest, content);
    const { body } = await place.admin.post(`/plans/${plan.id}/drill`);
    const ended = await place.admin.finished(body.id);
    assert.equal(ended.error?.code, 'drill_failed', JSON.stringify(ended));
    const { body: drills } = await place.admin.get(`/plans/${plan.id}/drills`);
    const [drill] = drills.items;
    assert.equal(drill.state, 'failed');
    assert.ok(drill.findings.some((each: { path: string }) => each.path.endsWith('first.bin')));
    const backups = await place.backups(plan.id);
    assert.deepEqual(drill.affected.toSorted(), backups.map(({ id }) => id).sort());
    assert.ok(backups.every((backup) => backup.damagedAt !== null));
    const { body: shown } = await place.admin.get(`/plans/${plan.id}`);
    assert.equal(shown.freshness, 'amber');
    assert.equal(shown.lastProvenAt, null);
    const check = await place.admin.post(`/repositories/${plan.repositoryId}/check`, { readDataPercent: 100 });
    assert.equal((await place.admin.finished(check.body.id)).error.code, 'repository_damaged');
    const stateNow = async () => (await place.admin.get(`/repositories/${plan.repositoryId}`)).body.state;
    assert.equal(await stateNow(), 'damaged');
    const less = await place.admin.post(`/repositories/${plan.repositoryId}/check`, { readDataPercent: 0 });
    assert.equal((await place.admin.finished(less.body.id)).state, 'succeeded');
    assert.equal(await stateNow(), 'damaged', 'a check that reads less takes nothing back');

    // One drill of a plan at a time: what waits serves whoever wants the same, and nobody else.
    const [newest, oldest] = backups.map(({ id }) => id);
    const wanted = [newest, newest, oldest, oldest];
    const asked = wanted.map((backupId) => place.admin.post(`/plans/${plan.id}/drill`, { backupId }));
    const ids = (await Promise.all(asked)).map((answer) => answer.body.id);
    assert.equal(ids[2], ids[3]);
    assert.ok(!ids.slice(0, 2).includes(ids[2]), 'a drill of the newest is none of the oldest');
    for (const id of ids) await place.admin.finished(id);
    const { body: after } = await place.admin.get(`/plans/${plan.id}/drills`);
    const proven = new Map(after.items.map((each: { id: string; backupId: string }) => [each.id, each.backupId]));
    assert.deepEqual(
      ids.map((id) => proven.get(id)),
      wanted,
    );
  });

  test('a key that is revoked in the middle fails the run soon, with the reason and what to do', async () => {
    const options = { endpoint: store.url, ...KEY, bucket: 'backups' };
    const { body: storage } = await place.admin.post('/storages', { name: 'qingstor', type: 'qingstor', options });
    const plan = await place.plan({ name: 'revoked', storageId: storage.id });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    await place.admin.patch(`/storages/${storage.id}`, { options: { accessKeyId: 'QSNOTTHISKEYANYMORE0' } });
    const startedAt = Date.now();
    const { body } = await place.admin.post(`/plans/${plan.id}/run`);
    const ended = await place.admin.until(`/operations/${body.id}`, ({ state }) => state === 'failed', 60_000);
    assert.equal(ended.error.code, 'unknown_access_key');
    assert.ok(ended.error.hint);
    assert.ok(Date.now() - startedAt < 60_000);
    const { body: repository } = await place.admin.get(`/repositories/${plan.repositoryId}`);
    assert.equal(repository.state, 'refused');
    await place.admin.patch(`/storages/${storage.id}`, { options: { accessKeyId: KEY.accessKeyId } });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    assert.equal((await place.admin.get(`/repositories/${plan.repositoryId}`)).body.state, 'ready');
  });

  test('what an object storage damaged is named by a check that reads it, which goes on with the rest', async () => {
    const options = { endpoint: store.url, ...KEY, bucket: 'backups' };
    const { body: storage } = await place.admin.post('/storages', { name: 'damaged', type: 'qingstor', options });
    const plan = await place.plan({ name: 'damaged', storageId: storage.id });
    const objects = path.join(place.base, 'qingstor', 'objects');
    const files = () =>
      readdirSync(objects, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
    const before = new Set(files());
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    const added = files().filter((file) => !before.has(file));
    const [pack = ''] = added.sort((a, b) => statSync(b).size - statSync(a).size);
    const content = readFileSync(pack);
    const middle = content.length >> 1;
    content[middle] = (content[middle] ?? 0) ^ 1;
    writeFileSync(pack, content);
    const check = await place.admin.post(`/repositories/${plan.repositoryId}/check`, { readDataPercent: 100 });
    const ended = await place.admin.finished(check.body.id);
    assert.equal(ended.error?.code, 'repository_damaged', JSON.stringify(ended));
    assert.match(ended.result.problems.join(), /[0-9a-f]{8}/);
  });

  test('Sampan’s own database goes with a plan, its keys and live files never do', async () => {
    const plan = await place.plan({ name: 'own', sources: { paths: [place.base], ownDatabase: true } });
    const run = await place.run(plan.id);
    assert.ok(['succeeded', 'partial'].includes(run.state), JSON.stringify(run));
    const [backup] = await place.backups(plan.id);
    const found = async (text: string): Promise<string[]> => {
      const { body } = await place.admin.get(`/plans/${plan.id}/search?text=${text}`);
      return body.items.map((item: { path: string }) => item.path);
    };
    const copy = path.join(place.base, 'data', 'own-backup', 'sampan.sqlite');
    assert.deepEqual(await found('sampan.sqlite'), [copy]);
    assert.deepEqual(await found('node.id'), [path.join(place.base, 'data', 'own-backup', 'node.id')]);
    assert.ok((await found('first.bin')).length > 0);
    const target = path.join(place.base, 'own-restored');
    const { body } = await place.admin.post('/restores', { backupId: backup.id, target, paths: [copy] });
    assert.equal((await place.admin.finished(body.id)).state, 'succeeded');
    const database = new DatabaseSync(path.join(target, copy), { readOnly: true });
    assert.ok(database.prepare('select count(*) as plans from plans').get()?.plans);
    database.close();
  });

  test('hooks are called around a run and a restore, a failing one before stops it, and addresses stay secret', async () => {
    const calls: { moment: string; state?: string }[] = [];
    let answer = 200;
    const listener = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        calls.push(JSON.parse(text));
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook?token=very-secret-token`;
    const log = path.join(place.base, 'hook.log');
    const script = `printf '%s\\n' "$SAMPAN_HOOK_MOMENT $SAMPAN_HOOK_PLAN_NAME $SAMPAN_SECRET_KEY" >> ${log}`;
    const plan = await place.plan({
      name: 'hooked',
      hooks: [
        { moment: 'before', kind: 'web', url, onFailure: 'stop' },
        { moment: 'after', kind: 'command', command: ['/bin/sh', '-c', script] },
        { moment: 'failure', kind: 'web', url },
        { moment: 'after_restore', kind: 'web', url },
      ],
    });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    assert.deepEqual(
      calls.map(({ moment }) => moment),
      ['before'],
    );
    assert.equal(readFileSync(log, 'utf8'), 'after hooked \n');
    const [backup] = await place.backups(plan.id);
    const restore = await place.admin.post('/restores', {
      backupId: backup.id,
      target: path.join(place.base, 'hooked'),
    });
    await place.admin.finished(restore.body.id);
    assert.equal(calls.at(-1)?.moment, 'after_restore');
    answer = 500;
    const failed = await place.run(plan.id);
    assert.equal(failed.state, 'failed');
    assert.equal(failed.error.code, 'hook_failed');
    assert.equal(calls.at(-1)?.moment, 'failure');
    assert.equal((await place.backups(plan.id)).length, 1);
    const { body: shown } = await place.admin.get(`/plans/${plan.id}`);
    assert.ok(!JSON.stringify(shown).includes('very-secret-token'));
    assert.ok(shown.hooks[0].url.startsWith('http://127.0.0.1:'));
    // A hook that is sent back by its id keeps the address that nobody was shown.
    const [web] = shown.hooks;
    const kept = { id: web.id, moment: 'before', kind: 'web' };
    assert.equal((await place.admin.patch(`/plans/${plan.id}`, { hooks: [kept] })).status, 200);
    answer = 200;
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    listener.close();
  });

  test('others than administrators keep to the allowed folders, restore elsewhere, and set no commands', async () => {
    await place.admin.post('/users', { username: 'op', role: 'operator', password: 'a good long password' });
    const operator = new Client(place.server.url);
    await operator.logIn('op', 'a good long password');
    const { body: repositories } = await operator.get('/repositories');
    const repositoryId = repositories.items[0].id;
    const outside = await operator.post('/plans', { name: 'etc', repositoryId, sources: { paths: ['/etc'] } });
    assert.equal(outside.body.code, 'path_not_allowed');
    const keys = await operator.post('/plans', {
      ...{ name: 'keys', repositoryId, sources: { paths: [path.join(place.base, 'keys')] } },
    });
    assert.equal(keys.body.code, 'path_not_allowed');
    const hooks = [{ moment: 'before', kind: 'command', command: ['/bin/true'] }];
    const command = await operator.post('/plans', {
      ...{ name: 'command', repositoryId, sources: { paths: [place.source] }, hooks },
    });
    assert.equal(command.body.code, 'permission_denied_here');
    const { body: backups } = await operator.get('/backups');
    const inPlace = await operator.post('/restores', { backupId: backups.items[0].id });
    assert.equal(inPlace.body.code, 'permission_denied_here');
    const intoData = await place.admin.post('/restores', {
      ...{ backupId: backups.items[0].id, target: path.join(place.base, 'data', 'x') },
    });
    assert.equal(intoData.body.code, 'path_not_allowed');
    assert.equal((await operator.post(`/repositories/${repositoryId}/recovery-sheet`)).status, 403);
  });
});
