import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { SampanError } from '@sampan/driver';
import { bytesSource, createMemoryStore, type ObjectStore } from '@sampan/storage';
import { createGatewayHandler, type GatewayOptions } from './handler.ts';

const PATH = 'a-path-like-a-password';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

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
