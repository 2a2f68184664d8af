import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { startQingStorServer } from '@sampan/qingstor-server';
import { type StorageDriver, type StorageEnvironment, s3DriverType } from '@sampan/storage';
import { cannot, type StorageHarness } from '../harness.ts';
import { s3Situations } from './s3-situations.ts';
import type { Stub } from './stub-server.ts';

const MIB = 1024 * 1024;
const BUCKET = 'conformance';
const REGION = 'pek3a';
const key = { accessKeyId: 'CONFORMANCE000000001', secretAccessKey: 'a-secret-of-the-conformance-suite-000001' };
const limited = { accessKeyId: 'CONFORMANCE000000002', secretAccessKey: 'a-secret-of-the-conformance-suite-000002' };
const HALF_AN_HOUR_MS = 30 * 60_000;

export interface Between {
  port: number;
  close: () => Promise<void>;
}

/** The S3 driver against a QingStor server of its own; `between` may put something in front of it. */
export async function qingstorS3Harness(
  between?: (port: number) => Promise<Between>,
  prefix = '',
): Promise<StorageHarness> {
  const data = await mkdtemp(join(tmpdir(), 'sampan-conformance-'));
  const server = await startQingStorServer({
    ...key,
    data,
    lifecycleIntervalMs: 0,
    accessKeys: [{ ...limited, policy: [{ effect: 'allow', action: ['list_buckets'], resource: ['nothing'] }] }],
  });
  const proxy = await between?.(server.port);
  const drivers: StorageDriver[] = [];
  const stubs: Stub[] = [];
  const options = {
    ...key,
    endpoint: `http://127.0.0.1:${proxy?.port ?? server.port}`,
    region: REGION,
    bucket: BUCKET,
    chunkSize: 5 * MIB,
    ...(between && { connectionRetries: 10 }),
    uploadCutoff: 6 * MIB,
    uploadConcurrency: 2,
    ...(prefix !== '' && { prefix }),
  };
  const make = (changed: Record<string, string | number | boolean> = {}, environment: StorageEnvironment = {}) => {
    const driver = s3DriverType.create({ ...options, ...changed }, environment);
    drivers.push(driver);
    return driver.objects();
  };
  const direct = new S3Client({
    endpoint: server.url,
    region: REGION,
    forcePathStyle: true,
    credentials: key,
  });
  const admin = s3DriverType.create({ ...options, endpoint: server.url });
  drivers.push(admin);
  await admin.buckets?.create({ name: BUCKET });
  const once = { connectionRetries: 0, endpoint: server.url };
  return {
    store: () => make(),
    ...(between && { isSlow: true }),
    longestKey: 1023 - (prefix === '' ? 0 : Buffer.byteLength(prefix) + 1),
    uploadBoundaries: { chunk: options.chunkSize, cutoff: options.uploadCutoff },
    async leftovers() {
      const { Uploads = [] } = await direct.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
      return Uploads.map(({ Key, UploadId }) => `${Key} ${UploadId}`);
    },
    situations: {
      unknown_access_key: async () => make({ ...once, accessKeyId: 'NOBODY' }),
      invalid_signature: async () => make({ ...once, secretAccessKey: `${key.secretAccessKey}x` }),
      clock_skew: async () => make(once, { now: () => Date.now() + HALF_AN_HOUR_MS }),
      permission_denied: async () => make({ ...once, ...limited }),
      bucket_not_found: async () => make({ ...once, bucket: 'not-there' }),
      ...cannot('S3 knows keys and signatures, no log-in', ['login_refused']),
      ...s3Situations({ make: (changed, environment) => make({ ...once, ...changed }, environment), stubs }),
    },
    secrets: [key.secretAccessKey, limited.secretAccessKey],
    async dispose() {
      direct.destroy();
      await Promise.all(drivers.map((driver) => driver.close()));
      await Promise.all(stubs.map((stub) => stub.close()));
      await proxy?.close();
      await server.close();
      await rm(data, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
