import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { percentEncodePath } from './percent.ts';
import {
  parseS3Timestamp,
  presignS3V4,
  s3SigningKey,
  sha256Hex,
  signS3V4Headers,
  verifyS3V4Signature,
} from './s3v4.ts';
import golden from './s3v4.vectors.json' with { type: 'json' };
import { S3_STREAMING, signS3Chunk, signS3Trailer } from './s3v4-chunks.ts';
import { decodeS3Chunks, S3ChunkError } from './s3v4-decode.ts';
import { readS3V4Request } from './s3v4-request.ts';

const { secretAccessKey, region } = golden;
const key = { accessKeyId: golden.accessKeyId, secretAccessKey };
const now = parseS3Timestamp(golden.timestamp) ?? Number.NaN;
const scope = { date: '20130524', region, service: 's3' };
const context = { signingKey: s3SigningKey(secretAccessKey, scope), timestamp: golden.timestamp, scope };
const plain = (headers: object): Record<string, string> => Object.fromEntries(Object.entries(headers));

describe('AWS signature version 4 as S3 uses it', () => {
  for (const vector of golden.headers) {
    test(`golden vector: ${vector.name}`, () => {
      const headers = plain(vector.headers);
      const request = { method: vector.method, target: vector.target, headers, region };
      const added = signS3V4Headers(key, { ...request, payloadHash: sha256Hex(vector.payload) }, now);
      assert.equal(added.Authorization?.split('Signature=')[1], vector.signature);
      const read = readS3V4Request({ ...request, headers: { ...headers, ...added } }, now);
      assert.ok(read.ok && read.accessKeyId === key.accessKeyId, JSON.stringify(read));
      assert.equal(verifyS3V4Signature(read.parts, secretAccessKey, read.signature), true);
      for (const change of [{ method: 'HEAD' }, { target: `${vector.target}x` }, { payloadHash: sha256Hex('other') }]) {
        assert.equal(verifyS3V4Signature({ ...read.parts, ...change }, secretAccessKey, read.signature), false);
      }
      assert.equal(verifyS3V4Signature(read.parts, `${secretAccessKey} `, read.signature), false);
    });
  }

  test('golden vector: a presigned URL, good until the second it says', () => {
    const { target, host, expiresSeconds, signature } = golden.presigned;
    const request = { method: 'GET', target, headers: { host }, region };
    const signed = presignS3V4(key, { ...request, expiresSeconds }, now);
    assert.ok(signed.endsWith(`X-Amz-Signature=${signature}`));
    const at = (instant: number) => readS3V4Request({ ...request, target: signed }, instant);
    const read = at(now + expiresSeconds * 1000);
    assert.ok(read.ok && verifyS3V4Signature(read.parts, secretAccessKey, read.signature));
    assert.deepEqual(at(now + expiresSeconds * 1000 + 1), { ok: false, reason: 'expired', expiredMs: 1 });
    const longer = readS3V4Request({ ...request, target: signed.replace('Expires=86400', 'Expires=86401') }, now);
    assert.ok(longer.ok && !verifyS3V4Signature(longer.parts, secretAccessKey, longer.signature));
  });

  test('any key, however encoded, verifies', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (name) => {
        const headers = { host: 'h' };
        const target = `/b/${percentEncodePath(name)}?list-type=2&prefix=${encodeURIComponent(name)}`;
        const added = signS3V4Headers(key, { method: 'GET', target, headers, region, payloadHash: sha256Hex('') }, now);
        const sent = target.replaceAll('%28', '(').replaceAll('%21', '!');
        const read = readS3V4Request({ method: 'GET', target: sent, headers: { ...headers, ...added } }, now);
        return read.ok && verifyS3V4Signature(read.parts, secretAccessKey, read.signature);
      }),
    );
  });

  test('each refusal has its reason', () => {
    const request = { method: 'GET', target: '/', headers: { host: 'h' }, region };
    const added = signS3V4Headers(key, { ...request, payloadHash: sha256Hex('') }, now);
    const reason = (headers: Record<string, string | undefined>, target = '/', shift = 0) => {
      const read = readS3V4Request(
        { method: 'GET', target, headers: { host: 'h', ...added, ...headers } },
        now + shift,
      );
      return read.ok ? 'ok' : read.reason;
    };
    assert.equal(reason({}), 'ok');
    assert.equal(reason({ Authorization: undefined }), 'unsigned');
    assert.equal(reason({ Authorization: 'AWS4-HMAC-SHA256 Credential=x' }), 'malformed_authorization');
    assert.equal(reason({ 'X-Amz-Date': undefined }), 'missing_date');
    assert.equal(reason({ 'X-Amz-Date': '20130525T000000Z' }), 'bad_date');
    assert.equal(reason({ 'X-Amz-Content-Sha256': undefined }), 'missing_content_sha256');
    assert.equal(reason({ 'x-amz-meta-a': 'not signed' }), 'unsigned_header');
    assert.equal(reason({}, '/?a=%'), 'malformed_query');
    assert.deepEqual(
      [900_000, 900_001, -900_000, -900_001].map((shift) => reason({}, '/', shift)),
      ['ok', 'clock_skew', 'ok', 'clock_skew'],
    );
    assert.equal(reason({ Authorization: undefined }, '/?X-Amz-Algorithm=AWS4-HMAC-SHA256'), 'malformed_authorization');
  });
});

const payload = Buffer.alloc(66_560, 'a');
const sizes = [65_536, 1024, 0];

function chunkedBody(vector: (typeof golden.chunked)[number]): Buffer {
  let offset = 0;
  const frames = sizes.flatMap((size, index) => {
    const bytes = payload.subarray(offset, offset + size);
    offset += size;
    const header = `${size.toString(16)};chunk-signature=${vector.chunks[index]}\r\n`;
    return [Buffer.from(header), bytes, Buffer.from(size === 0 ? '' : '\r\n')];
  });
  const trailer = vector.trailer ? `${vector.trailer}\r\nx-amz-trailer-signature:${vector.trailerSignature}\r\n` : '';
  return Buffer.concat([...frames, Buffer.from(`${trailer}\r\n`)]);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(bytes: Buffer, seedSignature: string | undefined, hasTrailer: boolean, piece = 1000) {
  const trailer = new Map<string, string>();
  const verify = seedSignature === undefined ? undefined : { ...context, seedSignature };
  const parts: Buffer[] = [];
  for await (const part of decodeS3Chunks(inPieces(bytes, piece), { verify, trailer, hasTrailer })) parts.push(part);
  return { data: Buffer.concat(parts), trailer };
}

const isReason = (reason: string) => (error: unknown) => error instanceof S3ChunkError && error.reason === reason;

describe('a body in signed chunks', () => {
  for (const vector of golden.chunked) {
    test(`golden vector: ${vector.payloadHash}`, async () => {
      const headers = plain(vector.headers);
      const target = '/examplebucket/chunkObject.txt';
      const { payloadHash } = vector;
      const added = signS3V4Headers(key, { method: 'PUT', target, headers, region, payloadHash }, now);
      assert.equal(added.Authorization?.split('Signature=')[1], vector.seed);
      let previous = vector.seed;
      let offset = 0;
      sizes.forEach((size, index) => {
        previous = signS3Chunk(context, previous, sha256Hex(payload.subarray(offset, offset + size)));
        offset += size;
        assert.equal(previous, vector.chunks[index]);
      });
      if (vector.trailer) assert.equal(signS3Trailer(context, previous, [vector.trailer]), vector.trailerSignature);
      const hasTrailer = S3_STREAMING[payloadHash]?.trailer === true;
      for (const piece of [1, 7, 1000, 1_000_000]) {
        const { data, trailer } = await decode(chunkedBody(vector), vector.seed, hasTrailer, piece);
        assert.ok(data.equals(payload));
        assert.equal(trailer.get('x-amz-checksum-crc32c'), vector.trailer?.split(':')[1]);
      }
    });

    test(`changed, cut or lengthened, it is refused: ${vector.payloadHash}`, async () => {
      const body = chunkedBody(vector);
      const hasTrailer = vector.trailer !== undefined;
      const changed = Buffer.from(body);
      changed[200] = 98;
      await assert.rejects(decode(changed, vector.seed, hasTrailer), isReason('signature'));
      await assert.rejects(decode(body, vector.chunks[0], hasTrailer), isReason('signature'));
      await assert.rejects(decode(body.subarray(0, -1), vector.seed, hasTrailer), isReason('incomplete'));
      await assert.rejects(decode(body.subarray(0, 60_000), vector.seed, hasTrailer), S3ChunkError);
      await assert.rejects(decode(Buffer.concat([body, body]), vector.seed, hasTrailer), isReason('malformed'));
    });
  }

  test('unsigned chunks with a trailer, as the AWS SDK sends a stream', async () => {
    const body = Buffer.from('5\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n');
    const { data, trailer } = await decode(body, undefined, true, 3);
    assert.equal(data.toString(), 'hello!');
    assert.equal(trailer.get('x-amz-checksum-crc32'), 'AAAAAA==');
    for (const bad of ['5\r\nhello!\r\n0\r\n\r\n', 'x\r\n', '-1\r\n', `${'0'.repeat(5000)}`, '0\r\nno colon\r\n\r\n']) {
      await assert.rejects(decode(Buffer.from(bad), undefined, true), isReason('malformed'), bad.slice(0, 20));
    }
    await assert.rejects(decode(Buffer.from('5\r\nhel'), undefined, true), isReason('incomplete'));
  });
});
