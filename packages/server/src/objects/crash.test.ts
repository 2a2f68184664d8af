import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { Client } from '../testing/client.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { spawnServer, type TestProcess } from '../testing/processes.ts';
import { ADMIN_PASSWORD } from '../testing/start.ts';

const OBJECTS = 120;
const LARGE = 3 * 1024 * 1024;

async function loggedIn(url: string): Promise<Client> {
  const client = new Client(url);
  await client.logIn('admin', ADMIN_PASSWORD);
  return client;
}

function filesBelow(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => {
      const name = path.join(file.parentPath, file.name);
      return [path.relative(folder, name), createHash('md5').update(readFileSync(name)).digest('hex')];
    }),
  );
}

onBothDatabases('kill -9 in the middle of', (makePlace) => {
  const processes: TestProcess[] = [];
  after(async () => {
    for (const each of processes) await each.stop('SIGKILL');
  });

  async function twoFolders() {
    const place = await makePlace();
    const [from, to] = ['from', 'to'].map((name) => path.join(place.dataFolder, '..', name)) as [string, string];
    mkdirSync(path.join(from, 'deep'), { recursive: true });
    mkdirSync(to);
    for (let index = 0; index < OBJECTS; index += 1)
      writeFileSync(path.join(from, index % 2 ? 'deep' : '', `file ${index}`), randomBytes(2_000));
    writeFileSync(path.join(from, 'deep', 'large'), randomBytes(LARGE));
    const doomed = await spawnServer(place);
    processes.push(doomed.server);
    const client = await loggedIn(doomed.url);
    const add = async (name: string, folder: string) =>
      (await client.post('/storages', { name, type: 'local', options: { folder } })).body.id;
    return { place, from, to, doomed, client, source: await add('from', from), target: await add('to', to) };
  }

  test('a copy: it is resumed, everything is there once, and nothing else is', async () => {
    const { place, from, to, doomed, client, source, target } = await twoFolders();
    // Slow enough to be met in the middle.
    await client.patch(`/storages/${target}`, { limits: { uploadBytesPerSecond: 1024 * 1024 } });
    const { body } = await client.post(`/storages/${source}/objects/copy`, {
      prefix: '',
      target: { storageId: target, prefix: 'copied/' },
    });
    await client.until(`/operations/${body.id}`, ({ progress }) => progress?.done > 500_000);
    doomed.server.child.kill('SIGKILL');
    await doomed.server.ended;

    const revived = await spawnServer(place);
    processes.push(revived.server);
    const again = await loggedIn(revived.url);
    await again.patch(`/storages/${target}`, { limits: { uploadBytesPerSecond: null } });
    const ended = await again.finished(body.id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.equal(ended.attempts, 2);
    assert.equal(ended.result.objects, OBJECTS + 1);
    const { items } = (await again.get(`/storages/${target}/objects?prefix=copied/&limit=1000`)).body;
    assert.equal(items.length, OBJECTS + 1);
    const copied = filesBelow(path.join(to, 'copied'));
    for (const [name, hash] of filesBelow(from)) assert.equal(copied.get(name), hash, name);
    await revived.server.stop();
  });

  test('an upload: it ends as interrupted, and nothing of it is there', async () => {
    const { place, doomed, client, target } = await twoFolders();
    const id = 'c'.repeat(32);
    await client.patch(`/storages/${target}`, { limits: { uploadBytesPerSecond: 100_000 } });
    const sending = fetch(
      new URL(`/api/v1/storages/${target}/objects/content?key=never&operationId=${id}`, doomed.url),
      { method: 'PUT', headers: { cookie: client.cookie ?? '' }, body: Buffer.alloc(2_000_000) },
    );
    const broken = assert.rejects(sending);
    await client.until(`/operations/${id}`, ({ progress }) => progress?.done > 0);
    doomed.server.child.kill('SIGKILL');
    await broken;
    const revived = await spawnServer(place);
    processes.push(revived.server);
    const again = await loggedIn(revived.url);
    const ended = await again.finished(id);
    assert.equal(ended.state, 'interrupted');
    assert.equal(ended.error.code, 'interrupted_unknown_result');
    assert.ok(ended.error.hint);
    assert.deepEqual((await again.get(`/storages/${target}/objects`)).body.items, []);
    await revived.server.stop();
  });
});
