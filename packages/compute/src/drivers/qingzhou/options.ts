import type { OptionsSchema, OptionValues } from '@sampan/driver';
import { openapiProfile, type QingzhouProfile, qingzhouProfiles } from '@sampan/qingzhou-sdk';

const DEFAULT_ENDPOINT = 'https://api.qingzhou.cn';

/** The form of the vendor's integration guide, in its order and words; what we add comes after it as advanced. */
export const qingzhouOptions: OptionsSchema = [
  {
    name: 'endpoint',
    kind: 'url',
    label: { en: 'API Endpoint', zh: 'API 端点' },
    help: {
      en: 'The API gateway of the region where you bought your resources: choose a known one or type any other.',
      zh: '购买资源所在地域的 API 网关：可选择已知端点，也可填写其他地址。',
    },
    placeholder: DEFAULT_ENDPOINT,
    default: DEFAULT_ENDPOINT,
    required: true,
    choices: openapiProfile.endpoints.map(({ endpoint, name, nameZh }) => ({
      value: endpoint,
      label: { en: `${name} (${endpoint})`, zh: `${nameZh}（${endpoint}）` },
    })),
    openEnded: true,
  },
  {
    name: 'region',
    kind: 'text',
    label: { en: 'Region', zh: '地域' },
    help: {
      en: 'Must be the region of your images and instances, for example cn-north-1.',
      zh: '必须与镜像和云主机所在地域一致，例如 cn-north-1。',
    },
    placeholder: 'cn-north-1',
    required: true,
    choices: openapiProfile.endpoints.map(({ regionId, name, nameZh }) => ({
      value: regionId,
      label: { en: `${name} (${regionId})`, zh: `${nameZh}（${regionId}）` },
    })),
    openEnded: true,
    maximumLength: 64,
  },
  {
    name: 'accessKeyId',
    kind: 'text',
    label: { en: 'AccessKey ID', zh: 'AccessKey ID' },
    help: {
      en: 'Console → Account Center → AccessKey Management. Prefer the key of a sub-account with only the permissions it needs.',
      zh: '控制台 → 账号中心 → AccessKey 管理。建议使用只授予所需权限的子账号密钥。',
    },
    required: true,
    maximumLength: 128,
  },
  {
    name: 'accessKeySecret',
    kind: 'secret',
    label: { en: 'AccessKey Secret', zh: 'AccessKey Secret' },
    help: {
      en: 'Shown only once by the vendor. Stored encrypted, never shown again. Copy it without blanks around it.',
      zh: '厂商只显示一次。加密保存，不再显示。复制时首尾不要带空格。',
    },
    required: true,
    maximumLength: 256,
  },
  {
    name: 'vpcId',
    kind: 'text',
    label: { en: 'VPC ID', zh: 'VPC ID' },
    help: {
      en: 'Optional. When given, only instances in this VPC are listed.',
      zh: '可选。填写后只列出该 VPC 内的云主机。',
    },
    placeholder: 'vpc-xxxxx',
    maximumLength: 64,
  },
  {
    name: 'defaultImage',
    kind: 'text',
    label: { en: 'Default Image', zh: '默认镜像' },
    help: {
      en: 'Console → Cloud Host → Image Management. The image must be in the region above.',
      zh: '控制台 → 云主机 → 镜像管理。镜像必须属于上面的地域。',
    },
    placeholder: 'image-xxxxx',
    maximumLength: 64,
  },
  {
    name: 'defaultFlavor',
    kind: 'text',
    label: { en: 'Default Flavor', zh: '默认规格' },
    help: { en: 'Console → Cloud Host → Flavor Management.', zh: '控制台 → 云主机 → 规格管理。' },
    placeholder: 'flavor-xxxxx',
    maximumLength: 64,
  },
  {
    name: 'signatureMethod',
    kind: 'text',
    label: { en: 'Signature method', zh: '签名算法' },
    choices: [
      { value: 'HMAC-SHA1', label: { en: 'HMAC-SHA1', zh: 'HMAC-SHA1' } },
      { value: 'HMAC-SHA256', label: { en: 'HMAC-SHA256', zh: 'HMAC-SHA256' } },
    ],
    default: 'HMAC-SHA1',
    advanced: true,
  },
  {
    name: 'profile',
    kind: 'text',
    label: { en: 'API profile', zh: 'API 配置档' },
    help: {
      en: "The set of assumptions about the vendor's wire format: names of actions, fields and errors.",
      zh: '对厂商接口格式的一组假定：操作名、字段名与错误码。',
    },
    choices: Object.keys(qingzhouProfiles).map((name) => ({ value: name, label: { en: name, zh: name } })),
    default: openapiProfile.name,
    advanced: true,
  },
  {
    name: 'requestsPerSecond',
    kind: 'integer',
    label: { en: 'Requests per second', zh: '每秒请求数' },
    help: {
      en: 'At most so many, with short bursts of twice as many. Lower it when the vendor answers Throttling.',
      zh: '上限，允许短时两倍突发。厂商返回 Throttling 时请调低。',
    },
    default: 20,
    minimum: 1,
    maximum: 1000,
    advanced: true,
  },
  {
    name: 'cacheSeconds',
    kind: 'integer',
    label: { en: 'API cache (seconds)', zh: 'API 缓存（秒）' },
    help: {
      en: 'Lists of regions, networks, images and flavors may be reused for so long (qingzhou_cache_ttl). 0 switches it off; instances are never cached.',
      zh: '地域、网络、镜像、规格列表可复用的时长（即 qingzhou_cache_ttl）。0 表示关闭；云主机从不缓存。',
    },
    default: 0,
    minimum: 0,
    maximum: 86_400,
    advanced: true,
  },
  {
    name: 'allowPlainHttp',
    kind: 'boolean',
    label: { en: 'Allow plain HTTP', zh: '允许明文 HTTP' },
    help: {
      en: 'Only for a simulator or a gateway in your own network: nothing on the way is encrypted or verified.',
      zh: '仅用于模拟器或自有内网网关：传输不加密，也不校验对方身份。',
    },
    default: false,
    advanced: true,
  },
];

/** The options with defaults in force. */
export interface QingzhouHostOptions {
  endpoint: string;
  region: string;
  accessKeyId: string;
  accessKeySecret: string;
  vpcId: string | undefined;
  defaultImage: string | undefined;
  defaultFlavor: string | undefined;
  signatureMethod: 'HMAC-SHA1' | 'HMAC-SHA256';
  profile: QingzhouProfile;
  requestsPerSecond: number;
  cacheSeconds: number;
}

export function readQingzhouOptions(values: OptionValues): QingzhouHostOptions {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return value === undefined || value === '' ? undefined : String(value);
  };
  const number = (name: string, fallback: number): number => Number(values[name] ?? fallback);
  return {
    endpoint: text('endpoint') ?? DEFAULT_ENDPOINT,
    region: text('region') ?? '',
    accessKeyId: text('accessKeyId') ?? '',
    accessKeySecret: text('accessKeySecret') ?? '',
    vpcId: text('vpcId'),
    defaultImage: text('defaultImage'),
    defaultFlavor: text('defaultFlavor'),
    signatureMethod: text('signatureMethod') === 'HMAC-SHA256' ? 'HMAC-SHA256' : 'HMAC-SHA1',
    profile: qingzhouProfiles[text('profile') ?? openapiProfile.name] ?? openapiProfile,
    requestsPerSecond: number('requestsPerSecond', 20),
    cacheSeconds: number('cacheSeconds', 0),
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** What the schema cannot say: how an endpoint may look. */
export function validateQingzhouOptions(values: OptionValues): { field: string; code: string; message: string }[] {
  const endpoint = readQingzhouOptions(values).endpoint;
  if (!URL.canParse(endpoint))
    return [{ field: 'endpoint', code: 'bad_format', message: 'endpoint is not a valid address' }];
  const url = new URL(endpoint);
  if (url.username || url.password || url.search || url.hash) {
    const message = 'endpoint must not hold a user name, a query or a fragment';
    return [{ field: 'endpoint', code: 'bad_format', message }];
  }
  if (url.protocol === 'http:' && values.allowPlainHttp !== true && !isLoopback(url.hostname)) {
    const message = 'endpoint uses plain HTTP, which anyone on the way can read; use https:// or allow plain HTTP';
    return [{ field: 'endpoint', code: 'plain_http', message }];
  }
  return [];
}
