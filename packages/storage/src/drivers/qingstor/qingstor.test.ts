import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ConnectionCheck, OptionValues } from '@sampan/driver';
import { type PolicyStatement, type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import type { StorageEnvironment } from '../../contract.ts';
import { bytesSource } from '../../source.ts';
import { qingstorDriverType } from './index.ts';
import { leastPrivilegePolicy } from './policy.ts';

const BASE = 'qs.test';
const KEY = { accessKeyId: 'QSDRIVERTEST00000001', secretAccessKey: 'the-secret-of-the-account-000000000000' };
const LIMITED = { accessKeyId: 'QSLIMITEDKEY00000001', secretAccessKey: 'the-secret-of-the-limited-key-00000000' };
const READER = { accessKeyId: 'QSREADERKEY000000001', secretAccessKey: 'the-secret-of-the-reading-key-00000000' };
const DISABLED = { accessKeyId: 'QSDISABLEDKEY0000001', secretAccessKey: 'the-secret-of-the-disabled-key-0000000' };

let server: QingStorServer;
let folder = '';

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sampan-qingstor-'));
  const policy = JSON.parse(leastPrivilegePolicy('backups', 'sampan').document).statement as PolicyStatement[];
  const reading = [{ action: ['list_objects', 'get_object', 'head_object'], effect: 'allow' as const }];
  server = await startQingStorServer({
    ...{ ...KEY, data: folder, baseHost: BASE, zone: 'pek3a', strictZones: true },
    accessKeys: [
      { ...LIMITED, policy },
      { ...READER, policy: reading },
      { ...DISABLED, disabled: true },
    ],
  });
  const driver = make({ bucket: 'backups' });
  await driver.buckets?.create({ name: 'backups' });
  await driver.buckets?.create({ name: 'shanghai-bucket', zone: 'sh1a' });
  await driver.close();
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Every name below the base host leads to the server on loopback. */
const environment: StorageEnvironment = {
  lookup: (hostname, options, callback) => {
    const isKnown = hostname === BASE || hostname.endsWith(`.${BASE}`);
    if (!isKnown) return callback(Object.assign(new Error(hostname), { code: 'ENOTFOUND' }), '', 4);
    if (options.all) return callback(null, [{ address: '127.0.0.1', family: 4 }]);
    callback(null, '127.0.0.1', 4);
  },
};

function make(values: OptionValues, more: StorageEnvironment = {}) {
  const endpoint = `http://${BASE}:${server.port}`;
  return qingstorDriverType.create({ ...KEY, endpoint, ...values }, { ...environment, ...more });
}

async function check(values: OptionValues, more: StorageEnvironment = {}): Promise<ConnectionCheck[]> {
  const driver = make(values, more);
  try {
    return await Array.fromAsync(driver.testConnection(new AbortController().signal));
  } finally {
    await driver.close();
  }
}

const states = (checks: readonly ConnectionCheck[]) => checks.map(({ name, state }) => `${name} ${state}`);
const failureOf = (checks: readonly ConnectionCheck[]) => checks.find(({ state }) => state === 'failed');
const ALL = [
  'resolve',
  'connect',
  'tls',
  'clock',
  'signature',
  'bucket',
  'list',
  'write',
  'read',
  'multipart',
  'delete',
  'cleanup',
];

describe('Test Connection', () => {
  test('goes from the name to an object that is read back, and leaves nothing', async () => {
    const checks = await check({ bucket: 'backups', prefix: 'sampan' });
    assert.deepEqual(
      states(checks),
      ALL.map((name) => `${name} passed`),
    );
    const driver = make({ bucket: 'backups' });
    assert.deepEqual((await driver.objects().list()).objects, []);
    assert.equal(await driver.objects().removeUnfinished?.(-1000), 0);
    await driver.close();
  });

  test('passes with a key that the proposed policy confines to one bucket and prefix', async () => {
    assert.equal(failureOf(await check({ ...LIMITED, bucket: 'backups', prefix: 'sampan' })), undefined);
    const outside = failureOf(await check({ ...LIMITED, bucket: 'backups', prefix: 'elsewhere' }));
    assert.deepEqual([outside?.name, outside?.code], ['write', 'permission_denied']);
  });

  const troubles: Record<string, { values: OptionValues; name: string; code: string; more?: StorageEnvironment }> = {
    'a key that does not exist': {
      values: { accessKeyId: 'NOSUCHKEY00000000001' },
      ...{ name: 'signature', code: 'unknown_access_key' },
    },
    'a key that was deactivated': { values: DISABLED, name: 'signature', code: 'unknown_access_key' },
    'a wrong secret': { values: { secretAccessKey: 'wrong' }, name: 'signature', code: 'invalid_signature' },
    'a bucket in another zone': { values: { bucket: 'shanghai-bucket' }, name: 'bucket', code: 'wrong_zone' },
    'a bucket that does not exist': { values: { bucket: 'no-such-bucket' }, name: 'bucket', code: 'bucket_not_found' },
    'a key that may only read': { values: READER, name: 'write', code: 'permission_denied' },
    'an endpoint whose name does not exist': {
      values: { endpoint: 'http://nowhere.example:80' },
      ...{ name: 'resolve', code: 'storage_unreachable' },
    },
    'an endpoint where nothing listens': {
      values: { endpoint: 'http://127.0.0.1:1' },
      ...{ name: 'connect', code: 'storage_unreachable' },
    },
    'https where http is spoken': {
      values: {},
      ...{ name: 'tls', code: 'storage_unreachable' },
    },
    'a clock that is an hour off': {
      values: {},
      more: { now: () => Date.now() + 3_600_000 },
      ...{ name: 'clock', code: 'clock_skew' },
    },
    'an address that may not be called': {
      values: { endpoint: 'http://169.254.169.254:80' },
      more: { allowsAddress: (address) => !address.startsWith('169.254.') },
      ...{ name: 'credentials', code: 'egress_forbidden' },
    },
  };
  for (const [trouble, { values, name, code, more }] of Object.entries(troubles)) {
    test(`tells ${trouble}, with cause and remedy`, async () => {
      const tls: OptionValues = trouble.startsWith('https') ? { endpoint: `https://${BASE}:${server.port}` } : {};
      const checks = await check({ bucket: 'backups', ...values, ...tls }, more);
      const failure = failureOf(checks);
      assert.deepEqual([failure?.name, failure?.code], [name, code], JSON.stringify(checks, null, 1));
      assert.ok(failure?.remedy && failure.cause, JSON.stringify(failure));
      assert.ok(!JSON.stringify(checks).includes('the-secret-of'));
    });
  }

  test('without a bucket says how many there are, and warns', async () => {
    const checks = await check({});
    assert.equal(checks.at(-1)?.code, 'bucket_needed');
    assert.equal(checks.at(-1)?.parameters?.count, 2);
  });
});

test('blank keys take those of the environment only where that is allowed', async () => {
  const values = { accessKeyId: '', secretAccessKey: '', bucket: 'backups', environmentAuth: true };
  const variables = { QINGSTOR_ACCESS_KEY_ID: KEY.accessKeyId, QINGSTOR_SECRET_ACCESS_KEY: KEY.secretAccessKey };
  const homeFolder = folder;
  assert.equal(failureOf(await check(values, { environment: { variables, homeFolder } })), undefined);
  assert.equal(failureOf(await check(values))?.code, 'credentials_not_found');
});

test('options that cannot work are refused by their field', () => {
  const validate = (values: OptionValues) =>
    qingstorDriverType.validate?.(values).map(({ field, code }) => `${field} ${code}`);
  assert.deepEqual(validate({ accessKeyId: 'a' }), ['secretAccessKey incomplete_credentials']);
  assert.deepEqual(validate({ endpoint: 'https://example.com/path' }), ['endpoint bad_format']);
  assert.deepEqual(validate(KEY), []);
});

test('a prefix keeps everything below it, and what is outside unseen', async () => {
  const [inner, outer] = [make({ bucket: 'backups', prefix: '/a/b/' }), make({ bucket: 'backups' })];
  await inner.objects().put('x/1', bytesSource('one'));
  await outer.objects().put('a/bc', bytesSource('not inside'));
  assert.deepEqual((await outer.objects().list()).objects.map(({ key }) => key).sort(), ['a/b/x/1', 'a/bc']);
  assert.deepEqual((await inner.objects().list({ delimiter: '/' })).prefixes, ['x/']);
  assert.equal(inner.objects().stats, undefined);
  assert.deepEqual(await outer.objects().stats?.(), { objects: 2, bytes: 13 });
  await outer.objects().deleteMany(['a/b/x/1', 'a/bc']);
  await Promise.all([inner.close(), outer.close()]);
});

test('requests and bytes are observed by the classes that the vendor bills', async () => {
  const seen: Record<string, { count: number; sent: number; received: number }> = {};
  const observing = make(
    { bucket: 'backups' },
    {
      observe: ({ class: kind, bytesSent, bytesReceived }) => {
        const sum = seen[kind] ?? { count: 0, sent: 0, received: 0 };
        seen[kind] = { count: sum.count + 1, sent: sum.sent + bytesSent, received: sum.received + bytesReceived };
      },
    },
  );
  const store = observing.objects();
  await store.put('counted', bytesSource(Buffer.alloc(10_000)));
  const { body } = await store.get('counted');
  for await (const _ of body);
  await store.list();
  await store.delete('counted');
  assert.deepEqual(seen.write, { count: 1, sent: 10_000, received: 0 });
  assert.deepEqual(seen.read, { count: 1, sent: 0, received: 10_000 });
  assert.equal(seen.list?.count, 1);
  assert.equal(seen.delete?.count, 1);
  await observing.close();
});

test('a link works without keys, under the name that is given', async () => {
  const driver = make({ bucket: 'backups', endpoint: `http://127.0.0.1:${server.port}` });
  await driver.objects().put('报告 1.txt', bytesSource('content'));
  const link = await driver.objects().presign?.('报告 1.txt', { expiresInSeconds: 60, downloadName: '报告.txt' });
  const answer = await fetch(link ?? '');
  assert.equal(await answer.text(), 'content');
  assert.match(answer.headers.get('content-disposition') ?? '', /filename\*=UTF-8''%E6%8A%A5%E5%91%8A.txt/);
  await driver.objects().delete('报告 1.txt');
  await driver.close();
});

test('buckets are made, listed and deleted in their zones; public ones can be read by anyone', async () => {
  const driver = make({});
  await driver.buckets?.create({ name: 'for-everyone', zone: 'sh1a', access: 'public_read' });
  const listed = await driver.buckets?.list();
  assert.equal(listed?.find(({ name }) => name === 'for-everyone')?.zone, 'sh1a');
  const inZone = make({ zone: 'sh1a', bucket: 'for-everyone' });
  await inZone.objects().put('x', bytesSource('open'));
  const anonymous = make({ accessKeyId: '', secretAccessKey: '', zone: 'sh1a', bucket: 'for-everyone' });
  assert.equal((await anonymous.objects().head('x')).size, 4);
  await assert.rejects(async () => driver.buckets?.delete('for-everyone', { zone: 'sh1a' }), {
    code: 'bucket_not_empty',
  });
  await inZone.objects().delete('x');
  await driver.buckets?.delete('for-everyone', { zone: 'sh1a' });
  await assert.rejects(async () => driver.buckets?.create({ name: 'backups' }), { code: 'bucket_exists' });
  await assert.rejects(async () => driver.buckets?.create({ name: 'No' }), { code: 'invalid_bucket_name' });
  await Promise.all([driver, inZone, anonymous].map((each) => each.close()));
});
