import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQingStorClient } from '@sampan/qingstor-sdk';
import { startQingStorServer } from '@sampan/qingstor-server';
import { qingstorDriverType, type StorageDriver, type StorageEnvironment } from '@sampan/storage';
import { cannot, type StorageHarness } from '../harness.ts';
import type { Between } from './qingstor-s3.ts';
import { always, closedPort, type Stub, type StubAnswer, startStub, webPage } from './stub-server.ts';

const MIB = 1024 * 1024;
const BUCKET = 'conformance';
const ZONE = 'pek3a';
const key = { accessKeyId: 'CONFORMANCE000000001', secretAccessKey: 'a-secret-of-the-conformance-suite-000001' };
const limited = { accessKeyId: 'CONFORMANCE000000002', secretAccessKey: 'a-secret-of-the-conformance-suite-000002' };
const HALF_AN_HOUR_MS = 30 * 60_000;

function refusal(status: number, code: string): StubAnswer {
  return always(status, 'application/json', JSON.stringify({ code, message: 'so it is' }));
}

/** The QingStor driver against a server of its own; `between` may put something in front of it. */
export async function qingstorHarness(
  between?: (port: number) => Promise<Between>,
  prefix = '',
): Promise<StorageHarness> {
  const data = await mkdtemp(join(tmpdir(), 'sampan-conformance-'));
  const server = await startQingStorServer({
    ...key,
    data,
    zone: ZONE,
    lifecycleIntervalMs: 0,
    accessKeys: [{ ...limited, policy: [{ effect: 'allow', action: ['list_buckets'], resource: ['nothing'] }] }],
  });
  const proxy = await between?.(server.port);
  const drivers: StorageDriver[] = [];
  const stubs: Stub[] = [];
  const options = {
    ...key,
    endpoint: `http://127.0.0.1:${proxy?.port ?? server.port}`,
    zone: ZONE,
    bucket: BUCKET,
    chunkSize: 4 * MIB,
    uploadCutoff: 5 * MIB,
    uploadConcurrency: 2,
    ...(between && { connectionRetries: 10 }),
    ...(prefix !== '' && { prefix }),
  };
  const make = (changed: Record<string, string | number> = {}, environment: StorageEnvironment = {}) => {
    const driver = qingstorDriverType.create({ ...options, ...changed }, environment);
    drivers.push(driver);
    return driver.objects();
  };
  const direct = createQingStorClient({ ...key, endpoint: server.url, zone: ZONE });
  await direct.bucket(BUCKET).create();
  const once = { connectionRetries: 0, endpoint: server.url };
  const stubbed =
    (answer: StubAnswer, tls = false) =>
    async () => {
      const stub = await startStub(answer, tls);
      stubs.push(stub);
      return make({ ...once, endpoint: stub.url });
    };
  return {
    store: () => make(),
    ...(between && { isSlow: true }),
    longestKey: 1023 - (prefix === '' ? 0 : Buffer.byteLength(prefix) + 1),
    uploadBoundaries: { chunk: options.chunkSize, cutoff: options.uploadCutoff },
    async leftovers() {
      const uploads = await Array.fromAsync(direct.bucket(BUCKET).multipart.all());
      return uploads.map((upload) => `${upload.key} ${upload.uploadId}`);
    },
    situations: {
      unknown_access_key: async () => make({ ...once, accessKeyId: 'NOBODY' }),
      invalid_signature: async () => make({ ...once, secretAccessKey: `${key.secretAccessKey}x` }),
      clock_skew: async () => make(once, { now: () => Date.now() + HALF_AN_HOUR_MS }),
      permission_denied: async () => make({ ...once, ...limited }),
      bucket_not_found: async () => make({ ...once, bucket: 'not-there' }),
      storage_unreachable: async () => make({ ...once, endpoint: `http://127.0.0.1:${await closedPort()}` }),
      storage_untrusted: stubbed(webPage, true),
      storage_unavailable: stubbed(refusal(500, 'internal_error')),
      throttled: stubbed(refusal(429, 'max_requests_exceeded')),
      unexpected_answer: stubbed(webPage),
      ...cannot('it is refused when the store is made already', ['egress_forbidden']),
      ...cannot('its options have no time-out, and a minute is too long for a test', ['storage_timeout']),
      ...cannot('one address serves all zones of the stand-in', ['wrong_zone']),
      ...cannot('QingStor knows keys and signatures, no log-in', ['login_refused']),
    },
    secrets: [key.secretAccessKey, limited.secretAccessKey],
    async dispose() {
      await direct.close();
      await Promise.all(drivers.map((driver) => driver.close()));
      await Promise.all(stubs.map((stub) => stub.close()));
      await proxy?.close();
      await server.close();
      await rm(data, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
