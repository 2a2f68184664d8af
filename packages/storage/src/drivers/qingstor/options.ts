import type { OptionsSchema, OptionValues } from '@sampan/driver';
import {
  DEFAULT_CHUNK_SIZE,
  DEFAULT_CONNECTION_RETRIES,
  DEFAULT_ENDPOINT,
  DEFAULT_UPLOAD_CONCURRENCY,
  DEFAULT_UPLOAD_CUTOFF,
  DEFAULT_ZONE,
  LARGEST_PUT,
  type QingStorOptions,
  SMALLEST_CHUNK_SIZE,
} from '@sampan/qingstor-sdk';

/** Zones of the vendor's service; any other can be typed. Source: the vendor's API documentation and rclone. */
export const QINGSTOR_ZONES = [
  { value: 'pek3a', label: { en: 'pek3a — Beijing', zh: 'pek3a — 北京三区' } },
  { value: 'pek3b', label: { en: 'pek3b — Beijing', zh: 'pek3b — 北京三区-B' } },
  { value: 'sh1a', label: { en: 'sh1a — Shanghai', zh: 'sh1a — 上海一区' } },
  { value: 'gd2', label: { en: 'gd2 — Guangdong', zh: 'gd2 — 广东二区' } },
  { value: 'ap3', label: { en: 'ap3 — Asia Pacific', zh: 'ap3 — 亚太三区' } },
] as const;

export const qingstorOptions: OptionsSchema = [
  {
    name: 'accessKeyId',
    kind: 'text',
    label: { en: 'Access Key ID', zh: 'Access Key ID' },
    help: {
      en: 'Your QingStor Access Key ID. Leave blank for anonymous access or runtime credentials.',
      zh: 'QingStor 的 Access Key ID。留空则匿名访问，或使用运行环境中的凭证。',
    },
    maximumLength: 128,
  },
  {
    name: 'secretAccessKey',
    kind: 'secret',
    label: { en: 'Secret Access Key', zh: 'Secret Access Key' },
    help: {
      en: 'Your QingStor Secret Access Key. Leave blank for anonymous access or runtime credentials.',
      zh: 'QingStor 的 Secret Access Key。留空则匿名访问，或使用运行环境中的凭证。',
    },
    maximumLength: 256,
  },
  {
    name: 'endpoint',
    kind: 'url',
    label: { en: 'Endpoint URL', zh: '接入地址 (Endpoint URL)' },
    help: {
      en: 'Leave blank unless you connect to a private or custom QingStor deployment.',
      zh: '除非连接私有部署或自建的 QingStor，否则请留空。',
    },
    default: DEFAULT_ENDPOINT,
    placeholder: DEFAULT_ENDPOINT,
  },
  {
    name: 'zone',
    kind: 'text',
    label: { en: 'Zone', zh: '区域 (Zone)' },
    help: {
      en: 'Where the bucket is. A wrong zone shows as a bucket that is not found.',
      zh: 'Bucket 所在的区域。区域错误时会提示找不到 Bucket。',
    },
    default: DEFAULT_ZONE,
    choices: QINGSTOR_ZONES,
    openEnded: true,
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
    pattern: '[a-z0-9][a-z0-9-]{4,61}[a-z0-9]',
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
    name: 'environmentAuth',
    kind: 'boolean',
    advanced: true,
    label: { en: 'Environment Auth', zh: '环境变量凭证 (Environment Auth)' },
    help: {
      en:
        'Get QingStor credentials from the environment of the server. Only applies if Access Key ID and Secret Access Key ' +
        'are both blank. For administrators.',
      zh: '从服务器的运行环境读取 QingStor 凭证。仅当 Access Key ID 与 Secret Access Key 都留空时有效。仅限管理员。',
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
    default: DEFAULT_CONNECTION_RETRIES,
    minimum: 0,
    maximum: 100,
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
    default: DEFAULT_UPLOAD_CUTOFF,
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
      en: 'Size of the chunks; grows by itself where an object would have more than 10,000. At least 4 MiB.',
      zh: '每个分片的大小；当分片会超过 10,000 个时自动增大。最小 4 MiB。',
    },
    default: DEFAULT_CHUNK_SIZE,
    placeholder: '4Mi',
    minimum: SMALLEST_CHUNK_SIZE,
    maximum: LARGEST_PUT,
  },
  {
    name: 'uploadConcurrency',
    kind: 'integer',
    advanced: true,
    label: { en: 'Upload Concurrency', zh: '上传并发数' },
    help: {
      en:
        'Chunks of the same file on their way at once. More is faster where the line is fast; each takes the memory of a ' +
        'chunk. Checksums hold with any number.',
      zh: '同一文件同时上传的分片数。带宽充足时增大会更快；每个分片占用相应内存。任何并发数下校验和都有效。',
    },
    default: DEFAULT_UPLOAD_CONCURRENCY,
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

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** The options of the form as those of the SDK; what is blank stays blank, so that the SDK's defaults act. */
export function sdkOptions(values: OptionValues): QingStorOptions {
  return {
    accessKeyId: text(values.accessKeyId),
    secretAccessKey: text(values.secretAccessKey),
    environmentAuth: values.environmentAuth === true,
    endpoint: text(values.endpoint),
    zone: text(values.zone),
    connectionRetries: number(values.connectionRetries),
    uploadCutoff: number(values.uploadCutoff),
    chunkSize: number(values.chunkSize),
    uploadConcurrency: number(values.uploadConcurrency),
    caCertificates: text(values.caCertificate),
  };
}
