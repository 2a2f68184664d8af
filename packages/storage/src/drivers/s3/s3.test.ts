import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { validateOptions } from '@sampan/driver';
import fc from 'fast-check';
import { chunkSizeAt, chunkSizeFor, readChunks } from './chunks.ts';
import { credentialsOf } from './credentials.ts';
import { s3Error } from './errors.ts';
import { headOf, md5OfEtag } from './heads.ts';
import { s3DriverType } from './index.ts';
import { readS3Options, s3Options, validateS3Options } from './options.ts';
import { leastPrivilegePolicy } from './policy.ts';

const MIB = 1024 * 1024;
const TIB = MIB * MIB;
const key = { accessKeyId: 'ID', secretAccessKey: 'SECRET' };

describe('the options of an S3 storage', () => {
  test('need an endpoint or, for Amazon, a region', () => {
    const codes = (values: Record<string, string | boolean>) =>
      validateS3Options(values).map(({ field, code }) => `${field} ${code}`);
    assert.deepEqual(codes({}), ['endpoint required']);
    assert.deepEqual(codes({ region: 'eu-west-1' }), []);
    assert.deepEqual(codes({ endpoint: 'https://s3.example.com' }), []);
    assert.deepEqual(codes({ endpoint: 'https://s3.example.com/bucket' }), ['endpoint bad_format']);
    assert.deepEqual(codes({ endpoint: 'http://10.0.0.1:9000', pathStyle: false }), ['pathStyle not_offered']);
    assert.deepEqual(codes({ endpoint: 'http://[::1]:9000' }), []);
    assert.deepEqual(codes({ region: 'x', accessKeyId: 'a' }), ['secretAccessKey incomplete_credentials']);
  });

  test('lead to Amazon by region, and put the bucket into the path of other endpoints', () => {
    const at = (values: Record<string, string | boolean>) => {
      const { origin, pathStyle, region } = readS3Options(values);
      return [origin, pathStyle, region];
    };
    assert.deepEqual(at({ region: 'eu-west-1' }), ['https://s3.eu-west-1.amazonaws.com', false, 'eu-west-1']);
    assert.deepEqual(at({ region: 'cn-north-1' })[0], 'https://s3.cn-north-1.amazonaws.com.cn');
    assert.deepEqual(at({ endpoint: 'http://h:9000/' }), ['http://h:9000', true, 'us-east-1']);
    assert.deepEqual(at({ endpoint: 'http://h:9000', pathStyle: false })[1], false);
  });

  test('keep the limits of the protocol, and both languages', () => {
    const problems = (values: object) =>
      validateOptions(s3Options, { ...values }).problems.map(({ field, code }) => `${field} ${code}`);
    assert.deepEqual(problems({ chunkSize: '4Mi', uploadCutoff: '6Gi' }), [
      'uploadCutoff too_large',
      'chunkSize too_small',
    ]);
    assert.deepEqual(problems({ chunkSize: '5Mi', uploadCutoff: 0 }), []);
    for (const { label, help } of s3Options) {
      for (const text of [label, help]) if (text) assert.ok(text.en !== '' && text.zh !== '');
    }
  });
});

describe('the environment', () => {
  const options = readS3Options({ region: 'x', environmentAuth: true });
  const variables = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B', AWS_SESSION_TOKEN: 'C' };

  test('gives keys only where it is enabled, and only when the options have none', () => {
    const environment = { variables, homeFolder: '/' };
    const found = { accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'C' };
    assert.deepEqual(credentialsOf(options, { environment }), found);
    assert.deepEqual(credentialsOf({ ...options, ...key }, { environment }), key);
    assert.equal(credentialsOf({ ...options, environmentAuth: false }, { environment }), null);
    assert.throws(() => credentialsOf(options, {}), { code: 'credentials_not_found' });
    assert.throws(() => credentialsOf(options, { environment: { variables: {}, homeFolder: '/' } }), {
      code: 'credentials_not_found',
    });
  });
});

describe('errors', () => {
  const meaning = (status: number, remoteCode?: string) => {
    const error = s3Error({ status, remoteCode, requestId: undefined, retryAfterMs: undefined }, 'k');
    return `${error.code}${error.retryable ? ' again' : ''}`;
  };

  test('mean what their code says, never the status alone', () => {
    const table: [number, string | undefined, string][] = [
      [403, 'AccessDenied', 'permission_denied'],
      [403, 'InvalidAccessKeyId', 'unknown_access_key'],
      [403, 'SignatureDoesNotMatch', 'invalid_signature'],
      [403, 'RequestTimeTooSkewed', 'clock_skew'],
      [404, 'NoSuchKey', 'object_not_found'],
      [404, 'NoSuchBucket', 'bucket_not_found'],
      [404, 'NoSuchUpload', 'upload_not_found'],
      [301, 'PermanentRedirect', 'wrong_zone'],
      [400, 'AuthorizationHeaderMalformed', 'wrong_zone'],
      [503, 'SlowDown', 'throttled again'],
      [503, undefined, 'storage_unavailable again'],
      [500, 'InternalError', 'storage_unavailable again'],
      [400, 'RequestTimeout', 'storage_timeout again'],
      [416, 'InvalidRange', 'range_not_satisfiable'],
      [412, 'PreconditionFailed', 'object_changed'],
      [400, 'BadDigest', 'corrupted_upload'],
      [418, 'Teapot', 'request_refused'],
      [404, undefined, 'unexpected_answer'],
    ];
    for (const [status, code, expected] of table) assert.equal(meaning(status, code), expected, `${status} ${code}`);
  });
});

describe('heads', () => {
  test('tell the MD5 where the ETag is one, or where it was kept', () => {
    const md5 = '5d41402abc4b2a76b9719d911017c592';
    const kept = Buffer.from(md5, 'hex').toString('base64');
    assert.equal(md5OfEtag(`"${md5}"`), md5);
    assert.equal(md5OfEtag(`"${md5}-2"`), null);
    assert.equal(md5OfEtag(`"${md5}"`, { ServerSideEncryption: 'aws:kms' }), null);
    assert.equal(md5OfEtag(`"${md5}"`, { ServerSideEncryption: 'AES256' }), md5);
    assert.equal(headOf('k', { ETag: `"${md5}-2"`, Metadata: { md5chksum: kept } }).md5, md5);
    assert.equal(headOf('k', { ETag: '"x"', Metadata: { md5chksum: 'nonsense' } }).md5, null);
    assert.equal(headOf('k', { ETag: '"x"', ContentLength: 5, ContentRange: 'bytes 0-4/77' }).size, 77);
    assert.throws(() => headOf('k', { ContentLength: 5 }), { code: 'unexpected_answer' });
  });
});

describe('chunks', () => {
  test('grow so that ten thousand hold the largest object there is', () => {
    assert.equal(chunkSizeFor(100 * MIB, 8 * MIB), 8 * MIB);
    for (const size of [80_000 * MIB, 80_001 * MIB, 5 * TIB]) {
      assert.ok(Math.ceil(size / chunkSizeFor(size, 8 * MIB)) <= 10_000);
    }
    let total = 0;
    for (let index = 0; index < 10_000; index += 1) total += chunkSizeAt(index, 8 * MIB);
    assert.ok(total >= 5 * TIB);
    assert.equal(chunkSizeAt(999, 8 * MIB), 8 * MIB);
  });

  test('hold every byte of any stream, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (pieces, size) => {
          async function* stream() {
            yield* pieces;
          }
          const reader = readChunks(stream());
          const chunks: Buffer[] = [];
          for (let chunk = await reader.next(size); chunk; chunk = await reader.next(size)) chunks.push(chunk);
          assert.ok(chunks.slice(0, -1).every((chunk) => chunk.length === size));
          assert.deepEqual(Buffer.concat(chunks), Buffer.concat(pieces));
        },
      ),
    );
  });
});

describe('the policy', () => {
  test('names one bucket and prefix, and no more than is needed', () => {
    const { document, note } = leastPrivilegePolicy('my-bucket', 'sampan/');
    const { Statement } = JSON.parse(document) as {
      Statement: { Action: string[]; Resource: string[]; Condition?: object }[];
    };
    assert.deepEqual(Statement[0]?.Resource, ['arn:aws:s3:::my-bucket/sampan/*']);
    assert.deepEqual(Statement[1]?.Condition, { StringLike: { 's3:prefix': ['sampan/*'] } });
    assert.ok(Statement.every(({ Action }) => Action.every((action) => !action.includes('*'))));
    assert.equal('Condition' in (JSON.parse(leastPrivilegePolicy('b', '').document).Statement[1] as object), false);
    assert.ok(note.zh.length > 20);
  });
});

test('the SDK is loaded by who uses such a storage, not by who could', () => {
  const code = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve: (specifier, context, next) => (loaded.push(specifier), next(specifier, context)) });
    const { s3DriverType } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const driver = s3DriverType.create({ endpoint: 'http://127.0.0.1:1', bucket: 'b', accessKeyId: 'a', secretAccessKey: 'b', connectionRetries: 0 });
    const store = driver.objects();
    const has = (name) => loaded.some((each) => each === name || each.includes('/' + name + '/'));
    const before = ['@aws-sdk/client-s3', 'undici', 'ssh2', 'fast-xml-parser'].filter(has);
    await store.list().catch(() => undefined);
    console.log(JSON.stringify({ before, after: has('@aws-sdk/client-s3') }));
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: code,
    encoding: 'utf8',
    timeout: 90_000,
  });
  assert.deepEqual(JSON.parse(run.stdout || 'null'), { before: [], after: true }, run.stderr);
});

test('a link names the bucket as the options say', async () => {
  const link = async (values: Record<string, string | boolean>) => {
    const driver = s3DriverType.create({ ...key, ...values }, { now: () => Date.UTC(2026, 0, 1) });
    const url = (await driver.objects().presign?.('a b', { downloadName: 'x' })) ?? '';
    await driver.close();
    return url;
  };
  assert.match(
    await link({ region: 'eu-west-1', bucket: 'one' }),
    /^https:\/\/one\.s3\.eu-west-1\.amazonaws\.com\/a%20b\?/,
  );
  assert.match(
    await link({ region: 'eu-west-1', bucket: 'o.n.e' }),
    /^https:\/\/s3\.eu-west-1\.amazonaws\.com\/o\.n\.e\/a%20b\?/,
  );
  assert.match(
    await link({ endpoint: 'http://h:1', bucket: 'one' }),
    /^http:\/\/h:1\/one\/a%20b\?response-content-disposition=/,
  );
});
