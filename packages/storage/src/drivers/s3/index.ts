import { endpointOf, type OptionValues } from '@sampan/driver';
import type { StorageCapability, StorageDriver, StorageDriverType, StorageEnvironment } from '../../contract.ts';
import { bucketNeeded } from '../../errors.ts';
import { s3Buckets } from './buckets.ts';
import { createCalls } from './calls.ts';
import { credentialsOf } from './credentials.ts';
import { s3Objects } from './objects.ts';
import { readS3Options, SMALLEST_CHUNK, s3Options, validateS3Options } from './options.ts';

const CAPABILITIES: readonly StorageCapability[] = [
  'buckets',
  'bucket.policy',
  'copy',
  'presign',
  'multipart',
  'md5',
  'keys.any',
  'listing.ordered',
];

function create(values: OptionValues, environment: StorageEnvironment = {}): StorageDriver {
  const options = readS3Options(values);
  const capabilities = new Set(CAPABILITIES);
  const calls = createCalls(options, environment);
  const credentials = () => credentialsOf(options, environment);
  return {
    capabilities,
    bucketName: options.bucket,
    objects(bucket) {
      const name = bucket ?? options.bucket;
      if (name === null || name === '') throw bucketNeeded();
      return s3Objects(calls, options, name, capabilities, credentials);
    },
    buckets: s3Buckets(calls, options),
    zones: () => [],
    async *testConnection(signal) {
      // The smallest chunks show as well as large ones that chunks work, and take less of a person's time.
      const small = { ...options, chunkSize: SMALLEST_CHUNK, uploadCutoff: 0, connectionRetries: 0 };
      const own = createCalls(small, environment);
      try {
        const { testS3Connection } = await import('./connection-test.ts');
        yield* testS3Connection(own, small, environment, signal, (bucket) =>
          s3Objects(own, small, bucket, capabilities, credentials),
        );
      } finally {
        await own.close();
      }
    },
    close: () => calls.close(),
  };
}

export const s3DriverType: StorageDriverType = {
  type: 's3',
  label: { en: 'S3', zh: 'S3' },
  description: {
    en: 'Amazon S3, or any service that speaks as it does: MinIO, Ceph, Swift and most public clouds.',
    zh: 'Amazon S3 及与其兼容的服务：MinIO、Ceph、Swift 以及多数公有云。',
  },
  notice: {
    en: 'Signature version 4 is needed. Checked against Sampan’s own QingStor server and OpenStack Swift; other services differ in details that Test Connection shows.',
    zh: '需要支持签名版本 4。已针对 Sampan 自带的 QingStor 服务端与 OpenStack Swift 验证；其他服务的差异可通过测试连接发现。',
  },
  options: s3Options,
  capabilities: CAPABILITIES,
  validate: validateS3Options,
  endpoint: (values) => endpointOf(readS3Options(values).origin),
  create,
};
