import type { OptionsProblem, OptionsSchema, OptionValues } from '@sampan/driver';

export const webdavOptions: OptionsSchema = [
  {
    name: 'endpoint',
    kind: 'url',
    required: true,
    label: { en: 'Address', zh: '地址' },
    help: {
      en: 'Of the WebDAV folder, as its server names it, e.g. https://cloud.example.com/remote.php/dav/files/me.',
      zh: 'WebDAV 目录的地址，由服务器提供，例如 https://cloud.example.com/remote.php/dav/files/me。',
    },
    placeholder: 'https://dav.example.com/files',
  },
  {
    name: 'username',
    kind: 'text',
    label: { en: 'User name', zh: '用户名' },
    help: { en: 'Blank where the server asks for none.', zh: '服务器不需要登录时留空。' },
    maximumLength: 255,
  },
  {
    name: 'password',
    kind: 'secret',
    label: { en: 'Password', zh: '密码' },
    help: {
      en: 'Where the server offers passwords for single applications, make one for Sampan.',
      zh: '若服务器支持应用专用密码，请为 Sampan 单独创建一个。',
    },
    maximumLength: 1024,
  },
  {
    name: 'folder',
    kind: 'text',
    label: { en: 'Folder', zh: '目录' },
    help: {
      en: 'Below the address. Must exist. Blank: the address itself.',
      zh: '位于上述地址之下，必须已存在。留空则使用该地址本身。',
    },
    placeholder: 'backups',
    maximumLength: 1024,
  },
  {
    name: 'connectionRetries',
    kind: 'integer',
    advanced: true,
    label: { en: 'Connection Retries', zh: '连接重试次数' },
    help: {
      en: 'How often a request is made again after a broken connection, 429 or 5xx.',
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
    help: { en: 'How long the server may be silent.', zh: '服务器最长可无响应的时间。' },
    default: 60,
    minimum: 1,
    maximum: 3600,
  },
  {
    name: 'caCertificate',
    kind: 'text',
    advanced: true,
    label: { en: 'CA certificate (PEM)', zh: 'CA 证书 (PEM)' },
    help: {
      en: 'For a server whose certificate comes from an authority of its own.',
      zh: '用于由自有证书机构签发证书的服务器。',
    },
    maximumLength: 65_536,
  },
];

export interface WebdavOptions {
  /** Scheme, host and port. */
  origin: string;
  /** Of the folder, percent-encoded, with `/` at its end. */
  basePath: string;
  username: string | undefined;
  password: string | undefined;
  connectionRetries: number;
  timeoutMs: number;
  caCertificate: string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (values: OptionValues, name: string): number => {
  const given = values[name] ?? webdavOptions.find((field) => field.name === name)?.default;
  return typeof given === 'number' ? given : 0;
};

/** A path of any characters as it stands in a request. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

export function readWebdavOptions(values: OptionValues): WebdavOptions {
  const endpoint = new URL(text(values.endpoint) ?? 'http://localhost');
  const base = endpoint.pathname.replace(/\/+$/, '');
  const folder = (text(values.folder) ?? '').replace(/^\/+|\/+$/g, '');
  return {
    origin: endpoint.origin,
    basePath: folder === '' ? `${base}/` : `${base}/${encodePath(folder)}/`,
    username: text(values.username),
    password: text(values.password),
    connectionRetries: number(values, 'connectionRetries'),
    timeoutMs: number(values, 'timeoutSeconds') * 1000,
    caCertificate: text(values.caCertificate),
  };
}

export function validateWebdavOptions(values: OptionValues): OptionsProblem[] {
  const problems: OptionsProblem[] = [];
  const { search, hash, username } = new URL(text(values.endpoint) ?? 'http://localhost');
  if (search !== '' || hash !== '' || username !== '') {
    const message = 'The address is scheme, host, port and path only; user name and password have fields of their own.';
    problems.push({ field: 'endpoint', code: 'bad_format', message });
  }
  if (values.password !== undefined && values.username === undefined) {
    problems.push({ field: 'username', code: 'required', message: 'A password needs a user name.' });
  }
  const parts = (text(values.folder) ?? '').split('/');
  if (parts.some((part) => part === '.' || part === '..')) {
    problems.push({ field: 'folder', code: 'bad_format', message: 'folder may not have parts that are . or ..' });
  }
  return problems;
}
