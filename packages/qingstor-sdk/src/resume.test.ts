import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQingStorError } from './error.ts';
import type { SentRequest } from './options.ts';
import { BUCKET, liveBucket, liveClient, MIB, md5Hex, pattern } from './testing.ts';

const CHUNK = 4 * MIB;

/** A file of which `readable` bytes can be read, as one whose reader is killed there. */
const source = (content: Buffer, readable = content.length) => ({
  size: content.length,
  async *open() {
    for (let at = 0; at < readable; at += MIB) yield content.subarray(at, Math.min(at + MIB, readable));
    if (readable < content.length) throw new Error('killed');
  },
});

test('an upload that broke off is gone on with: only the rest is sent', async (context) => {
  const { server, bucket: plain } = await liveBucket(context);
  const sent: SentRequest[] = [];
  const client = liveClient(context, server.endpoint, {
    ...{ uploadCutoff: 0, chunkSize: CHUNK, onRequest: (request) => sent.push(request) },
  });
  const bucket = client.bucket(BUCKET);
  const content = pattern(5 * CHUNK + 1);
  const saved: string[] = [];
  const begin = (uploadId: string | null) => ({ uploadId, onBegin: (id: string) => void saved.push(id) });

  const broken = bucket.upload('large', source(content, 3 * CHUNK), { resume: begin(null) });
  await assert.rejects(broken, (error) => isQingStorError(error, 'source_failed') && error.leftUploadId === saved[0]);
  assert.equal((await plain.multipart.list()).uploads.length, 1);

  sent.length = 0;
  const { md5, parts } = await bucket.upload('large', source(content), { resume: begin(saved[0] ?? null) });
  assert.deepEqual([md5, parts, saved.length], [md5Hex(content), 6, 1]);
  const parted = sent.filter(({ method, query }) => method === 'PUT' && query.includes('part_number'));
  assert.ok(parted.length <= 4 && parted.length >= 3, `${parted.length} parts were sent again`);
  assert.deepEqual(await (await bucket.download('large')).bytes(), content);
  assert.equal((await plain.multipart.list()).uploads.length, 0);
});

test('parts of another content are sent again, and an upload that is gone begins anew', async (context) => {
  const { bucket } = await liveBucket(context, { uploadCutoff: 0, chunkSize: CHUNK });
  const [before, after] = [pattern(3 * CHUNK, 1), pattern(3 * CHUNK, 2)];
  const saved: string[] = [];
  const begin = (uploadId: string | null) => ({ uploadId, onBegin: (id: string) => void saved.push(id) });
  await assert.rejects(bucket.upload('x', source(before, 2 * CHUNK), { resume: begin(null) }));
  const { md5 } = await bucket.upload('x', source(after), { resume: begin(saved[0] ?? null) });
  assert.equal(md5, md5Hex(after));
  assert.deepEqual(await (await bucket.download('x')).bytes(), after);
  await bucket.upload('x', source(before), { resume: begin(saved[0] ?? null) });
  assert.equal(saved.length, 2);
  assert.equal((await bucket.head('x')).etag, md5Hex(before));
});
