import { isIP } from 'node:net';
import type { OptionsProblem, OptionsSchema, OptionValues } from '@sampan/driver';
import { placeOf } from '../../connection-test/place.ts';
import { normalPrefix } from '../../keys.ts';

const MIB = 1024 * 1024;
/** Limits of the protocol. Source: the vendor's table "Multipart upload limits". */
export const SMALLEST_CHUNK = 5 * MIB;
export const LARGEST_PUT = 5 * 1024 * MIB;

export const s3Options: OptionsSchema = [
  {
    name: 'accessKeyId',
    kind: 'text',
    label: { en: 'Access Key ID', zh: 'Access Key ID' },
    help: {
      en: 'Of a key that may use one bucket only, where the vendor allows that.',
      zh: '建议使用仅能访问单个 Bucket 的密钥。',
    },
    maximumLength: 256,
  },
  {
    name: 'secretAccessKey',
    kind: 'secret',
    label: { en: 'Secret Access Key', zh: 'Secret Access Key' },
    maximumLength: 1024,
  },
  {
    name: 'endpoint',
    kind: 'url',
    label: { en: 'Endpoint URL', zh: '接入地址 (Endpoint URL)' },
    help: {
      en: 'Address of the S3 service, without the bucket. Blank for Amazon S3, which needs a region.',
      zh: 'S3 服务的地址，不含 Bucket。使用 Amazon S3 时留空，此时必须填写区域。',
    },
    placeholder: 'https://s3.example.com',
  },
  {
    name: 'region',
    kind: 'text',
    label: { en: 'Region', zh: '区域 (Region)' },
    help: {
      en: 'Part of each signature. us-east-1 where the vendor names none.',
      zh: '参与每次签名。厂商未指定时使用 us-east-1。',
    },
    placeholder: 'us-east-1',
    pattern: '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?',
  },
  {
    name: 'bucket',
    kind: 'text',
    label: { en: 'Bucket', zh: 'Bucket' },
    help: {
      en: 'The bucket that holds the objects. It can be chosen or created later.',
      zh: '存放对象的 Bucket。可以稍后再选择或创建。',
    },
    pattern: '[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]',
  },
  {
    name: 'prefix',
    kind: 'text',
    label: { en: 'Prefix', zh: '前缀' },
    help: {
      en: 'Everything is kept below this folder of the bucket. Blank: at its top.',
      zh: '所有内容都放在 Bucket 的这个目录之下。留空则放在最上层。',
    },
    placeholder: 'sampan/',
    maximumLength: 512,
  },
  {
    name: 'pathStyle',
    kind: 'boolean',
    advanced: true,
    label: { en: 'Path style', zh: '路径风格 (Path style)' },
    help: {
      en: 'The bucket stands in the path instead of the host name. On when not said and an endpoint is given.',
      zh: 'Bucket 位于路径中而不是主机名中。未设置且填写了接入地址时默认开启。',
    },
  },
  {
    name: 'environmentAuth',
    kind: 'boolean',
    advanced: true,
    label: { en: 'Environment Auth', zh: '环境变量凭证 (Environment Auth)' },
    help: {
      en: 'Takes AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the server when both keys are blank. For administrators.',
      zh: '两项密钥均留空时，使用服务器环境变量 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 与 AWS_SESSION_TOKEN。仅限管理员。',
    },
    default: false,
  },
  {
    name: 'connectionRetries',
    kind: 'integer',
    advanced: true,
    label: { en: 'Connection Retries', zh: '连接重试次数' },
    help: {
      en: 'How often a request is sent again after a broken connection, 429 or 5xx.',
      zh: '连接中断、429 或 5xx 之后，请求最多重发的次数。',
    },
    default: 3,
    minimum: 0,
    maximum: 100,
  },
  {
    name: 'timeoutSeconds',
    kind: 'integer',
    advanced: true,
    label: { en: 'Timeout (seconds)', zh: '超时时间（秒）' },
    help: { en: 'How long the storage may be silent.', zh: '存储最长可无响应的时间。' },
    default: 60,
    minimum: 1,
    maximum: 3600,
  },
  {
    name: 'uploadCutoff',
    kind: 'bytes',
    advanced: true,
    label: { en: 'Upload Cutoff', zh: '分片上传阈值' },
    help: {
      en: 'Files larger than this are uploaded in chunks. 0 to 5 GiB.',
      zh: '大于此值的文件将分片上传。范围 0 到 5 GiB。',
    },
    default: 200 * MIB,
    placeholder: '200Mi',
    minimum: 0,
    maximum: LARGEST_PUT,
  },
  {
    name: 'chunkSize',
    kind: 'bytes',
    advanced: true,
    label: { en: 'Chunk Size', zh: '分片大小' },
    help: {
      en: 'Size of the chunks; grows by itself where an object would have more than 10,000. At least 5 MiB.',
      zh: '每个分片的大小；当分片会超过 10,000 个时自动增大。最小 5 MiB。',
    },
    default: 8 * MIB,
    placeholder: '8Mi',
    minimum: SMALLEST_CHUNK,
    maximum: LARGEST_PUT,
  },
  {
    name: 'uploadConcurrency',
    kind: 'integer',
    advanced: true,
    label: { en: 'Upload Concurrency', zh: '上传并发数' },
    help: {
      en: 'Chunks of the same file on their way at once. Each takes the memory of a chunk, and one more is read ahead.',
      zh: '同一文件同时上传的分片数。每个分片占用相应内存，并会预读一个分片。',
    },
    default: 1,
    minimum: 1,
    maximum: 64,
  },
  {
    name: 'caCertificate',
    kind: 'text',
    advanced: true,
    label: { en: 'CA certificate (PEM)', zh: 'CA 证书 (PEM)' },
    help: {
      en: 'For a private deployment whose certificate comes from an authority of its own.',
      zh: '用于私有部署中由自有证书机构签发的证书。',
    },
    maximumLength: 65_536,
  },
];

/** What the fields mean, with the defaults in force. */
export interface S3Options {
  accessKeyId: string | undefined;
  secretAccessKey: string | undefined;
  environmentAuth: boolean;
  /** Scheme, host and port. */
  origin: string;
  region: string;
  bucket: string | null;
  prefix: string;
  pathStyle: boolean;
  connectionRetries: number;
  timeoutMs: number;
  uploadCutoff: number;
  chunkSize: number;
  uploadConcurrency: number;
  caCertificate: string | undefined;
}

const DEFAULT_REGION = 'us-east-1';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (values: OptionValues, name: string): number => {
  const given = values[name] ?? s3Options.find((field) => field.name === name)?.default;
  return typeof given === 'number' ? given : 0;
};

/** Amazon's own address of a region. */
function amazonOrigin(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

export function readS3Options(values: OptionValues): S3Options {
  const region = text(values.region) ?? DEFAULT_REGION;
  const endpoint = text(values.endpoint);
  return {
    accessKeyId: text(values.accessKeyId),
    secretAccessKey: text(values.secretAccessKey),
    environmentAuth: values.environmentAuth === true,
    origin: endpoint === undefined ? amazonOrigin(region) : new URL(endpoint).origin,
    region,
    bucket: text(values.bucket) ?? null,
    prefix: normalPrefix(text(values.prefix)),
    pathStyle: typeof values.pathStyle === 'boolean' ? values.pathStyle : endpoint !== undefined,
    connectionRetries: number(values, 'connectionRetries'),
    timeoutMs: number(values, 'timeoutSeconds') * 1000,
    uploadCutoff: number(values, 'uploadCutoff'),
    chunkSize: number(values, 'chunkSize'),
    uploadConcurrency: number(values, 'uploadConcurrency'),
    caCertificate: text(values.caCertificate),
  };
}

export function validateS3Options(values: OptionValues): OptionsProblem[] {
  const problems: OptionsProblem[] = [];
  const hasId = values.accessKeyId !== undefined;
  if (hasId !== (values.secretAccessKey !== undefined)) {
    const field = hasId ? 'secretAccessKey' : 'accessKeyId';
    const message = 'Give both Access Key ID and Secret Access Key, or leave both blank.';
    problems.push({ field, code: 'incomplete_credentials', message });
  }
  const endpoint = text(values.endpoint);
  if (endpoint === undefined && values.region === undefined) {
    const message = 'Give an endpoint or, for Amazon S3, a region.';
    problems.push({ field: 'endpoint', code: 'required', message });
  } else if (endpoint !== undefined && !/^\/?$/.test(new URL(endpoint).pathname + new URL(endpoint).search)) {
    const message = 'The endpoint is scheme, host and port only; the bucket has a field of its own.';
    problems.push({ field: 'endpoint', code: 'bad_format', message });
  }
  if (values.pathStyle === false && endpoint !== undefined && isIP(placeOf(endpoint).host) !== 0) {
    const message = 'An endpoint that is an address has no host names of buckets: it needs the path style.';
    problems.push({ field: 'pathStyle', code: 'not_offered', message });
  }
  return problems;
}
