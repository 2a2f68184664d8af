import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { SampanError } from '@sampan/driver';
import { bytesSource, createMemoryStore, localObjects, type ObjectStore } from '@sampan/storage';
import { temporaryFolder } from '../testing.ts';
import { codeFolderIn } from './code-folder.ts';
import { createGatewayHandler, type GatewayOptions } from './handler.ts';

const PATH = 'a-path-like-a-password';
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

async function gateway(context: TestContext, options: Partial<GatewayOptions> & { in?: ObjectStore } = {}) {
  const store = options.in ?? createMemoryStore();
  const handler = createGatewayHandler({
    store: () => store,
    path: PATH,
    user: 'sampan',
    password: 'secret',
    ...options,
  });
  const server: Server = createServer((request, response) => void handler.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ask = (method: string, below: string, more: RequestInit & { password?: string } = {}) =>
    fetch(`http://127.0.0.1:${port}/${PATH}/${below}`, {
      ...more,
      method,
      headers: { authorization: `Basic ${btoa(`sampan:${more.password ?? 'secret'}`)}`, ...more.headers },
    });
  return { ask, store, port, counters: handler.counters };
}

test('files are stored in the layout of restic itself, listed in both forms, and read by range', async (context) => {
  const { ask, store, counters } = await gateway(context);
  const name = sha256('content');
  assert.equal((await ask('POST', '?create=true')).status, 200);
  assert.equal((await ask('POST', `data/${name}`, { body: 'content' })).status, 200);
  assert.equal((await ask('POST', 'config', { body: 'configuration' })).status, 200);
  assert.deepEqual(
    (await store.list()).objects.map(({ key }) => key),
    ['config', `data/${name.slice(0, 2)}/${name}`],
  );
  const v2 = await ask('GET', 'data/', { headers: { accept: 'application/vnd.x.restic.rest.v2' } });
  assert.deepEqual(await v2.json(), [{ name, size: 7 }]);
  assert.deepEqual(await (await ask('GET', 'data/')).json(), [name]);
  const part = await ask('GET', `data/${name}`, { headers: { range: 'bytes=1-3' } });
  assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 1-3/7', 'ont']);
  assert.equal((await ask('HEAD', `data/${name}`)).headers.get('content-length'), '7');
  assert.equal((await ask('DELETE', `data/${name}`)).status, 200);
  assert.equal((await ask('GET', `data/${name}`)).status, 404);
  assert.deepEqual([counters.filesStored, counters.bytesStored, counters.filesDeleted], [2, 20, 1]);
});

test('what is not what its name says is not stored', async (context) => {
  const { ask, store } = await gateway(context);
  assert.equal((await ask('POST', `data/${sha256('one')}`, { body: 'another' })).status, 400);
  for (const below of ['data/short', `other/${sha256('x')}`, `data/${'A'.repeat(64)}`, 'x', 'data/a/b']) {
    assert.ok([400, 404].includes((await ask('POST', below, { body: 'x' })).status), below);
  }
  assert.deepEqual((await store.list()).objects, []);
});

test('a large file is the same kept or flowing, and nothing is seen of one that is not what its name says', async (context) => {
  const root = await temporaryFolder(context);
  for (const isStreamed of [false, true]) {
    const folder = path.join(root, String(isStreamed));
    await mkdir(folder);
    const store = localObjects(folder, new Set());
    const { ask, counters, port } = await gateway(context, { in: store, isStreamed: () => isStreamed });
    // More than the memory of one that was there before, less, and exactly a block.
    for (const size of [3_000_001, 2_500_000, 1024 * 1024, 8_388_609]) {
      const content = randomBytes(size);
      const name = sha256(content);
      assert.equal((await ask('POST', `data/${name}`, { body: content })).status, 200);
      const answer = await ask('GET', `data/${name}`);
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content), `${size} bytes`);
      const wrong = Buffer.from(content);
      wrong[size - 1] = (wrong[size - 1] ?? 0) ^ 1;
      const other = sha256(`${size}`);
      assert.equal((await ask('POST', `data/${other}`, { body: wrong })).status, 400);
      assert.equal((await ask('GET', `data/${other}`)).status, 404);
    }
    assert.equal(counters.filesStored, 4);
    // A connection that breaks in the middle leaves nothing either.
    const name = sha256('broken');
    const socket = connect(port, '127.0.0.1');
    const authorization = `authorization: Basic ${btoa('sampan:secret')}`;
    socket.write(
      `POST /${PATH}/data/${name} HTTP/1.1\r\nhost: x\r\n${authorization}\r\ncontent-length: 5000000\r\n\r\n`,
    );
    await new Promise((resolve) => socket.write(randomBytes(2_000_000), resolve));
    const ended = counters.failed;
    socket.destroy();
    while (counters.failed === ended) await new Promise((resolve) => setTimeout(resolve, 5));
    const left = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    assert.equal(left.length, 4);
    assert.ok(left.every(({ name }) => /^[0-9a-f]{64}$/.test(name)));
  }
});

test('a storage that fails while a file flows into it is told, and the connection goes on', async (context) => {
  const inner = createMemoryStore();
  const failing: ObjectStore = {
    ...inner,
    async put(_key, source) {
      for await (const _ of source.open()) break;
      throw new SampanError('storage_full', 'It is full.');
    },
  };
  const { ask } = await gateway(context, { in: failing, isStreamed: () => true });
  const content = randomBytes(6_000_000);
  for (let turn = 0; turn < 3; turn += 1) {
    assert.equal((await ask('POST', `data/${sha256(content)}`, { body: content })).status, 507);
    assert.deepEqual(await (await ask('GET', 'data/')).json(), []);
  }
});

test('compiled code is kept only where nobody else can write', async (context) => {
  const parent = await temporaryFolder(context);
  const folder = await codeFolderIn(parent);
  assert.equal(folder, path.join(parent, 'compiled-code'));
  await chmod(folder, 0o750);
  assert.equal(await codeFolderIn(parent), null);
  await chmod(folder, 0o700);
  await chmod(parent, 0o777);
  assert.equal(await codeFolderIn(parent), null);
  await chmod(parent, 0o700);
  await rm(folder, { recursive: true });
  await mkdir(path.join(parent, 'elsewhere'), { mode: 0o700 });
  await symlink(path.join(parent, 'elsewhere'), folder);
  assert.equal(await codeFolderIn(parent), null);
});

test('the config is never replaced, and nobody comes in without path and password', async (context) => {
  const { ask, port } = await gateway(context);
  await ask('POST', 'config', { body: 'first' });
  assert.equal((await ask('POST', 'config', { body: 'second' })).status, 403);
  assert.equal(await (await ask('GET', 'config')).text(), 'first');
  assert.equal((await ask('GET', 'config', { password: 'guessed' })).status, 401);
  const headers = { authorization: `Basic ${btoa('sampan:secret')}` };
  assert.equal((await fetch(`http://127.0.0.1:${port}/another/config`, { headers })).status, 404);
});

test('append-only: only locks go', async (context) => {
  const { ask } = await gateway(context, { appendOnly: true });
  for (const type of ['data', 'snapshots', 'index', 'keys']) {
    await ask('POST', `${type}/${sha256(type)}`, { body: type });
    assert.equal((await ask('DELETE', `${type}/${sha256(type)}`)).status, 403);
  }
  await ask('POST', `locks/${sha256('lock')}`, { body: 'lock' });
  assert.equal((await ask('DELETE', `locks/${sha256('lock')}`)).status, 200);
});

test('a failure of the storage is told with its reason, and a broken body is not a short file', async (context) => {
  const inner = createMemoryStore();
  const name = sha256('x'.repeat(200_000));
  await inner.put(`data/${name.slice(0, 2)}/${name}`, bytesSource('x'.repeat(200_000)));
  const failures: string[] = [];
  const breaking: ObjectStore = {
    ...inner,
    async get(key, options) {
      const download = await inner.get(key, options);
      async function* body() {
        for await (const piece of download.body) {
          yield piece;
          throw new SampanError('storage_unreachable', 'It broke.', { retryable: true });
        }
      }
      return { ...download, body: body() };
    },
    list: () => Promise.reject(new SampanError('permission_denied', 'No right to list.', { hint: 'Give it.' })),
  };
  const { ask } = await gateway(context, { in: breaking, onFailure: ({ code }) => failures.push(code) });
  await assert.rejects(async () => (await ask('GET', `data/${name}`)).text());
  await assert.rejects(async () => (await ask('GET', 'data/')).text());
  assert.deepEqual(failures, ['storage_unreachable', 'permission_denied']);
});
