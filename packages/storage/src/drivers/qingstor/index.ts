import { isIP } from 'node:net';
import { endpointOf, type OptionsProblem, type OptionValues, SampanError } from '@sampan/driver';
import {
  createQingStorClient,
  type Environment,
  isQingStorError,
  processEnvironment,
  type QingStorClient,
  type QingStorOptions,
  type SentRequest,
  SMALLEST_CHUNK_SIZE,
} from '@sampan/qingstor-sdk';
import { placeOf } from '../../connection-test/place.ts';
import { failed } from '../../connection-test/steps.ts';
import type {
  ObservedRequest,
  RequestClass,
  StorageCapability,
  StorageDriver,
  StorageDriverType,
  StorageEnvironment,
} from '../../contract.ts';
import { bucketNeeded, egressForbidden } from '../../errors.ts';
import { normalPrefix } from '../../keys.ts';
import { qingstorBuckets } from './buckets.ts';
import { translated } from './errors.ts';
import { qingstorObjects } from './objects.ts';
import { QINGSTOR_ZONES, qingstorOptions, sdkOptions } from './options.ts';

const CAPABILITIES: readonly StorageCapability[] = [
  'buckets',
  'bucket.policy',
  'zones',
  'copy',
  'presign',
  'stats',
  'multipart',
  'md5',
  'keys.any',
];

/** How the vendor bills requests: writes and listings apart from reads; deletions are free. Source: its price page. */
function classOf({ method, key, query }: SentRequest): RequestClass {
  if (method === 'DELETE' || query.includes('delete')) return 'delete';
  if (method === 'PUT' || method === 'POST') return 'write';
  return key === undefined && method === 'GET' ? 'list' : 'read';
}

const observed = (request: SentRequest): ObservedRequest => ({
  class: classOf(request),
  status: request.status ?? null,
  bytesSent: request.bytesSent,
  bytesReceived: request.bytesReceived,
});

/** Where Environment Auth looks; nowhere when it is not enabled. */
function credentialsFrom({ environment }: StorageEnvironment): Environment {
  if (!environment) return { variables: {}, home: '', readFile: () => null };
  return processEnvironment(environment.variables, environment.homeFolder);
}

function create(values: OptionValues, environment: StorageEnvironment = {}): StorageDriver {
  const options = sdkOptions(values);
  const { observe } = environment;
  const bucketName = typeof values.bucket === 'string' ? values.bucket : null;
  const prefix = normalPrefix(typeof values.prefix === 'string' ? values.prefix : undefined);
  // What depends on the bucket, not on the kind: with a prefix, the bucket's own numbers are those of others too.
  const capabilities = new Set(CAPABILITIES.filter((each) => each !== 'stats' || prefix === ''));
  const clients = new Map<string | undefined, QingStorClient>();

  /** Made when first needed: keys that are missing from the environment are an error of the call, not of the options. */
  function make(more: QingStorOptions): QingStorClient {
    try {
      const made = createQingStorClient({
        ...options,
        ...more,
        lookup: environment.lookup,
        now: environment.now,
        userAgent: 'sampan',
        environment: credentialsFrom(environment),
        ...(observe && { onRequest: (request: SentRequest) => observe(observed(request)) }),
      });
      const { host } = placeOf(made.origin);
      if (isIP(host) !== 0 && environment.allowsAddress?.(host) === false) throw egressForbidden(host);
      return made;
    } catch (error) {
      throw error instanceof SampanError ? error : translated(error);
    }
  }

  function clientOf(zone?: string): QingStorClient {
    const known = clients.get(zone);
    if (known) return known;
    const made = make(zone === undefined ? {} : { zone });
    clients.set(zone, made);
    return made;
  }

  function objects(bucket = bucketName, client = clientOf) {
    if (bucket === null || bucket === '') throw bucketNeeded();
    try {
      return qingstorObjects(client().bucket(bucket), prefix, capabilities);
    } catch (error) {
      throw translated(error);
    }
  }

  return {
    capabilities,
    bucketName,
    objects: (bucket) => objects(bucket ?? bucketName),
    buckets: qingstorBuckets(clientOf),
    zones() {
      const { globalOrigin, origin, zone } = clientOf();
      const { port } = placeOf(globalOrigin);
      if (globalOrigin === origin) return [{ zone, label: { en: zone, zh: zone }, host: placeOf(origin).host, port }];
      const host = placeOf(globalOrigin).host;
      return QINGSTOR_ZONES.map(({ value, label }) => ({ zone: value, label, host: `${value}.${host}`, port }));
    },
    async *testConnection(signal) {
      let client: QingStorClient;
      try {
        // The smallest chunks show as well as large ones that chunks work, and take less of a person's time.
        client = make({ chunkSize: SMALLEST_CHUNK_SIZE, uploadCutoff: 0 });
      } catch (error) {
        yield { name: 'credentials', durationMs: 0, ...failed(error) };
        return;
      }
      try {
        const { testQingStorConnection } = await import('./connection-test.ts');
        yield* testQingStorConnection({
          client,
          bucket: bucketName,
          store: bucketName === null ? undefined : objects(bucketName, () => client),
          multipartSize: SMALLEST_CHUNK_SIZE + 1,
          environment: { ...environment, caCertificates: options.caCertificates },
          signal,
        });
      } finally {
        await client.close();
      }
    },
    async close() {
      const open = [...clients.values()];
      clients.clear();
      await Promise.all(open.map((client) => client.close()));
    },
  };
}

function validate(values: OptionValues): OptionsProblem[] {
  const problems: OptionsProblem[] = [];
  const hasId = values.accessKeyId !== undefined;
  const hasSecret = values.secretAccessKey !== undefined;
  if (hasId !== hasSecret) {
    const field = hasId ? 'secretAccessKey' : 'accessKeyId';
    const message = 'Give both Access Key ID and Secret Access Key, or leave both blank.';
    problems.push({ field, code: 'incomplete_credentials', message });
  }
  try {
    const { endpoint, zone } = sdkOptions(values);
    void createQingStorClient({ endpoint, zone }).close();
  } catch (error) {
    if (!isQingStorError(error)) throw error;
    problems.push({ field: 'endpoint', code: 'bad_format', message: `${error.message}.` });
  }
  return problems;
}

export const qingstorDriverType: StorageDriverType = {
  type: 'qingstor',
  label: { en: 'QingStor', zh: 'QingStor 对象存储' },
  description: {
    en: 'Object storage of QingCloud, or a private deployment that speaks as it does.',
    zh: '青云 QingCloud 的对象存储，或与其兼容的私有部署。',
  },
  notice: {
    en:
      'The vendor does not document the order of its listings, nor whether a listing shows what was written a moment ago; ' +
      'Sampan relies on neither. Signatures and requests were checked against the vendor’s SDKs and rclone.',
    zh: '厂商未说明列表的排序方式，也未说明刚写入的对象是否立即出现在列表中；Sampan 不依赖这两点。签名与请求已对照厂商 SDK 与 rclone 验证。',
  },
  options: qingstorOptions,
  capabilities: CAPABILITIES,
  validate,
  endpoint(values) {
    const { endpoint, zone } = sdkOptions(values);
    const client = createQingStorClient({ endpoint, zone });
    void client.close();
    return endpointOf(client.origin);
  },
  create,
};
