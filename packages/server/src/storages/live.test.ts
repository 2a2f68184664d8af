import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { bytesSource } from '@sampan/storage';
import type { Client } from '../testing/client.ts';
import { onBothDatabases, onPostgres } from '../testing/databases.ts';
import { MemoryStorages } from '../testing/memory-storage.ts';
import { TestServers } from '../testing/start.ts';

const FROM = 'https://from.example';
const TO = 'https://to.example';

onBothDatabases('an edit of a storage', (makePlace) => {
  const servers = new TestServers();
  const memory = new MemoryStorages();
  let admin: Client;
  let source: string;
  let target: string;

  async function add(name: string, endpoint: string): Promise<string> {
    const options = { endpoint, accessKeyId: 'first', secretAccessKey: 's', bucket: 'live' };
    const { body } = await admin.post('/storages', { name, type: 'memory', options });
    await admin.until(`/storages/${body.id}`, (storage) => storage.usage.measuredAt !== null);
    return body.id;
  }

  before(async () => {
    ({ admin } = await servers.startWithAdmin(await makePlace(), {}, { storageTypes: [memory.type] }));
    source = await add('from', FROM);
    target = await add('to', TO);
    for (let index = 0; index < 40; index += 1)
      await memory.store(FROM, 'live').put(`many/${index}`, bytesSource(`content ${index}`));
  });
  after(() => servers.stopAll());
  beforeEach(() => {
    memory.before = () => undefined;
  });

  test('reaches running work at its next request; calls under way end on the old driver, which is then closed', async () => {
    const keys: string[] = [];
    const edited = Promise.withResolvers<void>();
    const seen = Promise.withResolvers<void>();
    memory.before = async (call, options) => {
      if (call !== 'put') return;
      keys.push(String(options.accessKeyId));
      if (keys.length === 10) seen.resolve();
      if (keys.length >= 10 && options.accessKeyId === 'first') await edited.promise;
    };
    const copy = await admin.post(`/storages/${source}/objects/copy`, {
      prefix: 'many/',
      target: { storageId: target, prefix: 'one/' },
    });
    await seen.promise;
    const old = memory.drivers.findLast((driver) => driver.options.endpoint === TO);
    const answer = await admin.patch(`/storages/${target}`, { options: { accessKeyId: 'second' } });
    assert.equal(answer.status, 200);
    assert.equal((await admin.get(`/storages/${target}/objects?prefix=none`)).status, 200);
    assert.equal(old?.isClosed, false, 'calls are still under way on it');
    edited.resolve();
    const ended = await admin.finished(copy.body.id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.equal(ended.result.objects, 40);
    assert.ok(keys.lastIndexOf('first') < keys.indexOf('second') && keys.includes('second'), keys.join());
    assert.equal(old?.isClosed, true);
    assert.equal((await memory.store(TO, 'live').list({ prefix: 'one/' })).objects.length, 40);
  });

  test('of its limits holds for all who use it together, at once', async () => {
    let running = 0;
    let most = 0;
    memory.before = async (call) => {
      if (call !== 'put') return;
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 15));
      running -= 1;
    };
    const copy = (prefix: string) =>
      admin.post(`/storages/${source}/objects/copy`, { prefix: 'many/', target: { storageId: target, prefix } });
    const free = await copy('free/');
    await admin.finished(free.body.id);
    assert.ok(most > 1);
    most = 0;
    assert.equal((await admin.patch(`/storages/${target}`, { limits: { concurrency: 1 } })).status, 200);
    const both = [await copy('two/'), await copy('three/')];
    for (const { body } of both) assert.equal((await admin.finished(body.id)).state, 'succeeded');
    assert.equal(most, 1);
    assert.equal((await admin.patch(`/storages/${source}`, { limits: { concurrency: 1 } })).status, 200);
    const back = { prefix: 'many/', target: { storageId: source, prefix: 'back/' } };
    const forth = { prefix: 'many/', target: { storageId: target, prefix: 'forth/' } };
    for (const [from, wish] of [
      [target, { ...back, prefix: 'two/' }],
      [source, forth],
      [source, { ...back, bucket: 'live', target: { ...back.target, bucket: 'another' } }],
    ] as const)
      both.push(await admin.post(`/storages/${from}/objects/copy`, wish));
    for (const { body } of both)
      assert.equal((await admin.finished(body.id)).state, 'succeeded', 'nobody waits for ever');
    for (const id of [source, target]) await admin.patch(`/storages/${id}`, { limits: { concurrency: null } });
  });

  test('of the bandwidth slows down what is on its way', async () => {
    await memory.store(FROM, 'live').put('large', bytesSource(new Uint8Array(256 * 1024)));
    await admin.patch(`/storages/${source}`, { limits: { downloadBytesPerSecond: 256 * 1024 } });
    const startedAt = performance.now();
    const answer = await fetch(new URL(`/api/v1/storages/${source}/objects/content?key=large`, admin.url), {
      headers: { cookie: admin.cookie ?? '' },
    });
    assert.equal((await answer.arrayBuffer()).byteLength, 256 * 1024);
    assert.ok(performance.now() - startedAt > 500, 'a second less the burst');
    await admin.patch(`/storages/${source}`, { limits: { downloadBytesPerSecond: null } });
  });

  test('does not let a failing storage keep others waiting', async () => {
    const stuck = await add('stuck', 'https://stuck.example');
    memory.before = (_call, { endpoint }, key) =>
      endpoint === 'https://stuck.example' && key === '' ? new Promise(() => undefined) : undefined;
    await admin.patch(`/storages/${stuck}`, { options: { accessKeyId: 'x' } });
    assert.equal((await admin.get(`/storages/${source}/objects?limit=1`)).status, 200);
    const other = await add('after the stuck one', 'https://fine.example');
    await admin.until(`/storages/${other}`, ({ state }) => state === 'ready');
  });
});

onPostgres('the limits of a storage', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('are divided among the servers that live', async () => {
    const memory = new MemoryStorages();
    const place = await makePlace();
    const replaceable = { storageTypes: [memory.type], beatMs: 100 };
    const { admin } = await servers.startWithAdmin(place, {}, replaceable);
    const options = { endpoint: FROM, accessKeyId: 'k', secretAccessKey: 's', bucket: 'live' };
    const { body } = await admin.post('/storages', {
      ...{ name: 'shared', type: 'memory', options, limits: { concurrency: 4 } },
    });
    await admin.until(`/storages/${body.id}`, (storage) => storage.usage.measuredAt !== null);
    for (let index = 0; index < 40; index += 1)
      await memory.store(FROM, 'live').put(`many/${index}`, bytesSource(`content ${index}`));
    let [running, round] = [0, 0];
    const mostAtOnce = async (): Promise<number> => {
      let most = 0;
      memory.before = async (call) => {
        if (call !== 'put' && call !== 'copy') return;
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 15));
        running -= 1;
      };
      round += 1;
      const target = { storageId: body.id, prefix: `copy-${round}/` };
      const copy = await admin.post(`/storages/${body.id}/objects/copy`, { prefix: 'many/', target });
      assert.equal((await admin.finished(copy.body.id)).state, 'succeeded');
      return most;
    };
    const until = async (wanted: number): Promise<void> => {
      while ((await mostAtOnce()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await until(4);
    const other = { ...place, dataFolder: path.join(place.dataFolder, '..', 'second', 'data') };
    const keys = { from: 'folder' as const, folder: path.join(place.dataFolder, '..', 'keys') };
    const second = await servers.start(other, { secretKey: keys }, replaceable);
    await until(2);
    await second.stop();
    await until(4);
  });
});
