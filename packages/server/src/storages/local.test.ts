import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SampanError } from '@sampan/driver';
import type { RunningServer } from '../server.ts';
import { Client } from '../testing/client.ts';
import { onPostgres, onSqlite, type TestPlace } from '../testing/databases.ts';
import { ADMIN_PASSWORD, TestServers, testSettings } from '../testing/start.ts';
import { folderCheck } from './folders.ts';

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-local-'));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

describe('a folder for a storage', () => {
  const root = temporary();
  const place = { dataFolder: path.join(root, 'sampan', 'data'), databaseUrl: null };
  const check = folderCheck(testSettings(place));

  test('is refused where Sampan keeps data or keys, in it or around it', () => {
    mkdirSync(place.dataFolder, { recursive: true });
    symlinkSync(place.dataFolder, path.join(root, 'innocent'));
    for (const folder of [
      '/',
      '/..',
      place.dataFolder,
      path.join(place.dataFolder, 'objects'),
      path.join(root, 'sampan', 'keys'),
      path.join(root, 'sampan', 'keys', 'below'),
      path.join(root, 'sampan'),
      root,
      tmpdir(),
      path.join(root, 'innocent'),
      path.join(root, 'innocent', 'not', 'there', 'yet'),
      path.join(root, 'elsewhere', '..', 'sampan', 'data'),
    ]) {
      assert.throws(
        () => check(folder),
        (error) => error instanceof SampanError && error.code === 'folder_forbidden' && error.hint !== undefined,
        folder,
      );
    }
  });

  test('may be anywhere else, beside them too', () => {
    for (const folder of [path.join(root, 'sampan', 'backups'), path.join(root, 'sampan', 'data-2'), '/srv/backups'])
      check(folder);
  });
});

onSqlite('a local storage', (makePlace) => {
  const servers = new TestServers();
  let place: TestPlace;
  let server: RunningServer;
  let admin: Client;

  before(async () => {
    place = await makePlace();
    ({ server, admin } = await servers.startWithAdmin(place));
  });
  after(() => servers.stopAll());

  test('is for administrators, in tests too', async () => {
    const folder = temporary();
    await admin.post('/users', { username: 'operator', role: 'operator', password: 'correct horse' });
    const operator = new Client(server.url);
    await operator.logIn('operator', 'correct horse');
    const refused = await operator.post('/storages/test', { type: 'local', options: { folder } });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, 'permission_denied_here');
    const tested = await admin.post('/storages/test', { type: 'local', options: { folder } });
    assert.match(tested.body, /"name":"result","state":"passed"/);
  });

  test('is refused in the data of Sampan, when it is added and when it is edited', async () => {
    const made = await admin.post('/storages', {
      name: 'wrong',
      type: 'local',
      options: { folder: place.dataFolder },
    });
    assert.equal(made.status, 400, JSON.stringify(made.body));
    assert.equal(made.body.code, 'folder_forbidden');
    const right = await admin.post('/storages', { name: 'right', type: 'local', options: { folder: temporary() } });
    assert.equal(right.status, 201, JSON.stringify(right.body));
    const nodeId = readFileSync(path.join(place.dataFolder, 'node.id'), 'utf8').trim();
    assert.equal(right.body.nodeId, nodeId);
    assert.equal(right.body.isHere, true);
    const edited = await admin.patch(`/storages/${right.body.id}`, { options: { folder: '/' } });
    assert.equal(edited.status, 400);
  });

  test('has no buckets and makes no links, and says so', async () => {
    const [storage] = (await admin.get('/storages')).body.items;
    for (const answer of [
      await admin.get(`/storages/${storage.id}/buckets`),
      await admin.post(`/storages/${storage.id}/buckets`, { name: 'abcdef' }),
      await admin.get(`/storages/${storage.id}/buckets/abcdef/policy`),
      await admin.post(`/storages/${storage.id}/objects/presign`, { key: 'x' }),
    ]) {
      assert.equal(answer.status, 501, JSON.stringify(answer.body));
      assert.equal(answer.body.code, 'not_supported');
    }
  });
});

onPostgres('a local storage of one of two servers', (makePlace) => {
  const servers = new TestServers();
  let here: Client;
  let there: Client;
  let storageId: string;
  let otherId: string;

  before(async () => {
    const place = await makePlace();
    here = (await servers.startWithAdmin(place)).admin;
    const second = await servers.start({ ...place, dataFolder: `${place.dataFolder}-2` });
    there = new Client(second.url);
    await there.logIn('admin', ADMIN_PASSWORD);
    const add = async (client: Client, name: string) =>
      (await client.post('/storages', { name, type: 'local', options: { folder: temporary() } })).body.id;
    storageId = await add(here, 'here');
    otherId = await add(there, 'there');
  });
  after(() => servers.stopAll());

  test('is looked at by its own server only', async () => {
    const storage = await there.until(`/storages/${storageId}`, (body) => body.state === 'ready');
    assert.equal(storage.isHere, false);
  });

  test('answers on the other that it is not there, and where it is', async () => {
    const { body: storage } = await here.get(`/storages/${storageId}`);
    for (const answer of [
      await there.get(`/storages/${storageId}/objects`),
      await there.post(`/storages/${storageId}/test`),
      await there.patch(`/storages/${storageId}`, { options: { folder: '/srv/x' } }),
      await there.request('PUT', `/storages/${storageId}/objects/content?key=a`, 'x'),
    ]) {
      assert.equal(answer.status, 409, JSON.stringify(answer.body));
      assert.equal(answer.body.code, 'storage_on_other_node');
      assert.equal(answer.body.parameters.node, storage.nodeId);
    }
    assert.equal((await there.patch(`/storages/${storageId}`, { name: 'renamed from afar' })).status, 200);
  });

  test('is worked on by its own server, whoever asked', async () => {
    const put = await here.request('PUT', `/storages/${storageId}/objects/content?key=a/b`, 'content');
    assert.equal(put.status, 201, JSON.stringify(put.body));
    const measured = await there.post(`/storages/${storageId}/measure`);
    assert.deepEqual((await there.finished(measured.body.id)).result, { objects: 1, bytes: 7 });
    const across = await there.post(`/storages/${storageId}/objects/copy`, {
      prefix: 'a/',
      target: { storageId: otherId, prefix: '' },
    });
    assert.equal(across.status, 409);
    assert.equal(across.body.code, 'storage_on_other_node');
    const removed = await there.post(`/storages/${storageId}/objects/delete`, { prefix: 'a/' });
    assert.deepEqual((await there.finished(removed.body.id)).result, { objects: 1 });
  });
});
