import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import {
  bytesSource,
  type ObservedRequest,
  type StorageEnvironment,
  s3DriverType,
  streamSource,
} from '@sampan/storage';
import { assertSame, contentOf, md5Of, pattern, piecesOf, read } from './content.ts';
import { type ProxyFault, startFaultProxy } from './fault-proxy.ts';
import { lookupOf } from './testing/checks.ts';
import { startQingStorProcess } from './testing/qingstor-process.ts';
import { always, startStub } from './testing/stub-server.ts';

const MIB = 1024 * 1024;
const key = { accessKeyId: 'S3DRIVERTEST00000001', secretAccessKey: 'the-secret-of-the-s3-driver-test-00001' };
const BUCKET = 's3-driver';
let server: QingStorServer;
let data = '';

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'sampan-s3-driver-'));
  server = await startQingStorServer({ ...key, data, lifecycleIntervalMs: 0 });
  const driver = s3DriverType.create({ ...key, endpoint: server.url, region: 'pek3a' });
  await driver.buckets?.create({ name: BUCKET });
  await driver.close();
});
after(async () => {
  await server.close();
  await rm(data, { recursive: true });
});

function open(
  context: TestContext,
  values: Record<string, string | number> = {},
  environment: StorageEnvironment = {},
) {
  const all = {
    ...key,
    endpoint: server.url,
    region: 'pek3a',
    bucket: BUCKET,
    chunkSize: 5 * MIB,
    uploadCutoff: 5 * MIB,
  };
  const driver = s3DriverType.create({ ...all, prefix: context.name, ...values }, environment);
  context.after(() => driver.close());
  return driver;
}

/** A bad network that spoils the exchanges whose numbers are named, and a store behind it. */
async function behind(context: TestContext, faults: Record<number, ProxyFault>, values: Record<string, number> = {}) {
  const proxy = await startFaultProxy(server.port, (exchange) => faults[exchange] ?? 'pass');
  context.after(() => proxy.close());
  return open(context, { endpoint: proxy.url, ...values }).objects();
}

/** An HTTP proxy that changes the first byte of each body on its way, up or down. */
async function flipping(context: TestContext, way: 'up' | 'down'): Promise<string> {
  const flip = (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[0] = (changed[0] ?? 0) ^ 1;
    return changed;
  };
  const proxy = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const { method, url, headers } = incoming;
      const body = Buffer.concat(pieces);
      const passed = httpRequest(
        { port: server.port, host: '127.0.0.1', method, path: url, headers },
        async (answer) => {
          const got = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>));
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          response.end(way === 'down' && method === 'GET' ? flip(got) : got);
        },
      );
      passed.end(way === 'up' && method === 'PUT' ? flip(body) : body);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

describe('an upload', () => {
  test('keeps the MD5 of the whole where it is known beforehand', async (context) => {
    const store = open(context).objects();
    const content = pattern(11 * MIB);
    await store.put('bytes', bytesSource(content));
    assert.equal((await store.head('bytes')).md5, md5Of(content));
    assert.match((await store.head('bytes')).etag ?? '', /^[0-9a-f]{32}-3$/);
    await store.put('stream', streamSource(piecesOf(content)));
    assert.equal((await store.head('stream')).md5, null);
  });

  test('is refused by the storage when it arrives changed; the old object stays', async (context) => {
    const good = open(context).objects();
    await good.put('one', bytesSource('old'));
    const endpoint = await flipping(context, 'up');
    const store = open(context, { endpoint, connectionRetries: 0 }).objects();
    for (const size of [1000, 4 * MIB, 11 * MIB]) {
      const content = pattern(size);
      const file = { size, repeatable: true, open: () => piecesOf(content) };
      for (const source of [bytesSource(content), file]) {
        await assert.rejects(store.put('one', source), { code: 'corrupted_upload', retryable: false });
        assert.equal(String(await read(good, 'one')), 'old');
      }
    }
    assert.equal(await good.removeUnfinished?.(-60_000), 0);
  });

  test('leaves no upload behind whose id was lost on the way', async (context) => {
    const store = await behind(context, { 0: 'reset_after' });
    await store.put('large', streamSource(piecesOf(pattern(6 * MIB))));
    assert.equal(await open(context).objects().removeUnfinished?.(-60_000), 0);
  });

  test('is complete when only the answer to its end was lost', async (context) => {
    // Begin, two chunks one after the other, end.
    const store = await behind(context, { 3: 'reset_after' });
    const content = pattern(10 * MIB);
    await store.put('large', streamSource(piecesOf(content)));
    assertSame(await read(open(context).objects(), 'large'), content, 'content');
  });

  test('needs the memory of the chunks under way and of one more', async (context) => {
    const elsewhere = await startQingStorProcess(key);
    context.after(() => elsewhere.close());
    const piece = pattern(256 * 1024);
    for (const uploadConcurrency of [1, 3]) {
      const driver = open(context, { endpoint: elsewhere.url, uploadConcurrency });
      if (uploadConcurrency === 1) await driver.buckets?.create({ name: BUCKET });
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      async function* stream() {
        for (let sent = 0; sent < 100 * MIB; sent += piece.length) {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
          yield piece;
        }
      }
      await driver.objects().put('large', streamSource(stream()));
      assert.ok(most < (uploadConcurrency + 1) * 5 * MIB + MIB, `${most / MIB} MiB with ${uploadConcurrency} at once`);
    }
  });

  test('that others left unfinished is removed when it is old enough', async (context) => {
    const store = open(context).objects();
    const controller = new AbortController();
    async function* stream() {
      yield pattern(11 * MIB);
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await assert.rejects(store.put('x', streamSource(stream()), { signal: controller.signal }), { code: 'cancelled' });
    assert.equal(await store.removeUnfinished?.(0), 0, 'a cancelled one is gone already');
  });
});

describe('a download', () => {
  test('goes on where it broke, with requests for the rest only', async (context) => {
    const content = pattern(3 * MIB);
    await open(context).objects().put('one', bytesSource(content));
    const seen: ObservedRequest[] = [];
    const proxy = await startFaultProxy(server.port, (exchange) => (exchange < 2 ? 'truncate' : 'pass'));
    context.after(() => proxy.close());
    const store = open(context, { endpoint: proxy.url }, { observe: (each) => seen.push(each) }).objects();
    const download = await store.get('one', { range: { start: 10, end: 2 * MIB } });
    assertSame(await contentOf(download), content.subarray(10, 2 * MIB + 1), 'content');
    assert.equal(seen.length, 3);
    assert.equal(
      seen.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0),
      2 * MIB - 9,
    );
  });

  test('does not mix two objects', async (context) => {
    const direct = open(context).objects();
    await direct.put('one', bytesSource(pattern(3 * MIB, 1)));
    const store = await behind(context, { 0: 'truncate' });
    const { body } = await store.get('one');
    await direct.put('one', bytesSource(pattern(3 * MIB, 2)));
    await assert.rejects(Array.fromAsync(body), { code: 'object_changed', retryable: false });
  });

  test('fails at its end when the content is another', async (context) => {
    await open(context)
      .objects()
      .put('one', bytesSource(pattern(100_000)));
    const store = open(context, { endpoint: await flipping(context, 'down') }).objects();
    await assert.rejects(read(store, 'one'), { code: 'corrupted_download' });
    // Of a part there is nothing to compare with.
    const part = await store.get('one', { range: { start: 0, end: 9 } });
    assert.equal((await contentOf(part)).length, 10);
  });

  test('gives up when nothing comes any more', async (context) => {
    await open(context)
      .objects()
      .put('one', bytesSource(pattern(MIB)));
    const all = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index + 1, 'reset_before'] as const));
    const store = await behind(context, { 0: 'truncate', ...all }, { connectionRetries: 2 });
    const { body } = await store.get('one');
    await assert.rejects(Array.fromAsync(body), { code: 'storage_unreachable', retryable: true });
  });

  test('of which more came than was promised is not taken', async (context) => {
    const stub = await startStub(
      always(200, 'text/plain', 'abc', {
        etag: '"x"',
        'content-length': '3',
        'last-modified': new Date(0).toUTCString(),
      }),
    );
    context.after(() => stub.close());
    const store = open(context, { endpoint: stub.url, connectionRetries: 0 }).objects();
    await assert.rejects(store.get('one', { range: { start: 1, end: 1 } }), { code: 'unexpected_answer' });
  });
});

describe('requests', () => {
  test('are observed as they went over the wire, failed attempts too', async (context) => {
    const seen: ObservedRequest[] = [];
    const proxy = await startFaultProxy(server.port, (exchange) => (exchange === 0 ? 'reset_before' : 'pass'));
    context.after(() => proxy.close());
    const store = open(context, { endpoint: proxy.url }, { observe: (each) => seen.push(each) }).objects();
    await store.put('one', bytesSource(pattern(1234)));
    await read(store, 'one');
    await store.list();
    await store.deleteMany(['one', 'two']);
    assert.deepEqual(
      seen.map(({ class: kind, status }) => `${kind} ${status}`),
      ['write null', 'write 200', 'read 200', 'list 200', 'delete 200'],
    );
    assert.deepEqual([seen[1]?.bytesSent, seen[2]?.bytesReceived], [1234, 1234]);
  });

  test('go where the environment lets them', async (context) => {
    const named = { endpoint: `http://s3.test:${server.port}` };
    const known = open(context, named, { lookup: lookupOf(['s3.test']) }).objects();
    assert.equal((await known.list()).nextCursor, null);
    const unknown = open(context, { ...named, connectionRetries: 0 }, { lookup: lookupOf([]) }).objects();
    await assert.rejects(unknown.list(), { code: 'storage_unreachable', retryable: false });
    const forbidden = open(context, named, {
      lookup: (_name, _options, callback) =>
        callback(Object.assign(new Error('no'), { code: 'EGRESS_FORBIDDEN' }), '', 4),
    }).objects();
    await assert.rejects(forbidden.list(), { code: 'egress_forbidden', retryable: false });
  });

  test('follow nobody to another host', async (context) => {
    let reached = 0;
    const other = await startStub((_request, response) => {
      reached += 1;
      response.end();
    });
    const stub = await startStub(
      always(307, 'application/xml', '<Error><Code>TemporaryRedirect</Code></Error>', { location: other.url }),
    );
    context.after(() => Promise.all([other.close(), stub.close()]));
    const store = open(context, { endpoint: stub.url, connectionRetries: 0 }).objects();
    await assert.rejects(store.put('x', bytesSource('x')), { code: 'wrong_zone' });
    assert.equal(reached, 0);
  });
});

describe('buckets', () => {
  test('are made, listed and deleted', async (context) => {
    const { buckets } = open(context);
    assert.ok(buckets);
    await buckets.create({ name: 'another-one' });
    await assert.rejects(buckets.create({ name: 'another-one' }), { code: 'bucket_exists' });
    await assert.rejects(buckets.create({ name: 'No_Name!' }), { code: 'invalid_bucket_name' });
    const names = (await buckets.list()).map(({ name }) => name);
    assert.ok(names.includes('another-one') && names.includes(BUCKET));
    const driver = open(context, { bucket: 'another-one' });
    await driver.objects().put('x', bytesSource('x'));
    await assert.rejects(buckets.delete('another-one'), { code: 'bucket_not_empty' });
    await driver.objects().delete('x');
    await buckets.delete('another-one');
    await assert.rejects(buckets.delete('another-one'), { code: 'bucket_not_found' });
    assert.throws(() => open(context, { bucket: '' }).objects(), { code: 'bucket_needed' });
  });

  test('that anyone may read need no key', async (context) => {
    const driver = open(context, { bucket: 'public-one', prefix: '' });
    await driver.buckets?.create({ name: 'public-one', access: 'public_read' });
    await driver.objects().put('x', bytesSource('for all'));
    const values = { endpoint: server.url, region: 'pek3a', bucket: 'public-one' };
    const anonymous = s3DriverType.create(values);
    context.after(() => anonymous.close());
    assert.equal(String(await read(anonymous.objects(), 'x')), 'for all');
    await assert.rejects(anonymous.objects().put('x', bytesSource('y')), { code: 'permission_denied' });
  });
});
