import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { isQingStorError, type QingStorOptions } from './index.ts';
import { BUCKET, liveBucket, liveClient, MIB, md5Hex, once, pattern } from './testing.ts';
import { httpProxy, type Trouble, troubleProxy } from './testing-proxy.ts';

const code = (expected: string) => (error: unknown) => isQingStorError(error) && error.code === expected;

async function flipping(context: TestContext, plan: (connection: number) => Trouble, options: QingStorOptions = {}) {
  const { server, bucket: direct } = await liveBucket(context);
  const proxy = await troubleProxy(context, server.port, plan);
  const bucket = liveClient(context, proxy.endpoint, { maximumConnections: 1, ...options }).bucket(BUCKET);
  return { bucket, direct, proxy };
}

test('one changed byte of a small put is refused, and the put sent again', async (context) => {
  const bytes = pattern(200_000);
  // The connection stays: only the first put goes through the changed place.
  const { bucket, direct } = await flipping(context, () => ({ flipUp: 100_000 }));
  await bucket.upload('a', bytes);
  assert.ok((await (await direct.download('a')).bytes()).equals(bytes));
});

test('one changed byte of a large put is noticed by the MD5 that is answered, and the put sent again', async (context) => {
  const bytes = pattern(6 * MIB);
  const { bucket, direct } = await flipping(context, () => ({ flipUp: 3 * MIB }));
  await bucket.upload('a', bytes);
  assert.ok((await (await direct.download('a')).bytes()).equals(bytes));
});

test('one changed byte of a part is refused, and the part sent again, whatever the concurrency', async (context) => {
  const bytes = pattern(21 * MIB);
  for (const uploadConcurrency of [1, 4]) {
    const { bucket, direct } = await flipping(context, () => ({ flipUp: 6 * MIB }), { maximumConnections: 4 });
    const result = await bucket.upload('a', once(bytes), { uploadConcurrency });
    assert.equal(result.md5, md5Hex(bytes));
    assert.ok((await (await direct.download('a')).bytes()).equals(bytes));
  }
});

test('what always arrives changed is an error, and nothing of it stays', async (context) => {
  const { server, bucket: direct } = await liveBucket(context);
  let count = 0;
  const proxy = await httpProxy(context, server.port, ({ method }) => {
    if (method === 'PUT') count += 1;
    return method === 'PUT' ? 'flip' : undefined;
  });
  const bucket = liveClient(context, proxy.endpoint, { connectionRetries: 1 }).bucket(BUCKET);
  await assert.rejects(bucket.upload('b', pattern(6 * MIB)), code('corrupted_upload'));
  assert.equal(count, 2);
  await assert.rejects(bucket.upload('b', 'small'), code('digest_mismatch'));
  await assert.rejects(bucket.upload('b', once(pattern(6 * MIB))), code('digest_mismatch'));
  await assert.rejects(direct.head('b'), code('object_not_found'));
  assert.equal((await direct.multipart.list()).uploads.length, 0);
});

test('an object that took the place of one that arrived changed is left alone', async (context) => {
  const { server, bucket: direct } = await liveBucket(context);
  const proxy = await httpProxy(context, server.port, ({ method }, response) => {
    if (method !== 'PUT') return undefined;
    response.writeHead(201, { ETag: `"${'0'.repeat(32)}"` }).end();
    return true;
  });
  await direct.upload('b', 'of someone else');
  const bucket = liveClient(context, proxy.endpoint, { connectionRetries: 0 }).bucket(BUCKET);
  for (const body of [pattern(6 * MIB), 'small', once(pattern(6 * MIB))]) {
    await assert.rejects(bucket.upload('b', body), code('corrupted_upload'));
  }
  assert.equal((await direct.head('b')).size, 15);
});

test('one changed byte of a download is noticed at its end', async (context) => {
  const bytes = pattern(MIB);
  const { bucket, direct } = await flipping(context, () => ({ flipDown: 500_000 }));
  await direct.upload('a', bytes);
  const download = await bucket.download('a');
  await assert.rejects(download.bytes(), (error: unknown) => {
    return (
      isQingStorError(error, 'corrupted_download') && error.key === 'a' && /Download it again/.test(error.hint ?? '')
    );
  });
});

test('an answer that is shorter than it says is gone on with', async (context) => {
  const bytes = pattern(MIB);
  const { server, bucket: direct } = await liveBucket(context);
  await direct.upload('a', bytes);
  let cuts = 2;
  const proxy = await troubleProxy(context, server.port, () => (cuts-- > 0 ? { resetAfterDown: 300_000 } : {}));
  const bucket = liveClient(context, proxy.endpoint).bucket(BUCKET);
  assert.ok((await (await bucket.download('a')).bytes()).equals(bytes));
});

test('who wants what is stored, whatever happened to it, gets it without the MD5', async (context) => {
  const bytes = pattern(200_000);
  const { bucket, direct } = await flipping(context, () => ({ flipDown: 100_000 }));
  await direct.upload('a', bytes);
  const download = await bucket.download('a', { verifyMd5: false });
  assert.equal(download.verifiedBy, 'length');
  const came = await download.bytes();
  assert.equal(came.length, bytes.length);
  assert.equal(came.equals(bytes), false);
});

test('an object whose ETag is no MD5 is verified by its length, and says so', async (context) => {
  const { bucket } = await liveBucket(context);
  const uploadId = await bucket.multipart.initiate('a');
  const part = await bucket.multipart.put('a', uploadId, { partNumber: 0, bytes: Buffer.from('x') });
  await bucket.multipart.complete('a', uploadId, [part], 'no-md5');
  const download = await bucket.download('a');
  if (download.etag === 'no-md5') assert.equal(download.verifiedBy, 'length');
  assert.equal((await download.bytes()).toString(), 'x');
});

test('a put whose answer holds no MD5 is not taken for verified', async (context) => {
  const server = createServer((request, response) => request.resume().on('end', () => response.writeHead(201).end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close().closeAllConnections());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const bucket = liveClient(context, `http://127.0.0.1:${port}`, { connectionRetries: 0 }).bucket(BUCKET);
  await assert.rejects(bucket.upload('a', pattern(5 * MIB)), code('unexpected_answer'));
  // The other side compared this one itself.
  assert.equal((await bucket.upload('a', 'small')).etag, '');
});
