import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { type StorageDriver, type StorageEnvironment, s3DriverType } from '@sampan/storage';
import { cannot, type StorageHarness } from '../harness.ts';
import { s3Situations } from './s3-situations.ts';
import type { Stub } from './stub-server.ts';
import type { Swift } from './swift.ts';

const MIB = 1024 * 1024;
const HALF_AN_HOUR_MS = 30 * 60_000;
let count = 0;

/** The S3 driver against Swift, in a bucket of its own. */
export async function swiftHarness(swift: Swift, port = swift.port): Promise<StorageHarness> {
  count += 1;
  const bucket = `conformance-${count}`;
  const isBehindFaults = port !== swift.port;
  const drivers: StorageDriver[] = [];
  const stubs: Stub[] = [];
  const options = {
    ...swift.key,
    endpoint: `http://127.0.0.1:${port}`,
    region: swift.region,
    bucket,
    chunkSize: 5 * MIB,
    uploadCutoff: 5 * MIB,
    connectionRetries: isBehindFaults ? 10 : 3,
  };
  const make = (changed: Record<string, string | number | boolean> = {}, environment: StorageEnvironment = {}) => {
    const driver = s3DriverType.create({ ...options, ...changed }, environment);
    drivers.push(driver);
    return driver.objects();
  };
  const once = { connectionRetries: 0, endpoint: swift.url };
  const admin = s3DriverType.create({ ...options, ...once });
  drivers.push(admin);
  await admin.buckets?.create({ name: bucket });
  const { url: endpoint, region, key: credentials } = swift;
  const direct = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
  return {
    store: () => make(),
    uploadBoundaries: { chunk: options.chunkSize, cutoff: options.uploadCutoff },
    isSlow: true,
    async leftovers() {
      const { Uploads = [] } = await direct.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.map(({ Key, UploadId }) => `${Key} ${UploadId}`);
    },
    situations: {
      invalid_signature: async () => make({ ...once, secretAccessKey: `${swift.key.secretAccessKey}x` }),
      clock_skew: async () => make(once, { now: () => Date.now() + HALF_AN_HOUR_MS }),
      permission_denied: async () => make({ ...once, ...swift.limitedKey }),
      bucket_not_found: async () => make({ ...once, bucket: 'not-there' }),
      ...cannot('Swift answers SignatureDoesNotMatch for a key that it does not know', ['unknown_access_key']),
      ...cannot('S3 knows keys and signatures, no log-in', ['login_refused']),
      ...s3Situations({ make: (changed, environment) => make({ ...once, ...changed }, environment), stubs }),
    },
    secrets: [swift.key.secretAccessKey, swift.limitedKey.secretAccessKey],
    async dispose() {
      direct.destroy();
      await Promise.all(drivers.map((driver) => driver.close()));
      await Promise.all(stubs.map((stub) => stub.close()));
    },
  };
}
