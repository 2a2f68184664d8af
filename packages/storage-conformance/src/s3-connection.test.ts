import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { type StorageEnvironment, s3DriverType } from '@sampan/storage';
import { checksOf, failureOf, lookupOf, problemsOf, states, strayStepsOf } from './testing/checks.ts';
import { closedPort, type Stub, startStub, webPage } from './testing/stub-server.ts';

const key = { accessKeyId: 'CONNECTIONTEST000001', secretAccessKey: 'the-secret-of-the-connection-test-0001' };
const reader = { accessKeyId: 'CONNECTIONTEST000002', secretAccessKey: 'the-secret-of-the-connection-test-0002' };
const confined = { accessKeyId: 'CONNECTIONTEST000003', secretAccessKey: 'the-secret-of-the-connection-test-0003' };
const HALF_AN_HOUR_MS = 30 * 60_000;
const BUCKET = 'connection-test';
const steps = [
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

let server: QingStorServer;
let untrusted: Stub;
let page: Stub;
let data = '';

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'sampan-s3-connection-'));
  const objects = [
    'create_object',
    'get_object',
    'head_object',
    'delete_object',
    'initiate_multipart_upload',
    'upload_multipart',
    'complete_multipart_upload',
    'abort_multipart_upload',
  ];
  server = await startQingStorServer({
    ...key,
    data,
    accessKeys: [
      { ...reader, policy: [{ effect: 'allow', action: ['list_objects', 'get_object', 'head_object'] }] },
      {
        ...confined,
        policy: [
          { effect: 'allow', action: objects, resource: [`${BUCKET}/*`] },
          { effect: 'allow', action: ['list_objects', 'list_multipart_uploads'], resource: [BUCKET] },
        ],
      },
    ],
  });
  untrusted = await startStub(webPage, true);
  page = await startStub(webPage);
  const driver = make({});
  await driver.buckets?.create({ name: BUCKET });
  await driver.close();
});
after(async () => {
  await Promise.all([server.close(), untrusted.close(), page.close()]);
  await rm(data, { recursive: true });
});

function make(values: Record<string, string>, environment: StorageEnvironment = {}) {
  return s3DriverType.create({ ...key, endpoint: server.url, region: 'pek3a', bucket: BUCKET, ...values }, environment);
}

describe('Test Connection of an S3 storage', () => {
  test('goes from the name to an object that is read back, and leaves nothing', async () => {
    assert.deepEqual(
      states(await checksOf(make({}))),
      steps.map((name) => `${name} passed`),
    );
    const driver = make({});
    assert.deepEqual(await driver.objects().list(), { objects: [], prefixes: [], nextCursor: null });
    assert.equal(await driver.objects().removeUnfinished?.(-HALF_AN_HOUR_MS), 0);
    await driver.close();
  });

  test('passes with a key that is confined to the one bucket', async () => {
    const checks = await checksOf(make(confined));
    assert.equal(failureOf(checks), 'nothing', JSON.stringify(checks));
  });

  test('without a bucket, tells how many there are, and tries no objects', async () => {
    const { bucket: _, ...values } = { ...key, endpoint: server.url, region: 'pek3a', bucket: '' };
    const checks = await checksOf(s3DriverType.create(values));
    assert.deepEqual(states(checks).at(-1), 'bucket warning');
    assert.equal(checks.at(-1)?.parameters?.count, 1);
  });

  const troubles: Record<
    string,
    {
      found: string;
      values?: () => Record<string, string> | Promise<Record<string, string>>;
      environment?: StorageEnvironment;
    }
  > = {
    'an unknown host': {
      found: 'resolve storage_unreachable',
      values: () => ({ endpoint: 'http://nowhere.example' }),
      environment: { lookup: lookupOf([]) },
    },
    'a closed port': {
      found: 'connect storage_unreachable',
      values: async () => ({ endpoint: `http://127.0.0.1:${await closedPort()}` }),
    },
    'a certificate that nobody trusts': { found: 'tls storage_untrusted', values: () => ({ endpoint: untrusted.url }) },
    'a clock that is off': { found: 'clock clock_skew', environment: { now: () => Date.now() + HALF_AN_HOUR_MS } },
    'a wrong key': { found: 'signature unknown_access_key', values: () => ({ accessKeyId: 'NOBODY' }) },
    'a wrong secret': { found: 'signature invalid_signature', values: () => ({ secretAccessKey: 'wrong' }) },
    'a web page instead of a storage': { found: 'signature unexpected_answer', values: () => ({ endpoint: page.url }) },
    'a missing bucket': { found: 'bucket bucket_not_found', values: () => ({ bucket: 'not-there' }) },
    'no right to write': { found: 'write permission_denied', values: () => reader },
    'an address that is not called': { found: 'resolve egress_forbidden', environment: { allowsAddress: () => false } },
  };
  for (const [trouble, { found, values, environment }] of Object.entries(troubles)) {
    test(`tells ${trouble}, with cause and remedy`, async () => {
      const checks = await checksOf(make((await values?.()) ?? {}, environment));
      assert.equal(failureOf(checks), found, JSON.stringify(checks));
      assert.deepEqual(problemsOf(checks), []);
      assert.deepEqual(strayStepsOf(checks, steps), []);
      assert.ok(checks.length >= steps.length - 1, states(checks).join());
      assert.ok(!JSON.stringify(checks).includes(key.secretAccessKey));
    });
  }

  test('ends without a word when it is given up', async () => {
    const driver = make({});
    const controller = new AbortController();
    const names: string[] = [];
    for await (const { name } of driver.testConnection(controller.signal)) {
      names.push(name);
      if (name === 'write') controller.abort();
    }
    assert.equal(names.at(-1), 'write');
    assert.deepEqual((await driver.objects().list()).objects, []);
    await driver.close();
  });
});
