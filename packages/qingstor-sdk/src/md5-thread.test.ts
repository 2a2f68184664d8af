import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMd5 } from './md5-thread.ts';
import { BUCKET, liveBucket, liveClient, MIB, md5Hex, once, pattern } from './testing.ts';
import { troubleProxy } from './testing-proxy.ts';

test('a thread of its own gives the same MD5, whatever the pieces', async () => {
  for (const [size, piece] of [
    [70 * MIB, 128 * 1024],
    [9_999_999, 70_001],
    [5 * MIB, 5 * MIB],
    [3_000, 1],
    [0, 1],
  ] as const) {
    const bytes = pattern(size);
    const md5 = createMd5(64 * MIB);
    for (let at = 0; at < size; at += piece) await md5.add(bytes.subarray(at, at + piece));
    assert.equal(await md5.digest(), md5Hex(bytes), `${size} by ${piece}`);
    md5.close();
  }
});

test('what is given may be changed once it was taken', async () => {
  const md5 = createMd5(64 * MIB);
  const bytes = Buffer.alloc(MIB, 1);
  for (let round = 0; round < 20; round += 1) {
    bytes.fill(1);
    await md5.add(bytes);
    bytes.fill(2);
  }
  assert.equal(await md5.digest(), md5Hex(Buffer.alloc(20 * MIB, 1)));
  md5.close();
});

test('letting it go early rejects the digest and ends the thread', async () => {
  const md5 = createMd5(64 * MIB);
  md5.close();
  await assert.rejects(md5.digest());
});

test('a put that is large enough for a thread survives broken connections, and is verified', async (context) => {
  const { server, bucket: direct } = await liveBucket(context);
  const troubles = [{ resetAfterUp: 30 * MIB }, { resetAfterUp: 69 * MIB }, { flipUp: 40 * MIB }];
  const proxy = await troubleProxy(context, server.port, (index) => troubles[index] ?? {});
  const bucket = liveClient(context, proxy.endpoint, { maximumConnections: 1 }).bucket(BUCKET);
  const bytes = pattern(70 * MIB);
  for (const body of [bytes, { size: bytes.length, open: () => once(bytes) }]) {
    const result = await bucket.upload('a', body);
    assert.deepEqual([result.md5, result.parts], [md5Hex(bytes), 0]);
    assert.ok((await (await direct.download('a')).bytes()).equals(bytes));
  }
});
