import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { bytesSource, listObjects, localDriverType, type ObjectStore } from '@sampan/storage';
import type { Client } from '../testing/client.ts';
import { onBothDatabases, type TestPlace } from '../testing/databases.ts';
import { MemoryStorages, refusal } from '../testing/memory-storage.ts';
import { TestServers } from '../testing/start.ts';

const FROM = 'https://from.example';
const TO = 'https://to.example';

onBothDatabases('operations on objects', (makePlace) => {
  const servers = new TestServers();
  const memory = new MemoryStorages();
  let place: TestPlace;
  let admin: Client;
  let source: string;
  let target: string;
  let from: ObjectStore;
  let to: ObjectStore;

  before(async () => {
    place = await makePlace();
    ({ admin } = await servers.startWithAdmin(place, {}, { storageTypes: [memory.type, localDriverType] }));
    const add = async (name: string, endpoint: string) =>
      (await admin.post('/storages', { name, type: 'memory', options: { endpoint, bucket: 'work' } })).body.id;
    source = await add('from', FROM);
    target = await add('to', TO);
    from = memory.store(FROM, 'work');
    to = memory.store(TO, 'work');
  });
  after(() => servers.stopAll());
  beforeEach(() => {
    memory.before = () => undefined;
  });

  async function fill(keys: readonly string[]): Promise<void> {
    for (const key of keys) await from.put(key, bytesSource(`content of ${key}`), { contentType: 'text/plain' });
  }

  async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
    return (await Array.fromAsync(listObjects(store, { prefix }))).map((object) => object.key);
  }

  async function ended(path: string, wish: object) {
    const asked = await admin.post(path, wish);
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    assert.equal(asked.headers.get('location'), `/api/v1/operations/${asked.body.id}`);
    return admin.finished(asked.body.id);
  }

  const copy = (wish: object) => ended(`/storages/${source}/objects/copy`, wish);
  const remove = (wish: object) => ended(`/storages/${source}/objects/delete`, wish);

  test('delete by name what is there, and find nothing wrong with what is not', async () => {
    await fill(['gone/a', 'gone/b', 'stays']);
    const done = await remove({ keys: ['gone/a', 'gone/b', 'gone/a', 'was never there'] });
    assert.equal(done.state, 'succeeded');
    assert.equal(done.progress.done, 3);
    assert.equal(done.progress.total, 3);
    assert.deepEqual(await keysOf(from, ''), ['stays']);
  });

  test('delete all below a prefix, page after page', async () => {
    await fill(Array.from({ length: 2300 }, (_, index) => `pages/${index}`));
    const done = await remove({ prefix: 'pages/' });
    assert.deepEqual(done.result, { objects: 2300 });
    assert.deepEqual(await keysOf(from, 'pages/'), []);
    assert.deepEqual(await keysOf(from, ''), ['stays']);
  });

  test('name what could not be deleted, and delete the rest', async () => {
    await fill(['some/1', 'some/locked', 'some/2']);
    const done = await remove({ prefix: 'some/' });
    assert.equal(done.state, 'failed');
    assert.equal(done.error.code, 'some_objects_failed');
    assert.equal(done.result.objects, 2);
    assert.deepEqual(done.result.failures, [
      { key: 'some/locked', code: 'permission_denied', message: 'It is locked.' },
    ]);
    assert.deepEqual(await keysOf(from, 'some/'), ['some/locked']);
  });

  test('copy to another storage, with type and content, below the folder that the names share', async () => {
    await fill(['a/b/1', 'a/b/c/2', 'a/d/3']);
    const done = await copy({ keys: ['a/b/1', 'a/b/c/2'], target: { storageId: target, prefix: 'x/' } });
    assert.equal(done.state, 'succeeded', JSON.stringify(done.error));
    assert.deepEqual(await keysOf(to, ''), ['x/1', 'x/c/2']);
    const head = await to.head('x/c/2');
    assert.equal(head.md5, (await from.head('a/b/c/2')).md5);
    assert.equal(head.contentType, 'text/plain');
    assert.equal(done.result.bytes, 16 + 18);
    assert.deepEqual([done.progress.done, done.progress.total, done.progress.unit], [34, 34, 'bytes']);
    await copy({ prefix: 'a/', target: { storageId: target, prefix: 'all/' } });
    assert.deepEqual(await keysOf(to, 'all/'), ['all/b/1', 'all/b/c/2', 'all/d/3']);
    await copy({ keys: ['a/d/3'], base: '', target: { storageId: target, prefix: 'whole/' } });
    assert.deepEqual(await keysOf(to, 'whole/'), ['whole/a/d/3']);
  });

  test('copy within a storage without the bytes passing through, and between its buckets with them', async () => {
    const calls: string[] = [];
    memory.before = (call) => void calls.push(call);
    const done = await copy({ prefix: 'a/b/', target: { storageId: source, prefix: 'within/' } });
    assert.equal(done.result.objects, 2);
    assert.ok(calls.includes('copy') && !calls.includes('get'), calls.join());
    assert.deepEqual(await keysOf(from, 'within/'), ['within/1', 'within/c/2']);
    const other = { storageId: source, bucket: 'other', prefix: '' };
    assert.equal((await copy({ prefix: 'a/b/', target: other })).state, 'succeeded');
    assert.deepEqual(await keysOf(memory.store(FROM, 'other'), ''), ['1', 'c/2']);
  });

  test('go on with the others when one object cannot be copied, and fail with its name', async () => {
    memory.before = (call, _options, key) => {
      if (call === 'put' && key === 'part/c/2') throw refusal('invalid_key');
    };
    const done = await copy({
      keys: ['a/b/1', 'a/b/c/2', 'a/b/missing'],
      target: { storageId: target, prefix: 'part/' },
    });
    assert.equal(done.state, 'failed');
    assert.equal(done.error.code, 'some_objects_failed');
    assert.equal(done.error.parameters.failed, 2);
    const failures = done.result.failures.map((each: { key: string; code: string }) => [each.key, each.code]);
    assert.deepEqual(failures.sort(), [
      ['a/b/c/2', 'invalid_key'],
      ['a/b/missing', 'object_not_found'],
    ]);
    assert.deepEqual(await keysOf(to, 'part/'), ['part/1']);
  });

  test('end at once when it is the storage and not the object', async () => {
    memory.before = (call) => {
      if (call === 'put') throw refusal('unknown_access_key');
    };
    const done = await copy({ prefix: 'a/', target: { storageId: target, prefix: 'never/' } });
    assert.equal(done.state, 'failed');
    assert.equal(done.error.code, 'unknown_access_key');
  });

  test('wait while a storage is away for a moment', async () => {
    let refusals = 0;
    memory.before = (call) => {
      if (call !== 'put' || refusals > 2) return;
      refusals += 1;
      throw refusal('storage_unavailable', true);
    };
    const done = await copy({ prefix: 'a/d/', target: { storageId: target, prefix: 'patient/' } });
    assert.equal(done.state, 'succeeded', JSON.stringify(done.error));
    assert.equal(refusals, 3);
  });

  test('do not overwrite what is still to be copied', async () => {
    await fill(['deep/x/deep/x/1', 'deep/x/2']);
    const done = await copy({ prefix: 'deep/x/', target: { storageId: source, prefix: '' } });
    assert.equal(done.state, 'failed');
    assert.equal(done.result.failures[0].code, 'key_conflict');
    assert.deepEqual(await keysOf(from, 'deep/'), ['deep/x/2', 'deep/x/deep/x/1']);
  });

  test('are cancelled in the middle', async () => {
    memory.before = (call) => (call === 'put' ? new Promise((resolve) => setTimeout(resolve, 50)) : undefined);
    await fill(Array.from({ length: 60 }, (_, index) => `cancel/${index}`));
    const { body } = await admin.post(`/storages/${source}/objects/copy`, {
      prefix: 'cancel/',
      target: { storageId: target, prefix: 'cancel/' },
    });
    await admin.until(`/operations/${body.id}`, (operation) => operation.progress !== null);
    await admin.post(`/operations/${body.id}/cancel`);
    assert.equal((await admin.finished(body.id)).state, 'cancelled');
    const copied = (await keysOf(to, 'cancel/')).length;
    assert.ok(copied > 0 && copied < 60, `${copied}`);
  });

  test('what unfinished uploads left is removed when it is old, and only then', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sampan-cleanup-'));
    const part = path.join(folder, '.sampan-0123456789abcdef.part');
    writeFileSync(part, 'half');
    const local = (await admin.post('/storages', { name: 'cleanup', type: 'local', options: { folder } })).body.id;
    const clean = async () => {
      const { body } = await admin.post(`/storages/${local}/objects/cleanup`, { olderThanHours: 24 });
      return (await admin.finished(body.id)).result.removed;
    };
    assert.equal(await clean(), 0);
    utimesSync(part, new Date(0), new Date(0));
    assert.equal(await clean(), 1);
    assert.deepEqual(readdirSync(folder), []);
    assert.equal((await admin.post(`/storages/${local}/objects/cleanup`, { olderThanHours: 0 })).status, 400);
    rmSync(folder, { recursive: true });
  });

  test('asked for twice by one request are one', async () => {
    const wish = { keys: ['stays'] };
    const key = { 'idempotency-key': 'delete-once' };
    const first = await admin.post(`/storages/${source}/objects/delete`, wish, key);
    const second = await admin.post(`/storages/${source}/objects/delete`, wish, key);
    assert.equal(first.body.id, second.body.id);
  });

  test('go on from where they were when the server starts again', async () => {
    const keys = Array.from({ length: 120 }, (_, index) => `restart/${String(index).padStart(3, '0')}`);
    await fill(keys);
    const puts: string[] = [];
    let mayGoOn = false;
    memory.before = async (call, _options, key) => {
      if (call !== 'put') return;
      // The position is saved once a second: slow enough that few objects lie between two of them.
      await new Promise((resolve) => setTimeout(resolve, mayGoOn ? 0 : 200));
      puts.push(key);
    };
    const { body } = await admin.post(`/storages/${source}/objects/copy`, {
      prefix: 'restart/',
      target: { storageId: target, prefix: 'restart/' },
    });
    while (puts.length < 50) await new Promise((resolve) => setTimeout(resolve, 20));
    await servers.stopAll();
    mayGoOn = true;
    const before = puts.length;
    ({ admin } = await servers.startWithAdmin(place, {}, { storageTypes: [memory.type, localDriverType] }));
    const done = await admin.finished(body.id);
    assert.equal(done.state, 'succeeded', JSON.stringify(done.error));
    assert.equal(done.result.objects, 120);
    assert.equal(done.attempts, 2);
    assert.deepEqual(await keysOf(to, 'restart/'), keys);
    const repeated = puts.length - new Set(puts).size;
    assert.ok(before < 120 && repeated <= 40, `${repeated} of ${before} objects were copied again`);
  });
});
