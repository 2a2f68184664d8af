import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { createChunkReader } from './chunk-reader.ts';
import { fileSource, isQingStorError, type QingStorOptions, type UploadProgress } from './index.ts';
import { partsOfStream } from './part-provider.ts';
import { BUCKET, liveBucket, liveClient, MIB, md5Hex, once, pattern } from './testing.ts';
import { httpProxy } from './testing-proxy.ts';

const CHUNK = 4 * MIB;
const code = (expected: string) => (error: unknown) => isQingStorError(error) && error.code === expected;

/** A bucket behind a proxy that notes what is asked: `PUT`, `PUT part`, `POST begin`, `POST complete`, … */
async function noted(context: TestContext, options: QingStorOptions = {}) {
  const { server, bucket: direct } = await liveBucket(context);
  const asked: string[] = [];
  const proxy = await httpProxy(context, server.port, ({ method, url = '' }) => {
    const kind = /[?&](uploads|part_number|upload_id)/.exec(url)?.[1];
    const what = { uploads: method === 'POST' ? 'begin' : 'list', part_number: 'part', upload_id: 'upload' }[
      kind ?? ''
    ];
    asked.push([method, what].filter(Boolean).join(' '));
    return undefined;
  });
  const client = liveClient(context, proxy.endpoint, options);
  return { bucket: client.bucket(BUCKET), direct, asked };
}

const parts = (asked: readonly string[]) => asked.filter((each) => each === 'PUT part').length;

test('sizes around every boundary, as stream, announced stream, bytes and source, come back whole', async (context) => {
  const { bucket, asked } = await noted(context, { uploadCutoff: 6 * MIB, chunkSize: CHUNK });
  const sizes = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 6 * MIB, 6 * MIB + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1];
  for (const size of sizes) {
    const bytes = pattern(size, size + 1);
    const forms = {
      stream: () => bucket.upload('o', once(bytes)),
      announced: () => bucket.upload('o', once(bytes), { size }),
      readable: () => bucket.upload('o', Readable.from(once(bytes)), { uploadConcurrency: 3 }),
      web: () => bucket.upload('o', ReadableStream.from(once(bytes))),
      bytes: () => bucket.upload('o', bytes, { uploadConcurrency: 2 }),
      source: () => bucket.upload('o', { size, open: () => once(bytes) }),
    };
    for (const [form, run] of Object.entries(forms)) {
      asked.length = 0;
      const result = await run();
      const canRewind = form === 'bytes' || form === 'source';
      const expected = size <= CHUNK || (canRewind && size <= 6 * MIB) ? 0 : Math.ceil(size / CHUNK);
      assert.equal(result.parts, expected, `${form} of ${size}`);
      assert.equal(parts(asked), expected);
      assert.equal(asked.filter((each) => each === 'PUT').length, expected === 0 ? 1 : 0);
      assert.deepEqual([result.size, result.md5, result.etag], [size, md5Hex(bytes), md5Hex(bytes)]);
      assert.equal(result.chunkSize, expected === 0 ? null : CHUNK);
      const download = await bucket.download('o');
      assert.equal(download.verifiedBy, 'md5');
      assert.ok((await download.bytes()).equals(bytes), `${form} of ${size}`);
    }
  }
});

test('with a cutoff of 0 everything but an empty object goes in chunks', async (context) => {
  const { bucket, asked } = await noted(context, { uploadCutoff: 0 });
  assert.equal((await bucket.upload('a', 'x')).parts, 1);
  assert.equal((await bucket.upload('b', once(Buffer.from('xyz')))).parts, 1);
  asked.length = 0;
  assert.equal((await bucket.upload('c', once(Buffer.alloc(0)))).parts, 0);
  assert.equal((await bucket.upload('d', '')).parts, 0);
  assert.deepEqual(asked, ['PUT', 'PUT']);
  assert.equal((await (await bucket.download('b')).bytes()).toString(), 'xyz');
});

test('the chunk size in force and the progress are shown', async (context) => {
  const { bucket } = await noted(context, { uploadConcurrency: 2 });
  const seen: UploadProgress[] = [];
  await bucket.upload('o', once(pattern(9 * MIB)), { onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(seen.at(0), { sent: 0, total: undefined, chunkSize: CHUNK });
  assert.deepEqual(seen.at(-1), { sent: 9 * MIB, total: undefined, chunkSize: CHUNK });
  assert.deepEqual(
    seen.map(({ sent }) => sent),
    [...seen.map(({ sent }) => sent)].sort((a, b) => a - b),
  );
  seen.length = 0;
  await bucket.upload(
    'o',
    { size: 9 * MIB, open: () => once(pattern(9 * MIB)) },
    { onProgress: (each) => seen.push(each) },
  );
  assert.deepEqual(seen.at(-1), { sent: 9 * MIB, total: 9 * MIB, chunkSize: null });
});

test('a file is uploaded; one that changes meanwhile is refused', async (context) => {
  const { bucket, direct } = await noted(context);
  const folder = await mkdtemp(path.join(tmpdir(), 'qingstor-sdk-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'file');
  const bytes = pattern(5 * MIB);
  await writeFile(file, bytes);
  assert.equal((await bucket.upload('f', await fileSource(file))).md5, md5Hex(bytes));
  const source = await fileSource(file);
  for (const uploadCutoff of [0, 100 * MIB]) {
    await writeFile(file, bytes.subarray(1));
    await assert.rejects(bucket.upload('g', source, { uploadCutoff }), code('source_changed'));
    await writeFile(file, Buffer.concat([bytes, bytes]));
    await assert.rejects(bucket.upload('g', source, { uploadCutoff }), code('source_changed'));
  }
  assert.equal((await direct.list({ prefix: 'g' })).objects.length, 0);
  assert.equal((await direct.multipart.list()).uploads.length, 0);
});

describe('an upload that fails leaves nothing behind', () => {
  test('when its stream fails, early or late', async (context) => {
    const { bucket, direct, asked } = await noted(context, { uploadConcurrency: 3 });
    for (const size of [0, 10, 9 * MIB]) {
      async function* broken() {
        yield* once(pattern(size));
        throw new Error('the disk went away');
      }
      await assert.rejects(bucket.upload('o', broken()), (error: unknown) => {
        assert.ok(isQingStorError(error, 'source_failed'));
        return (error.cause as Error).message === 'the disk went away';
      });
    }
    await assert.rejects(
      bucket.upload('o', { size: 100 * MIB, open: () => Readable.from(failing()) }, { uploadCutoff: 200 * MIB }),
      code('source_failed'),
    );
    assert.ok(asked.includes('DELETE upload'));
    assert.equal((await direct.list()).objects.length, 0);
    assert.equal((await direct.multipart.list()).uploads.length, 0);
  });

  test('when it is cancelled: at once, also while the stream or the server is silent', async (context) => {
    const { server, bucket: direct } = await liveBucket(context);
    const silent = await httpProxy(context, server.port, ({ url }) => /part_number=1/.test(url ?? '') || undefined);
    const bucket = liveClient(context, silent.endpoint, { uploadConcurrency: 2 }).bucket(BUCKET);
    async function* stuck() {
      yield pattern(5 * MIB);
      await new Promise<never>(() => {});
    }
    for (const body of [stuck(), once(pattern(13 * MIB)), pattern(300 * MIB)]) {
      const cancel = new AbortController();
      const startedAt = performance.now();
      setTimeout(() => cancel.abort(), 150);
      await assert.rejects(bucket.upload('o', body, { signal: cancel.signal }), code('cancelled'));
      // A server that is silent would be given 60 s.
      assert.ok(performance.now() - startedAt < 30_000);
    }
    await assert.rejects(bucket.upload('o', 'x', { signal: AbortSignal.abort() }), code('cancelled'));
    assert.equal((await direct.list()).objects.length, 0);
    assert.equal((await direct.multipart.list()).uploads.length, 0);
  });

  test('when a part is refused', async (context) => {
    const { server, bucket: direct } = await liveBucket(context);
    const proxy = await httpProxy(context, server.port, ({ url }, response) => {
      if (!/part_number=2/.test(url ?? '')) return undefined;
      response
        .writeHead(403, { 'Content-Type': 'application/json' })
        .end('{"code":"permission_denied","message":"no"}');
      return true;
    });
    const bucket = liveClient(context, proxy.endpoint, { uploadConcurrency: 3 }).bucket(BUCKET);
    await assert.rejects(bucket.upload('o', once(pattern(30 * MIB))), code('permission_denied'));
    assert.equal((await direct.multipart.list()).uploads.length, 0);
  });
});

async function* failing(): AsyncGenerator<Buffer> {
  yield pattern(MIB);
  throw new Error('gone');
}

test('an upload that could not be removed is named', async (context) => {
  const { server, bucket: direct } = await liveBucket(context);
  const proxy = await httpProxy(context, server.port, ({ url, method }, response) => {
    if (method !== 'DELETE' && !/part_number=1/.test(url ?? '')) return undefined;
    response.writeHead(403, { 'Content-Type': 'application/json' }).end('{"code":"permission_denied","message":"no"}');
    return true;
  });
  const bucket = liveClient(context, proxy.endpoint).bucket(BUCKET);
  const error = await bucket.upload('o', once(pattern(9 * MIB))).catch((thrown: unknown) => thrown);
  assert.ok(isQingStorError(error, 'permission_denied'));
  const [left] = (await direct.multipart.list()).uploads;
  assert.equal(left?.uploadId, error.leftUploadId);
});

test('a multipart upload can be made step by step', async (context) => {
  const { bucket } = await liveBucket(context);
  await bucket.upload('source', pattern(5 * MIB, 3));
  const { multipart } = bucket;
  const uploadId = await multipart.initiate('o', { contentType: 'x/y' });
  assert.equal((await Array.fromAsync(multipart.all({ prefix: 'o' })))[0]?.uploadId, uploadId);
  const done = [
    await multipart.put('o', uploadId, { partNumber: 0, bytes: pattern(CHUNK, 1) }),
    await multipart.copy('o', uploadId, 1, { bucket: BUCKET, key: 'source', range: [0, CHUNK - 1] }),
    await multipart.put('o', uploadId, { partNumber: 2, bytes: pattern(10, 2) }),
  ];
  assert.deepEqual(
    (await multipart.parts('o', uploadId)).map(({ size }) => size),
    [CHUNK, CHUNK, 10],
  );
  const whole = Buffer.concat([pattern(CHUNK, 1), pattern(5 * MIB, 3).subarray(0, CHUNK), pattern(10, 2)]);
  await multipart.complete('o', uploadId, done, md5Hex(whole));
  assert.ok((await (await bucket.download('o')).bytes()).equals(whole));
  await multipart.abort('o', uploadId);
  const other = await multipart.initiate('o');
  await multipart.abort('o', other);
  await multipart.abort('o', other);
  assert.equal((await multipart.list()).uploads.length, 0);
});

test('no more chunks are on their way at once than asked for', async (context) => {
  const { server } = await liveBucket(context);
  let [now, most] = [0, 0];
  const proxy = await httpProxy(context, server.port, ({ url }, response) => {
    if (!/part_number/.test(url ?? '')) return undefined;
    now += 1;
    most = Math.max(most, now);
    response.once('close', () => {
      now -= 1;
    });
    return undefined;
  });
  for (const uploadConcurrency of [1, 3]) {
    const bucket = liveClient(context, proxy.endpoint, { uploadConcurrency, uploadCutoff: 0 }).bucket(BUCKET);
    for (const body of [pattern(30 * MIB), once(pattern(30 * MIB))]) {
      most = 0;
      await bucket.upload('o', body);
      assert.equal(most, uploadConcurrency);
    }
  }
});

test('large chunks are not read ahead: with all memory in use, the next waits for room', async () => {
  const chunk = 17 * MIB;
  const reader = createChunkReader(once(pattern(4 * chunk), MIB));
  const first = Buffer.alloc(chunk);
  await reader.fill(first, () => {});
  const provider = partsOfStream(reader, () => chunk, 2, first);
  const [one, two] = [await provider.next(0, assert.fail), await provider.next(1, assert.fail)];
  assert.ok(one && two);
  let asked = 0;
  const three = await provider.next(2, async () => {
    asked += 1;
    provider.release(one);
  });
  assert.equal(asked, 1);
  assert.equal(three?.bytes.buffer, one.bytes.buffer);
  await provider.close();
});
