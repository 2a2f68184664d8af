import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { isQingStorError, type QingStorOptions } from './index.ts';
import { pauseBefore } from './retry.ts';
import { BUCKET, liveBucket, liveClient, MIB, md5Hex, once, pattern } from './testing.ts';
import { type Handler, httpProxy, refuse, type Trouble, troubleProxy } from './testing-proxy.ts';

const code = (expected: string) => (error: unknown) => isQingStorError(error) && error.code === expected;

async function behind(context: TestContext, plan: (connection: number) => Trouble, options: QingStorOptions = {}) {
  const { server, bucket: direct } = await liveBucket(context);
  const proxy = await troubleProxy(context, server.port, plan);
  return { proxy, direct, bucket: liveClient(context, proxy.endpoint, options).bucket(BUCKET) };
}

async function answering(context: TestContext, handle: Handler, options: QingStorOptions = {}) {
  const { server, bucket: direct } = await liveBucket(context);
  const proxy = await httpProxy(context, server.port, handle);
  return { proxy, direct, bucket: liveClient(context, proxy.endpoint, options).bucket(BUCKET) };
}

test('pauses double, with jitter, and are never shorter than asked for', () => {
  assert.equal(
    pauseBefore(1, undefined, () => 0),
    50,
  );
  assert.equal(
    pauseBefore(1, undefined, () => 1),
    100,
  );
  assert.equal(
    pauseBefore(4, undefined, () => 1),
    800,
  );
  assert.equal(
    pauseBefore(50, undefined, () => 1),
    8_000,
  );
  assert.equal(
    pauseBefore(1, 5_000, () => 0.5),
    5_000,
  );
});

describe('a request is sent again', () => {
  test('after 429 and 5xx, the third time too; then it is an error', async (context) => {
    for (const [status, name, expected] of [
      [429, 'fetch_throttled', 'throttled'],
      [500, 'internal_error', 'service_unavailable'],
      [503, 'service_unavailable', 'service_unavailable'],
    ] as const) {
      let bad = 3;
      let count = 0;
      const { bucket, direct } = await answering(context, (_, response) => {
        count += 1;
        bad -= 1;
        return bad >= 0 ? refuse(response, status, name) : undefined;
      });
      await bucket.upload('a', pattern(300_000));
      assert.equal(count, 4);
      assert.equal((await direct.head('a')).size, 300_000);
      bad = 4;
      await assert.rejects(bucket.head('a'), (error: unknown) => isQingStorError(error, expected) && error.retryable);
      assert.equal(count, 8);
    }
  });

  test('not when it was refused for good, and not at all with 0 retries', async (context) => {
    let count = 0;
    const { bucket } = await answering(
      context,
      (_, response) => {
        count += 1;
        return refuse(response, count === 1 ? 403 : 503, count === 1 ? 'permission_denied' : 'internal_error');
      },
      { connectionRetries: 0 },
    );
    await assert.rejects(bucket.head('a'), code('permission_denied'));
    await assert.rejects(bucket.head('a'), code('service_unavailable'));
    assert.equal(count, 2);
  });

  test('after as long as the other side asks; a longer wait than 30 s is the caller’s choice', async (context) => {
    let wait = '1';
    let count = 0;
    const { bucket } = await answering(context, (_, response) => {
      count += 1;
      return count === 1 || wait === '31'
        ? refuse(response, 503, 'service_unavailable', { 'Retry-After': wait })
        : undefined;
    });
    const startedAt = performance.now();
    await bucket.upload('a', 'x');
    assert.ok(performance.now() - startedAt >= 990);
    wait = '31';
    await assert.rejects(bucket.head('a'), (error: unknown) => isQingStorError(error) && error.retryAfterMs === 31_000);
    assert.equal(count, 3);
  });

  test('when the connection breaks at any place of request or answer', async (context) => {
    const bytes = pattern(700_000);
    for (const trouble of [
      ...[{ resetAfterUp: 1 }, { resetAfterUp: 300 }, { resetAfterUp: 200_000 }, { resetAfterUp: 700_000 }],
      ...[{ resetAfterDown: 0 }, { resetAfterDown: 5 }, { resetAfterDown: 60 }],
    ]) {
      const { bucket, proxy } = await behind(context, (connection) => (connection < 3 ? trouble : {}));
      assert.equal((await bucket.upload('a', bytes)).md5, md5Hex(bytes), JSON.stringify(trouble));
      assert.equal(proxy.count(), 4);
    }
  });

  test('when the other side falls silent', async (context) => {
    let count = 0;
    const { bucket } = await answering(
      context,
      () => {
        count += 1;
        return count <= 2 ? true : undefined;
      },
      { idleTimeoutMs: 300 },
    );
    await bucket.upload('a', 'x');
    assert.equal(count, 3);
  });
});

describe('what may have been done already is looked at, not done twice', () => {
  /** The answer to the first request that `matches` is lost. */
  async function losing(context: TestContext, matches: (request: IncomingMessage) => boolean) {
    const { server, bucket: direct } = await liveBucket(context);
    let lost = false;
    const proxy = await httpProxy(context, server.port, (incoming, response) => {
      if (!lost && matches(incoming)) {
        lost = true;
        response.writeHead = (() => {
          incoming.socket.resetAndDestroy();
          return response;
        }) as typeof response.writeHead;
      }
      return undefined;
    });
    const client = liveClient(context, proxy.endpoint);
    return { client, bucket: client.bucket(BUCKET), direct, lost: () => lost };
  }

  test('creating and deleting a bucket', async (context) => {
    const put = await losing(context, ({ method }) => method === 'PUT');
    await put.client.bucket('made-once').create();
    const removal = await losing(context, ({ method }) => method === 'DELETE');
    await removal.bucket.delete();
    assert.ok(put.lost() && removal.lost());
  });

  test('moving and appending', async (context) => {
    const move = await losing(context, ({ headers }) => headers['x-qs-move-source'] !== undefined);
    await move.bucket.upload('a', 'content');
    await move.bucket.move('b', 'a');
    assert.equal((await move.direct.head('b')).size, 7);
    const append = await losing(context, ({ url }) => /append/.test(url ?? ''));
    assert.equal(await append.bucket.append('log', 0, Buffer.from('once')), 4);
    assert.equal((await append.direct.head('log')).size, 4);
    assert.ok(move.lost() && append.lost());
  });

  test('completing an upload, and beginning one: no second upload is left', async (context) => {
    const complete = await losing(context, ({ method, url }) => method === 'POST' && /[?&]upload_id=/.test(url ?? ''));
    const bytes = pattern(5 * MIB);
    assert.equal((await complete.bucket.upload('a', once(bytes))).etag, md5Hex(bytes));
    const begin = await losing(context, ({ url }) => /\?uploads/.test(url ?? ''));
    const other = await begin.direct.multipart.initiate('a/other');
    await begin.bucket.upload('a', once(bytes));
    assert.deepEqual(
      (await begin.direct.multipart.list()).uploads.map(({ uploadId }) => uploadId),
      [other],
    );
    assert.ok(complete.lost() && begin.lost());
  });
});

describe('a download goes on where the connection broke', () => {
  const bytes = pattern(3 * MIB);

  test('as often as it makes progress', async (context) => {
    const { bucket, direct, proxy } = await behind(context, () => ({ resetAfterDown: 400_000 }));
    await direct.upload('a', bytes);
    assert.ok((await (await bucket.download('a')).bytes()).equals(bytes));
    assert.ok(proxy.count() >= 8);
    const range = await bucket.download('a', { range: { start: 100_000, end: 2_000_000 } });
    assert.ok((await range.bytes()).equals(bytes.subarray(100_000, 2_000_001)));
  });

  test('and fails when there is none', async (context) => {
    const { bucket, direct, proxy } = await behind(context, (index) => ({ resetAfterDown: index === 0 ? 400_000 : 0 }));
    await direct.upload('a', bytes);
    const download = await bucket.download('a');
    await assert.rejects(download.bytes(), code('connection_broken'));
    assert.equal(proxy.count(), 4);
  });

  test('and not with an object that took its place', async (context) => {
    const { bucket, direct } = await behind(context, () => ({ resetAfterDown: 400_000 }));
    await direct.upload('a', bytes);
    const download = await bucket.download('a');
    await direct.upload('a', pattern(3 * MIB, 9));
    await assert.rejects(download.bytes(), code('object_changed'));
  });

  test('and stops when it is cancelled or let go', async (context) => {
    const { bucket, direct } = await behind(context, () => ({}));
    await direct.upload('a', pattern(30 * MIB));
    const cancel = new AbortController();
    const download = await bucket.download('a', { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 20);
    await assert.rejects(async () => {
      for await (const _ of download.body) await new Promise((resolve) => setTimeout(resolve, 10));
    }, code('cancelled'));
    const other = await bucket.download('a');
    other.body.destroy();
    await assert.rejects(other.bytes());
  });
});

test('250 MiB with a connection broken every few parts arrive whole', async (context) => {
  const bytes = pattern(250 * MIB);
  const { bucket, direct, proxy } = await behind(context, (index) => ({ resetAfterUp: (9 + (index % 7)) * MIB }));
  const startedAt = performance.now();
  const result = await bucket.upload('big', once(bytes, 1_000_000), { uploadConcurrency: 2 });
  context.diagnostic(`${((performance.now() - startedAt) / 1000).toFixed(1)} s over ${proxy.count()} connections`);
  assert.equal(result.md5, md5Hex(bytes));
  assert.equal(result.parts, 63);
  assert.ok(proxy.count() > 15);
  const download = await direct.download('big');
  assert.equal(download.verifiedBy, 'md5');
  assert.ok((await download.bytes()).equals(bytes));
});
