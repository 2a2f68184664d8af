import type { OptionsProblem, OptionsSchema, OptionValues } from '@sampan/driver';

export const sftpOptions: OptionsSchema = [
  {
    name: 'host',
    kind: 'text',
    required: true,
    label: { en: 'Host', zh: '主机' },
    help: { en: 'Name or address of the SSH server.', zh: 'SSH 服务器的域名或地址。' },
    placeholder: 'backup.example.com',
    pattern: '[^\\s/@]+',
    maximumLength: 255,
  },
  {
    name: 'port',
    kind: 'integer',
    label: { en: 'Port', zh: '端口' },
    default: 22,
    minimum: 1,
    maximum: 65_535,
  },
  {
    name: 'username',
    kind: 'text',
    required: true,
    label: { en: 'User name', zh: '用户名' },
    maximumLength: 255,
  },
  {
    name: 'password',
    kind: 'secret',
    label: { en: 'Password', zh: '密码' },
    help: {
      en: 'Or a private key, or both where the server asks for both.',
      zh: '或使用私钥；若服务器要求，可同时填写两者。',
    },
    maximumLength: 1024,
  },
  {
    name: 'privateKey',
    kind: 'secret',
    label: { en: 'Private key (PEM)', zh: '私钥 (PEM)' },
    help: {
      en: 'The text of the key file, e.g. of ~/.ssh/id_ed25519.',
      zh: '密钥文件的内容，例如 ~/.ssh/id_ed25519。',
    },
    maximumLength: 65_536,
  },
  {
    name: 'passphrase',
    kind: 'secret',
    label: { en: 'Passphrase of the private key', zh: '私钥口令' },
    maximumLength: 1024,
  },
  {
    name: 'hostKey',
    kind: 'text',
    label: { en: 'Fingerprint of the host key', zh: '主机密钥指纹' },
    help: {
      en: 'Without it Sampan does not connect. Test Connection shows the fingerprint that it finds: compare it with what the administrator of the server says (ssh-keygen -lf), and paste it here.',
      zh: '未填写时 Sampan 不会连接。测试连接会显示发现的指纹：请与服务器管理员提供的指纹（ssh-keygen -lf）核对后填入。',
    },
    placeholder: 'SHA256:…',
    pattern: 'SHA256:[A-Za-z0-9+/]{43}=?',
  },
  {
    name: 'folder',
    kind: 'text',
    label: { en: 'Folder', zh: '目录' },
    help: {
      en: 'Must exist. Absolute, or relative to the home folder of the user; blank: the home folder.',
      zh: '必须已存在。可为绝对路径，或相对于用户主目录的路径；留空为主目录。',
    },
    placeholder: '/srv/backups',
    maximumLength: 4096,
  },
  {
    name: 'connections',
    kind: 'integer',
    advanced: true,
    label: { en: 'Connections', zh: '连接数' },
    help: { en: 'SSH connections at the same time, at most.', zh: '同时建立的 SSH 连接数上限。' },
    default: 2,
    minimum: 1,
    maximum: 16,
  },
  {
    name: 'connectionRetries',
    kind: 'integer',
    advanced: true,
    label: { en: 'Connection Retries', zh: '连接重试次数' },
    help: { en: 'How often a call is made again after a broken connection.', zh: '连接中断后，操作最多重试的次数。' },
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
    default: 30,
    minimum: 1,
    maximum: 3600,
  },
];

export interface SftpOptions {
  host: string;
  port: number;
  username: string;
  password: string | undefined;
  privateKey: string | undefined;
  passphrase: string | undefined;
  /** `SHA256:…` without padding; undefined: nobody is trusted. */
  hostKey: string | undefined;
  /** Without `/` at its end; `.` is the home folder. */
  folder: string;
  connections: number;
  connectionRetries: number;
  timeoutMs: number;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (values: OptionValues, name: string): number => {
  const given = values[name] ?? sftpOptions.find((field) => field.name === name)?.default;
  return typeof given === 'number' ? given : 0;
};

export function readSftpOptions(values: OptionValues): SftpOptions {
  const folder = text(values.folder) ?? '.';
  return {
    host: text(values.host)?.replace(/^\[|\]$/g, '') ?? '',
    port: number(values, 'port'),
    username: text(values.username) ?? '',
    password: text(values.password),
    privateKey: text(values.privateKey),
    passphrase: text(values.passphrase),
    hostKey: text(values.hostKey)?.replace(/=$/, ''),
    folder: folder === '/' ? folder : folder.replace(/\/+$/, ''),
    connections: number(values, 'connections'),
    connectionRetries: number(values, 'connectionRetries'),
    timeoutMs: number(values, 'timeoutSeconds') * 1000,
  };
}

export function validateSftpOptions(values: OptionValues): OptionsProblem[] {
  if (values.password === undefined && values.privateKey === undefined) {
    return [{ field: 'password', code: 'required', message: 'Give a password or a private key.' }];
  }
  const key = text(values.privateKey);
  if (key !== undefined && !/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) {
    return [{ field: 'privateKey', code: 'bad_format', message: 'privateKey must be the text of a private key file.' }];
  }
  return [];
}
