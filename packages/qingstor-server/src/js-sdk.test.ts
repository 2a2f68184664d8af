import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { QingStorServer } from './server.ts';
import { BASE_HOST, md5Hex, pattern, send, temporaryDirectory, testKey, testServer } from './testing.ts';

// The vendor's own client, unchanged; it has no types.
type Options = Record<string, unknown>;
interface Answered {
  status: number;
  data: Buffer;
  headers: Record<string, string>;
}
interface Operation {
  signQuery(seconds: number): Promise<{ operation: { uri: string } }>;
}
type VendorBucket = Record<string, (...given: unknown[]) => Promise<Answered> & Operation>;
interface Vendor {
  Config: new (options: Options) => object;
  QingStor: new (
    config: object,
  ) => {
    listBuckets(options?: Options): Promise<Answered>;
    Bucket(name: string, zone: string): VendorBucket;
  };
}

interface Client {
  server: QingStorServer;
  call(operation: string, ...given: unknown[]): Promise<Answered>;
  status(operation: string, ...given: unknown[]): Promise<number>;
  request(operation: string, ...given: unknown[]): Operation;
  listBuckets(options?: Options): Promise<Answered>;
}

const jsonOf = (answer: Answered) => JSON.parse(answer.data.toString('utf8'));

async function connect(context: Parameters<typeof testServer>[0], name = 'my-bucket'): Promise<Client> {
  // It writes a file of its own where there is none.
  process.env.QINGSTOR_CONFIG_PATH = join(await temporaryDirectory(context), 'config.yaml');
  const vendor = createRequire(import.meta.url)('qingstor-sdk') as Vendor;
  const server = await testServer(context);
  // The names of the hosts lead to this machine, as a DNS server would have it.
  const lookup = (_name: string, options: { all?: boolean }, done: (...given: unknown[]) => void) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  const httpAgent = new Agent({ lookup: lookup as never });
  const service = new vendor.QingStor(
    new vendor.Config({
      access_key_id: testKey.accessKeyId,
      secret_access_key: testKey.secretAccessKey,
      endpoint: `http://${BASE_HOST}:${server.port}`,
      getAxiosConfig: () => ({ httpAgent, validateStatus: () => true, responseType: 'arraybuffer' }),
    }),
  );
  const bucket = service.Bucket(name, 'pek3a');
  const invoke = (operation: string, given: unknown[]) => {
    const found = bucket[operation];
    assert.ok(found, `the SDK has no ${operation}`);
    return found.apply(bucket, given);
  };
  return {
    server,
    call: (operation, ...given) => invoke(operation, given),
    status: async (operation, ...given) => (await invoke(operation, given)).status,
    request: (operation, ...given) => invoke(operation, given),
    listBuckets: (options) => service.listBuckets(options),
  };
}

describe('the vendor’s JS SDK drives the server', () => {
  let stop: (() => Promise<void>)[] = [];
  let client: Client;
  const teardown = { after: (work: () => Promise<void>) => void stop.unshift(work) };
  before(async () => {
    client = await connect(teardown);
    assert.equal(await client.status('put'), 201);
  });
  test.after(async () => {
    for (const work of stop) await work();
    stop = [];
  });

  test('buckets: made once, found, listed by zone, counted, deleted when empty', async (context) => {
    const other = await connect(context, 'other-bucket');
    assert.equal(await other.status('head'), 404);
    assert.equal(await other.status('put'), 201);
    assert.equal(await other.status('put'), 409);
    assert.equal(await other.status('head'), 200);
    const { buckets, count } = jsonOf(await other.listBuckets({ location: 'pek3a' }));
    assert.equal(count, 1);
    assert.deepEqual(buckets[0].name, 'other-bucket');
    assert.equal(jsonOf(await other.listBuckets({ location: 'sh1a' })).count, 0);
    await other.call('putObject', 'a', { body: 'hello' });
    const stats = jsonOf(await other.call('getStatistics'));
    assert.deepEqual([stats.count, stats.size, stats.status, stats.location], [1, 5, 'active', 'pek3a']);
    assert.deepEqual(stats.storage_classes.STANDARD, { count: 1, size: 5, billing_size: 5 });
    assert.equal(await other.status('delete'), 409);
    assert.equal(await other.status('deleteObject', 'a'), 204);
    assert.equal(await other.status('deleteObject', 'a'), 204);
    assert.equal(await other.status('delete'), 204);
    assert.equal(await other.status('head'), 404);
    const missing = jsonOf(await other.call('getStatistics'));
    assert.equal(missing.code, 'bucket_not_exists');
    assert.match(missing.request_id, /^[0-9a-f]{32}$/);
  });

  test('objects: put, get, head, ranges, conditions, overrides, whatever the name', async () => {
    const name = 'sp ace/é+%41&中文?#.txt';
    const body = 'seventeen bytes !';
    const put = await client.call('putObject', name, { body, 'content-type': 'text/x-test' });
    assert.equal(put.status, 201);
    assert.equal(put.headers.etag, `"${md5Hex(body)}"`);
    const got = await client.call('getObject', name);
    assert.deepEqual([got.status, String(got.data), got.headers['content-type']], [200, body, 'text/x-test']);
    const head = await client.call('headObject', name);
    assert.deepEqual([head.status, head.headers['content-length'], head.data.length], [200, '17', 0]);
    assert.equal(await client.status('headObject', 'missing'), 404);
    const range = await client.call('getObject', name, { range: 'bytes=2-5' });
    assert.deepEqual([range.status, String(range.data), range.headers['content-range']], [206, 'vent', 'bytes 2-5/17']);
    assert.equal(await client.status('getObject', name, { range: 'bytes=17-' }), 416);
    // It percent-encodes the values of these headers.
    const etag = `"${md5Hex(body)}"`;
    assert.equal(await client.status('getObject', name, { 'if-none-match': etag }), 304);
    assert.equal(await client.status('getObject', name, { 'if-match': etag }), 200);
    assert.equal(await client.status('getObject', name, { 'if-match': '"0123"' }), 412);
    const soon = new Date(Date.now() + 900_000).toUTCString();
    assert.equal(await client.status('getObject', name, { 'if-modified-since': soon }), 304);
    assert.equal(await client.status('getObject', name, { 'if-unmodified-since': new Date(0).toUTCString() }), 412);
    const overridden = await client.call('getObject', name, {
      response_content_type: 'a/b',
      'response-content-type': 'a/b',
      'response-content-disposition': 'attachment; filename="x y.txt"',
    });
    assert.equal(overridden.headers['content-type'], 'a/b');
    assert.equal(overridden.headers['content-disposition'], 'attachment; filename="x y.txt"');
    assert.equal(
      await client.status('putObject', 'm', { body: 'abc', 'content-md5': 'kAFQmDzST7DWlj99KOF/cg==' }),
      201,
    );
    const wrong = await client.call('putObject', 'm', { body: 'abd', 'content-md5': 'kAFQmDzST7DWlj99KOF/cg==' });
    assert.deepEqual([wrong.status, jsonOf(wrong).code], [400, 'bad_digest']);
    assert.equal(String((await client.call('getObject', 'm')).data), 'abc');
  });

  test('presigned URLs work until they expire, and for what they were made', async () => {
    await client.call('putObject', 'sp ace.txt', { body: 'hello' });
    const signed = async (seconds: number) => {
      const { operation } = await client.request('getObjectRequest', 'sp ace.txt').signQuery(seconds);
      return new URL(operation.uri);
    };
    const url = await signed(60);
    const get = (target: string) => send(client.server, { method: 'GET', target, host: `pek3a.${BASE_HOST}` });
    const good = await get(`${url.pathname}${url.search}`);
    assert.deepEqual([good.status, good.body.toString()], [200, 'hello']);
    assert.equal((await get(`${url.pathname}x${url.search}`)).status, 401);
    const old = await signed(-1);
    const refused = await get(`${old.pathname}${old.search}`);
    assert.deepEqual([refused.status, refused.json().code], [403, 'request_expired']);
    assert.equal((await get(url.pathname)).status, 403);
  });

  test('copies and moves within the server, keys with blanks and percent signs included', async () => {
    const name = 'w %41+é.txt';
    await client.call('putObject', name, { body: 'hello', 'content-type': 'text/x' });
    const source = `/my-bucket/${name}`;
    assert.equal(await client.status('putObject', 'copied', { 'x-qs-copy-source': source }), 201);
    const copy = await client.call('getObject', 'copied');
    assert.deepEqual([String(copy.data), copy.headers['content-type']], ['hello', 'text/x']);
    assert.equal(await client.status('putObject', 'moved', { 'x-qs-move-source': '/my-bucket/copied' }), 201);
    assert.equal(await client.status('headObject', 'copied'), 404);
    assert.equal(String((await client.call('getObject', 'moved')).data), 'hello');
    const missing = await client.call('putObject', 'n', { 'x-qs-copy-source': '/my-bucket/missing' });
    assert.deepEqual([missing.status, jsonOf(missing).code], [404, 'object_not_exists']);
    const condition = { 'x-qs-copy-source': source, 'x-qs-copy-source-if-match': '"no"' };
    assert.equal(await client.status('putObject', 'n', condition), 412);
    const fetched = await client.call('putObject', 'n', { 'x-qs-fetch-source': 'http://127.0.0.1:1/' });
    assert.deepEqual([fetched.status, jsonOf(fetched).code], [503, 'upstream_failed']);
  });

  test('lists with prefix, delimiter and pages; deletes many at once', async () => {
    for (const key of ['l/a', 'l/b/1', 'l/b/2', 'l/c', 'l/中']) await client.call('putObject', key, { body: key });
    const page = jsonOf(await client.call('listObjects', { prefix: 'l/', delimiter: '/', limit: 2 }));
    assert.deepEqual(
      page.keys.map(({ key }: { key: string }) => key),
      ['l/a'],
    );
    assert.deepEqual([page.common_prefixes, page.has_more, page.next_marker], [['l/b/'], true, 'l/b/']);
    assert.equal(page.keys[0].etag, `"${md5Hex('l/a')}"`);
    const next = jsonOf(await client.call('listObjects', { prefix: 'l/', delimiter: '/', marker: 'l/b/' }));
    assert.deepEqual(
      next.keys.map(({ key }: { key: string }) => key),
      ['l/c', 'l/中'],
    );
    assert.deepEqual([next.common_prefixes, next.has_more, next.next_marker], [[], false, '']);
    const objects = [{ key: 'l/a' }, { key: 'l/中' }, { key: 'never-was' }];
    const deleted = jsonOf(await client.call('deleteMultipleObjects', { objects }));
    assert.deepEqual([deleted.deleted.length, deleted.errors], [3, []]);
    assert.equal(await client.status('headObject', 'l/中'), 404);
  });

  test('multipart: parts in any order, listed, completed with the client’s ETag, aborted', async () => {
    const parts = [pattern(4 * 1024 * 1024, 1), pattern(4 * 1024 * 1024, 2), pattern(1000, 3)];
    const whole = Buffer.concat(parts);
    const name = 'multi part';
    const begun = await client.call('initiateMultipartUpload', name, { 'content-type': 'video/x' });
    const { upload_id } = jsonOf(begun);
    for (const part_number of ['2', '0', '1']) {
      const sent = { upload_id, part_number, body: parts[Number(part_number)] };
      assert.equal(await client.status('uploadMultipart', name, sent), 201);
    }
    const listed = jsonOf(await client.call('listMultipart', name, { upload_id }));
    assert.deepEqual(
      listed.object_parts.map((part: { size: number }) => part.size),
      parts.map((part) => part.length),
    );
    const uploads = jsonOf(await client.call('listMultipartUploads', { prefix: 'multi' }));
    assert.deepEqual(
      uploads.uploads.map((upload: { upload_id: string }) => upload.upload_id),
      [upload_id],
    );
    const object_parts = [{ part_number: 0 }, { part_number: 1 }, { part_number: 2 }];
    const etag = `"${md5Hex(whole)}"`;
    assert.equal(await client.status('completeMultipartUpload', name, { upload_id, object_parts, etag }), 201);
    const got = await client.call('getObject', name);
    assert.ok(got.data.equals(whole));
    assert.deepEqual([got.headers.etag, got.headers['content-type']], [etag, 'video/x']);
    const across = await client.call('getObject', name, { range: 'bytes=4194300-8388611' });
    assert.ok(across.data.equals(whole.subarray(4_194_300, 8_388_612)));

    const small = jsonOf(await client.call('initiateMultipartUpload', 'sm')).upload_id;
    for (const part_number of ['0', '1']) {
      await client.call('uploadMultipart', 'sm', { upload_id: small, part_number, body: 'too small' });
    }
    const refused = await client.call('completeMultipartUpload', 'sm', {
      upload_id: small,
      object_parts: [{ part_number: 0 }, { part_number: 1 }],
    });
    assert.deepEqual([refused.status, jsonOf(refused).code], [400, 'entity_too_small']);
    assert.equal(await client.status('abortMultipartUpload', 'sm', { upload_id: small }), 204);
    assert.equal(await client.status('abortMultipartUpload', 'sm', { upload_id: small }), 204);
    assert.equal(await client.status('listMultipart', 'sm', { upload_id: small }), 404);
  });

  test('append: each piece at the end, nowhere else', async () => {
    assert.equal(await client.status('appendObject', 'log', { position: '0', body: 'one ' }), 200);
    const second = await client.call('appendObject', 'log', { position: '4', body: 'two' });
    assert.equal(second.headers['x-qs-next-append-position'], '7');
    assert.equal(await client.status('appendObject', 'log', { position: '4', body: 'x' }), 409);
    assert.equal(String((await client.call('getObject', 'log')).data), 'one two');
    assert.equal(await client.status('appendObject', 'm', { position: '3', body: 'x' }), 400);
  });

  const settings: [name: string, body: Options][] = [
    [
      'CORS',
      { cors_rules: [{ allowed_origin: 'http://*.example.com', allowed_methods: ['GET'], allowed_headers: ['*'] }] },
    ],
    [
      'Policy',
      {
        statement: [{ id: 's1', user: ['*'], action: ['get_object'], effect: 'allow', resource: ['my-bucket/open/*'] }],
      },
    ],
    ['Lifecycle', { rule: [{ id: 'l1', status: 'enabled', filter: { prefix: 'logs/' }, expiration: { days: 90 } }] }],
    ['Notification', { notifications: [{ id: 'n', event_types: ['create_object'], cloudfunc: 'tupu-porn' }] }],
    ['Logging', { target_bucket: 'my-bucket', target_prefix: 'access/' }],
    [
      'Replication',
      { rules: [{ id: 'r', status: 'enabled', filters: { prefix: '' }, destination: { bucket: 'other-b' } }] },
    ],
    ['ExternalMirror', { source_site: 'http://example.com:80/image/' }],
  ];
  for (const [name, body] of settings) {
    test(`settings: ${name} is kept, given back and deleted`, async () => {
      assert.equal(await client.status(`get${name}`), 404);
      assert.equal(await client.status(`put${name}`, body), 200);
      assert.deepEqual(jsonOf(await client.call(`get${name}`)), body);
      if (name === 'ExternalMirror') assert.equal(await client.status('getObject', 'only-in-the-mirror'), 503);
      assert.equal(await client.status(`delete${name}`), 204);
      assert.equal(await client.status(`get${name}`), 404);
    });
  }

  test('settings: ACL and CNAME; images are refused as such', async () => {
    const acl = [{ grantee: { type: 'group', name: 'QS_ALL_USERS' }, permission: 'READ' }];
    assert.equal(await client.status('putACL', { acl }), 200);
    assert.deepEqual(jsonOf(await client.call('getACL')).acl, acl);
    const open = await send(client.server, { method: 'GET', target: '/my-bucket/m' });
    assert.deepEqual([open.status, open.body.toString()], [200, 'abc']);
    await client.call('putACL', { acl: [{ grantee: { type: 'user', id: 'usr-x' }, permission: 'READ' }] });
    assert.equal((await send(client.server, { method: 'GET', target: '/my-bucket/m' })).status, 403);
    assert.equal(await client.status('putCNAME', { domain: 'img.example.com', type: 'normal' }), 200);
    assert.equal(jsonOf(await client.call('getCNAME', { type: 'normal' })).count, 1);
    assert.equal(await client.status('deleteCNAME', { domain: 'img.example.com' }), 204);
    const image = await client.call('imageProcess', 'm', { action: 'info' });
    assert.deepEqual([image.status, jsonOf(image).code], [400, 'invalid_request']);
  });
});
