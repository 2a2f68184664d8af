import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { before, describe, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { presignS3V4 } from '@sampan/accesskey';
import type { QingStorServer } from './server.ts';
import { BASE_HOST, md5Hex, pattern, send, sendSigned, testKey, testServer } from './testing.ts';

const BUCKET = 'my-bucket';

function connect(server: QingStorServer, host: string, more: S3ClientConfig = {}): S3Client {
  const lookup = (_name: string, options: { all?: boolean }, done: (...given: unknown[]) => void) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  return new S3Client({
    endpoint: `http://${host}:${server.port}`,
    region: 'pek3a',
    credentials: { accessKeyId: testKey.accessKeyId, secretAccessKey: testKey.secretAccessKey },
    requestHandler: { httpAgent: new Agent({ lookup: lookup as never }) },
    maxAttempts: 1,
    ...more,
  });
}

/** One answer that is not a success: its name. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    (found: unknown) => found,
  );
  return (error as Error).name;
}

describe('the AWS SDK for JavaScript v3 drives the server', () => {
  const stop: (() => Promise<void>)[] = [];
  let server: QingStorServer;
  before(async () => {
    server = await testServer({ after: (work) => void stop.unshift(work) });
    await connect(server, '127.0.0.1', { forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  test.after(async () => {
    for (const work of stop) await work();
  });

  const styles: [name: string, host: string, options: S3ClientConfig][] = [
    ['path style at a plain address', '127.0.0.1', { forcePathStyle: true }],
    ['path style at s3.<zone>.<base>', `s3.pek3a.${BASE_HOST}`, { forcePathStyle: true }],
    ['bucket in the host', `s3.pek3a.${BASE_HOST}`, {}],
    ['bucket right before the base', BASE_HOST, {}],
  ];
  for (const [style, host, options] of styles) {
    test(`objects, ${style}`, async () => {
      const client = connect(server, host, options);
      const Key = `${style}/sp ace/é+%41&中文?#'()*.txt`;
      const put = await client.send(
        new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'hello', ContentType: 'text/x', Metadata: { color: 'red' } }),
      );
      assert.equal(put.ETag, `"${md5Hex('hello')}"`);
      const got = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ChecksumMode: 'ENABLED' }));
      assert.equal(await got.Body?.transformToString(), 'hello');
      assert.deepEqual([got.ContentType, got.Metadata, got.ChecksumCRC32], ['text/x', { color: 'red' }, 'NhCmhg==']);
      const part = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key, Range: 'bytes=1-2' }));
      assert.deepEqual([await part.Body?.transformToString(), part.ContentRange], ['el', 'bytes 1-2/5']);
      await client.send(new HeadBucketCommand({ Bucket: BUCKET }));
      const listed = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${style}/` }));
      assert.deepEqual(
        listed.Contents?.map((object) => object.Key),
        [Key],
      );
      await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      assert.equal(await refusal(client.send(new GetObjectCommand({ Bucket: BUCKET, Key }))), 'NoSuchKey');
      assert.equal(await refusal(client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }))), 'NotFound');
    });
  }

  test('a bucket can be made, found and deleted with its name in the host', async () => {
    const client = connect(server, BASE_HOST);
    const Bucket = 'another-bucket';
    await client.send(new CreateBucketCommand({ Bucket }));
    assert.equal(await refusal(client.send(new CreateBucketCommand({ Bucket }))), 'BucketAlreadyOwnedByYou');
    const { Buckets } = await connect(server, '127.0.0.1').send(new ListBucketsCommand({}));
    assert.deepEqual(
      Buckets?.map(({ Name }) => Name),
      [Bucket, BUCKET],
    );
    const location = await client.send(new GetBucketLocationCommand({ Bucket }));
    assert.equal(location.LocationConstraint, 'pek3a');
    await client.send(new DeleteBucketCommand({ Bucket }));
    assert.equal(await refusal(client.send(new ListObjectsV2Command({ Bucket }))), 'NoSuchBucket');
    assert.equal(await refusal(client.send(new CreateBucketCommand({ Bucket: 'Not.Good' }))), 'InvalidBucketName');
  });

  const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
  const published = { CRC32: 'y/Q5Jg==', CRC32C: '4waSgw==', CRC64NVME: 'rosUhgp5mIg=' };
  for (const ChecksumAlgorithm of algorithms) {
    test(`a stream of chunks with a trailing ${ChecksumAlgorithm}`, async () => {
      const client = connect(server, '127.0.0.1', { forcePathStyle: true });
      const bytes = Buffer.from('123456789');
      const Body = Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]);
      const Key = `stream-${ChecksumAlgorithm}`;
      const put = await client.send(
        new PutObjectCommand({ Bucket: BUCKET, Key, Body, ContentLength: 9, ChecksumAlgorithm }),
      );
      assert.equal(put.ETag, `"${md5Hex(bytes)}"`);
      const value = put[`Checksum${ChecksumAlgorithm}`];
      const isHash = ChecksumAlgorithm === 'SHA1' || ChecksumAlgorithm === 'SHA256';
      const hashed = () => createHash(ChecksumAlgorithm.toLowerCase()).update(bytes).digest('base64');
      assert.equal(value, isHash ? hashed() : published[ChecksumAlgorithm]);
      const head = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
      assert.deepEqual([head.ContentLength, head.ContentEncoding], [9, undefined]);
      const raw = await sendSigned(server, { method: 'GET', target: `/${BUCKET}/${Key}` });
      assert.deepEqual(raw.body, bytes);
    });
  }

  test('a wrong checksum or MD5 is refused and nothing is stored', async () => {
    const client = connect(server, '127.0.0.1', { forcePathStyle: true });
    const base = { Bucket: BUCKET, Key: 'wrong', Body: 'hello' };
    assert.equal(await refusal(client.send(new PutObjectCommand({ ...base, ChecksumCRC32: 'AAAAAA==' }))), 'BadDigest');
    assert.equal(
      await refusal(client.send(new PutObjectCommand({ ...base, ContentMD5: 'kAFQmDzST7DWlj99KOF/cg==' }))),
      'BadDigest',
    );
    assert.equal(await refusal(client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'wrong' }))), 'NotFound');
  });

  test('lib-storage uploads a large stream in parts, and it comes back the same', async () => {
    const client = connect(server, '127.0.0.1', { forcePathStyle: true });
    const whole = pattern(12 * 1024 * 1024 + 7);
    const pieces = Array.from({ length: 13 }, (_, index) =>
      whole.subarray(index * 1024 * 1024, (index + 1) * 1024 * 1024),
    );
    const upload = new Upload({
      client,
      params: { Bucket: BUCKET, Key: 'large', Body: Readable.from(pieces), ContentType: 'x/y' },
      partSize: 5 * 1024 * 1024,
      queueSize: 3,
    });
    const done = await upload.done();
    assert.match(done.ETag ?? '', /^"[0-9a-f]{32}-3"$/);
    const got = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'large' }));
    assert.ok(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(whole));
    assert.equal(got.ContentType, 'x/y');
    // The same object on the other side.
    const native = await sendSigned(server, {
      method: 'GET',
      target: `/${BUCKET}/large`,
      headers: { range: 'bytes=5242870-5242889' },
    });
    assert.deepEqual([native.status, native.body], [206, whole.subarray(5_242_870, 5_242_890)]);
  });

  test('multipart by hand: parts, copied parts, listing, refusals, abort', async () => {
    const client = connect(server, '127.0.0.1', { forcePathStyle: true });
    const place = { Bucket: BUCKET, Key: 'by hand' };
    const bytes = pattern(5 * 1024 * 1024);
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'source é', Body: bytes }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...place, StorageClass: 'STANDARD_IA' }));
    const upload = { ...place, UploadId };
    const one = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: bytes }));
    const CopySource = `${BUCKET}/${encodeURIComponent('source é')}`;
    const two = await client.send(
      new UploadPartCopyCommand({ ...upload, PartNumber: 2, CopySource, CopySourceRange: 'bytes=10-19' }),
    );
    assert.equal(two.CopyPartResult?.ETag, `"${md5Hex(bytes.subarray(10, 20))}"`);
    const listed = await client.send(new ListPartsCommand({ ...upload, MaxParts: 1 }));
    assert.deepEqual([listed.Parts?.length, listed.IsTruncated, listed.NextPartNumberMarker], [1, true, '1']);
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    assert.deepEqual(
      uploads.Uploads?.map(({ Key }) => Key),
      ['by hand'],
    );
    const complete = (Parts: { PartNumber: number; ETag: string | undefined }[]) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    const first = { PartNumber: 1, ETag: one.ETag };
    const second = { PartNumber: 2, ETag: two.CopyPartResult?.ETag };
    assert.equal(await refusal(complete([second, first])), 'InvalidPartOrder');
    assert.equal(await refusal(complete([first, { ...second, ETag: one.ETag }])), 'InvalidPart');
    assert.equal(await refusal(complete([first, { PartNumber: 3, ETag: one.ETag }])), 'InvalidPart');
    await complete([first, second]);
    const got = await client.send(new GetObjectCommand(place));
    assert.ok(
      Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(
        Buffer.concat([bytes, bytes.subarray(10, 20)]),
      ),
    );
    assert.equal(got.StorageClass, 'STANDARD_IA');
    const other = { ...place, UploadId: (await client.send(new CreateMultipartUploadCommand(place))).UploadId };
    await client.send(new UploadPartCommand({ ...other, PartNumber: 1, Body: 'x' }));
    await client.send(new AbortMultipartUploadCommand(other));
    assert.equal(await refusal(client.send(new ListPartsCommand(other))), 'NoSuchUpload');
  });

  test('pages of both listings cover every key once, with prefixes, blanks and control characters', async () => {
    const client = connect(server, '127.0.0.1', { forcePathStyle: true });
    const Bucket = 'listed-bucket';
    await client.send(new CreateBucketCommand({ Bucket }));
    const keys = ['a', 'b/1', 'b/2', 'c d', 'e&<>"', 'f\u0001\r', 'g/', ' lead', 'trail ', '中', '\u{1f600}', '\uffee'];
    await Promise.all(keys.map((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))));
    const sorted = keys
      .map((key) => Buffer.from(key))
      .sort(Buffer.compare)
      .map(String);
    const pages: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: { Contents?: { Key?: string }[]; NextContinuationToken?: string } = await client.send(
        new ListObjectsV2Command({
          Bucket,
          MaxKeys: 5,
          EncodingType: 'url',
          ...(ContinuationToken && { ContinuationToken }),
        }),
      );
      pages.push(...(page.Contents ?? []).map(({ Key = '' }) => decodeURIComponent(Key)));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    assert.deepEqual(pages, sorted);
    const grouped = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 4 }));
    assert.deepEqual(
      [grouped.Contents?.map(({ Key }) => Key), grouped.CommonPrefixes],
      [[' lead', 'a', 'c d'], [{ Prefix: 'b/' }]],
    );
    assert.deepEqual([grouped.IsTruncated, grouped.NextMarker], [true, 'c d']);
    const Objects = [...keys.filter((key) => !key.includes('\r')), 'missing'].map((Key) => ({ Key }));
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    assert.deepEqual([deleted.Deleted?.length, deleted.Errors], [Objects.length, undefined]);
    assert.equal(await refusal(client.send(new DeleteBucketCommand({ Bucket }))), 'BucketNotEmpty');
  });

  test('copies keep or replace metadata; conditional writes have one winner', async () => {
    const client = connect(server, '127.0.0.1', { forcePathStyle: true });
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'c +1', Body: 'hello', Metadata: { a: '1' } }));
    const CopySource = `/${BUCKET}/c%20%2B1`;
    await client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'c2', CopySource }));
    assert.deepEqual((await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'c2' }))).Metadata, { a: '1' });
    const replaced = {
      Bucket: BUCKET,
      Key: 'c3',
      CopySource,
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
    } as const;
    await client.send(new CopyObjectCommand(replaced));
    assert.deepEqual((await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'c3' }))).Metadata, { b: '2' });
    const race = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'once', Body: `${index}`, IfNoneMatch: '*' })),
      ),
    );
    assert.equal(race.filter(({ status }) => status === 'fulfilled').length, 1);
    const stale = new PutObjectCommand({ Bucket: BUCKET, Key: 'once', Body: 'x', IfMatch: '"0123"' });
    assert.equal(await refusal(client.send(stale)), 'PreconditionFailed');
  });

  test('a customer’s key encrypts: other keys do not read, ranges decrypt, the disk holds no plain text', async () => {
    const client = connect(server, '127.0.0.1', { forcePathStyle: true });
    const key = (fill: number) => {
      const bytes = Buffer.alloc(32, fill);
      return {
        SSECustomerAlgorithm: 'AES256',
        SSECustomerKey: bytes.toString('base64'),
        SSECustomerKeyMD5: createHash('md5').update(bytes).digest('base64'),
      };
    };
    const place = { Bucket: BUCKET, Key: 'secret' };
    const bytes = pattern(1_000_003);
    const put = await client.send(new PutObjectCommand({ ...place, Body: bytes, ...key(1) }));
    assert.equal(put.ETag, `"${md5Hex(bytes)}"`);
    const got = await client.send(new GetObjectCommand({ ...place, ...key(1), Range: 'bytes=600007-600106' }));
    assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes.subarray(600_007, 600_107));
    assert.equal(await refusal(client.send(new GetObjectCommand({ ...place, ...key(2) }))), 'AccessDenied');
    assert.equal(await refusal(client.send(new GetObjectCommand(place))), 'InvalidRequest');
    const CopySource = `${BUCKET}/secret`;
    const source = key(1);
    await client.send(
      new CopyObjectCommand({
        Bucket: BUCKET,
        Key: 'opened',
        CopySource,
        CopySourceSSECustomerAlgorithm: 'AES256',
        CopySourceSSECustomerKey: source.SSECustomerKey,
        CopySourceSSECustomerKeyMD5: source.SSECustomerKeyMD5,
      }),
    );
    const opened = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'opened' }));
    assert.ok(Buffer.from((await opened.Body?.transformToByteArray()) ?? []).equals(bytes));
  });

  test('settings: CORS and canned ACLs; what is not done is refused by name', async () => {
    const client = connect(server, '127.0.0.1', { forcePathStyle: true });
    assert.equal(await refusal(client.send(new GetBucketCorsCommand({ Bucket: BUCKET }))), 'NoSuchCORSConfiguration');
    const CORSRules = [
      {
        AllowedOrigins: ['http://a.example'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedHeaders: ['*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 9,
      },
    ];
    await client.send(new PutBucketCorsCommand({ Bucket: BUCKET, CORSConfiguration: { CORSRules } }));
    assert.deepEqual((await client.send(new GetBucketCorsCommand({ Bucket: BUCKET }))).CORSRules, CORSRules);
    await client.send(new PutBucketAclCommand({ Bucket: BUCKET, ACL: 'public-read' }));
    assert.equal((await client.send(new GetBucketAclCommand({ Bucket: BUCKET }))).Grants?.length, 2);
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'open', Body: 'hello' }));
    assert.equal((await send(server, { method: 'GET', target: `/${BUCKET}/open` })).status, 200);
    await client.send(new PutBucketAclCommand({ Bucket: BUCKET, ACL: 'private' }));
    assert.equal((await send(server, { method: 'GET', target: `/${BUCKET}/open` })).status, 403);
    assert.equal(await refusal(client.send(new GetBucketTaggingCommand({ Bucket: BUCKET }))), 'NotImplemented');
  });

  test('wrong keys and secrets, changed bodies and expired URLs are refused', async () => {
    const wrong = (accessKeyId: string, secretAccessKey: string) =>
      refusal(
        connect(server, '127.0.0.1', { forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } }).send(
          new ListObjectsV2Command({ Bucket: BUCKET }),
        ),
      );
    assert.equal(await wrong('NOSUCHKEY', testKey.secretAccessKey), 'InvalidAccessKeyId');
    assert.equal(await wrong(testKey.accessKeyId, 'wrong'), 'SignatureDoesNotMatch');
    const host = `127.0.0.1:${server.port}`;
    const presign = (method: string, ago: number) =>
      presignS3V4(
        testKey,
        { method, target: `/${BUCKET}/p%20q`, headers: { host }, region: 'pek3a', expiresSeconds: 60 },
        Date.now() - ago,
      );
    assert.equal((await send(server, { method: 'PUT', target: presign('PUT', 0), body: 'hello' })).status, 200);
    assert.equal((await send(server, { method: 'GET', target: presign('GET', 0) })).body.toString(), 'hello');
    assert.equal((await send(server, { method: 'GET', target: presign('PUT', 0) })).status, 403);
    const expired = await send(server, { method: 'GET', target: presign('GET', 61_000) });
    assert.equal(expired.status, 403);
    assert.match(expired.body.toString(), /<Code>AccessDenied<\/Code><Message>Request has expired/);
  });
});
