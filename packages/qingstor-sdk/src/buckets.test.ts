import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQingStorError } from './index.ts';
import { BUCKET, liveBucket, liveClient, liveServer, loopback, pattern, testKey } from './testing.ts';

const code = (expected: string) => (error: unknown) => isQingStorError(error) && error.code === expected;

test('a bucket is made, seen, measured and deleted', async (context) => {
  const { client, bucket } = await liveBucket(context);
  assert.equal(await bucket.exists(), true);
  assert.equal(await client.bucket('other-bucket').exists(), false);
  await assert.rejects(bucket.create(), code('bucket_exists'));
  await bucket.upload('a', 'four');
  const stats = await bucket.stats();
  assert.deepEqual([stats.name, stats.count, stats.size, stats.zone], [BUCKET, 1, 4, 'pek3a']);
  const [listed] = await client.listBuckets();
  assert.deepEqual([listed?.name, listed?.zone], [BUCKET, 'pek3a']);
  await assert.rejects(bucket.delete(), code('bucket_not_empty'));
  await bucket.deleteObject('a');
  await bucket.delete();
  await assert.rejects(bucket.stats(), code('bucket_not_found'));
});

test('listing goes on from page to page, with folders', async (context) => {
  const { bucket } = await liveBucket(context);
  for (let index = 0; index < 25; index += 1) await bucket.upload(`d${index % 5}/f${index}`, 'x');
  await bucket.upload('top', 'x');
  const page = await bucket.list({ delimiter: '/' });
  assert.deepEqual(page.commonPrefixes, ['d0/', 'd1/', 'd2/', 'd3/', 'd4/']);
  assert.deepEqual(
    page.objects.map(({ key }) => key),
    ['top'],
  );
  const folders: string[] = [];
  const all: string[] = [];
  for await (const { commonPrefixes } of bucket.pages({ delimiter: '/', limit: 2 })) folders.push(...commonPrefixes);
  for await (const { objects } of bucket.pages({ limit: 4 })) all.push(...objects.map(({ key }) => key));
  assert.deepEqual([folders.length, all.length, new Set(all).size], [5, 26, 26]);
  const [object] = (await bucket.list({ prefix: 'd3/' })).objects;
  assert.equal(object?.size, 1);
  assert.match(object?.etag ?? '', /^[0-9a-f]{32}$/);
  assert.ok(Math.abs((object?.modified ?? 0) - Date.now()) < 60_000);
});

test('settings are read, replaced and removed', async (context) => {
  const { bucket } = await liveBucket(context);
  const { acl, cors, policy, lifecycle, versioning, plain } = bucket.settings;
  const grants = [{ grantee: { type: 'group', name: 'QS_ALL_USERS' }, permission: 'READ' }] as const;
  await acl.put(grants);
  assert.deepEqual((await acl.get()).grants, grants);
  const rule = { allowed_origin: 'http://*.example.com', allowed_methods: ['GET', 'PUT'], max_age_seconds: 30 };
  const statement = {
    id: 's1',
    user: '*',
    action: ['get_object'],
    effect: 'allow',
    resource: [`${BUCKET}/*`],
  } as const;
  const life = { id: 'l1', status: 'enabled', filter: { prefix: 'logs/' }, expiration: { days: 90 } } as const;
  for (const [setting, rules] of [
    [cors, [rule]],
    [policy, [{ ...statement, action: [...statement.action], resource: [...statement.resource] }]],
    [lifecycle, [life]],
  ] as const) {
    await assert.rejects(setting.get(), code('setting_not_found'));
    await (setting.put as (given: unknown) => Promise<void>)(rules);
    assert.deepEqual(await setting.get(), rules);
    await setting.delete();
    await assert.rejects(setting.get(), code('setting_not_found'));
  }
  await plain('logging').put({ target_bucket: BUCKET, target_prefix: 'x' });
  assert.deepEqual(await plain('logging').get(), { target_bucket: BUCKET, target_prefix: 'x' });
  assert.equal(await versioning.get(), 'DISABLED');
});

test('anonymous access reads what is public, and no more', async (context) => {
  const { server, bucket } = await liveBucket(context);
  await bucket.upload('public', 'for all');
  const anonymous = liveClient(context, server.endpoint, { accessKeyId: '', secretAccessKey: '' });
  assert.equal(anonymous.isAnonymous, true);
  const other = anonymous.bucket(BUCKET);
  await assert.rejects(other.download('public'), code('permission_denied'));
  await bucket.settings.acl.put([{ grantee: { type: 'group', name: 'QS_ALL_USERS' }, permission: 'READ' }]);
  assert.equal((await (await other.download('public')).bytes()).toString(), 'for all');
  await assert.rejects(other.upload('x', 'y'), code('permission_denied'));
  await assert.rejects(anonymous.listBuckets(), code('permission_denied'));
  assert.throws(() => other.presign('public'), code('credentials_not_found'));
});

test('presigned URLs do one thing with one object until they expire', async (context) => {
  const { bucket } = await liveBucket(context);
  const bytes = pattern(3_000);
  const key = '目录/a b+c?.txt';
  const put = bucket.presign(key, { method: 'PUT', headers: { 'Content-Type': 'x/y' } });
  assert.equal((await fetch(put, { method: 'PUT', body: bytes, headers: { 'Content-Type': 'x/y' } })).status, 201);
  assert.notEqual((await fetch(put, { method: 'PUT', body: bytes, headers: { 'Content-Type': 'z/z' } })).status, 201);
  const get = await fetch(bucket.presign(key, { responseHeaders: { 'content-disposition': 'inline; a="é"' } }));
  assert.deepEqual(Buffer.from(await get.arrayBuffer()), bytes);
  assert.equal(get.headers.get('content-type'), 'x/y');
  assert.equal((await fetch(bucket.presign(key), { method: 'DELETE' })).ok, false);
  assert.equal((await fetch(bucket.presign(key, { expiresInSeconds: -1 }))).status, 403);
});

test('a form uploads from a browser without keys, and only what it says', async (context) => {
  const { bucket } = await liveBucket(context);
  const { url, fields } = bucket.uploadForm({ key: `up/$${'{filename}'}`, fields: { 'content-type': 'text/x' } });
  const post = (own: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(own)) form.set(name, value);
    form.set('file', new File(['from a form'], 'name.txt'));
    return fetch(url, { method: 'POST', body: form });
  };
  assert.equal((await post({ ...fields })).status, 201);
  const download = await bucket.download('up/name.txt');
  assert.equal((await download.bytes()).toString(), 'from a form');
  assert.equal(download.contentType, 'text/x');
  assert.equal((await post({ ...fields, key: 'elsewhere' })).ok, false);
});

test('zones are put before the host, buckets where asked; all signatures fit', async (context) => {
  const server = await liveServer(context);
  const endpoint = `http://qs.test:${server.port}`;
  for (const virtualHostStyle of [false, true]) {
    const client = liveClient(context, endpoint, { zone: 'sh1a', lookup: loopback, virtualHostStyle });
    const name = virtualHostStyle ? 'in-the-host' : 'in-the-path';
    const bucket = client.bucket(name);
    await bucket.create();
    assert.equal((await bucket.stats()).zone, 'sh1a');
    await bucket.upload('键 1/x', 'content');
    assert.equal((await (await bucket.download('键 1/x')).bytes()).toString(), 'content');
    assert.deepEqual((await bucket.settings.acl.get()).owner.id !== '', true);
    assert.equal((await bucket.list()).objects.length, 1);
    await bucket.upload('parts', pattern(5_000_000), { uploadCutoff: 0 });
    const other = liveClient(context, endpoint, { zone: 'pek3a', lookup: loopback });
    assert.equal(await other.findZone(name), 'sh1a');
    await assert.rejects(other.findZone('not-there'), code('bucket_not_found'));
    assert.equal(other.inZone('sh1a').zone, 'sh1a');
  }
  const client = liveClient(context, endpoint, { lookup: loopback, zone: 'sh1a' });
  assert.deepEqual((await client.listBuckets({ zone: 'sh1a' })).length, 2);
  assert.ok((await client.listZones()).some(({ id }) => id === 'sh1a'));
  assert.equal(await liveClient(context, server.endpoint).findZone('in-the-path'), 'pek3a');
  await assert.rejects(liveClient(context, server.endpoint, testKey).findZone('not-there'), code('bucket_not_found'));
});
