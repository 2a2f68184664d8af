import { connect, isIP, type Socket } from 'node:net';
import type { OptionsProblem, OptionValues, SampanError } from '@sampan/driver';
import type { SendMailOptions, SMTPSentMessageInfo, SMTPTransportOptions, Transporter } from 'nodemailer';
import { SEND_TIMEOUT_MS } from '../timing.ts';
import type { ChannelType, Message, MessageItem, Sender, SenderEnvironment } from './contract.ts';
import { channelError, connectionError } from './errors.ts';
import { said } from './http.ts';
import { isLoopback, text } from './options.ts';
import { plainText, signedTitle } from './plain-text.ts';

const RECIPIENTS_AT_MOST = 50;
const ADDRESS = /^[^\s@<>,;"()]+@[^\s@<>,;"()]+$/;
const TEXT_LIMIT = 200_000;
const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

type Security = keyof typeof PORTS;

interface EmailOptions {
  host: string;
  port: number;
  security: Security;
  user: string | undefined;
  password: string | undefined;
  from: string;
  to: readonly string[];
  caCertificate: string | undefined;
}

function addresses(list: string | undefined): string[] {
  return (list ?? '')
    .split(/[,;\n]/)
    .map((address) => address.trim())
    .filter(Boolean);
}

function read(values: OptionValues): EmailOptions {
  const security = (text(values, 'security') ?? 'tls') as Security;
  return {
    host: text(values, 'host') ?? '',
    port: typeof values.port === 'number' ? values.port : PORTS[security],
    security,
    user: text(values, 'user'),
    password: text(values, 'password'),
    from: text(values, 'from') ?? '',
    to: addresses(text(values, 'to')),
    caCertificate: text(values, 'caCertificate'),
  };
}

/** `Sampan <sampan@example.com>` or the address alone. */
function bareAddress(from: string): string {
  return /<([^<>]*)>$/.exec(from)?.[1] ?? from;
}

function validate(values: OptionValues): OptionsProblem[] {
  const options = read(values);
  const problems: OptionsProblem[] = [];
  const wrong = options.to.filter((address) => !ADDRESS.test(address));
  if (wrong.length > 0 || options.to.length === 0) {
    const message = wrong.length > 0 ? `not an address: ${wrong.join(', ')}` : 'give at least one address';
    problems.push({ field: 'to', code: 'bad_format', message });
  }
  if (options.to.length > RECIPIENTS_AT_MOST) {
    problems.push({ field: 'to', code: 'too_large', message: `at most ${RECIPIENTS_AT_MOST} addresses` });
  }
  if (!ADDRESS.test(bareAddress(options.from))) {
    problems.push({ field: 'from', code: 'bad_format', message: `not an address: ${options.from}` });
  }
  if (options.password !== undefined && options.user === undefined) {
    problems.push({ field: 'user', code: 'required', message: 'a password needs a user name' });
  }
  if (options.password !== undefined && options.security === 'none' && !isLoopback(options.host)) {
    const message = 'without TLS anyone on the way could read the password; choose TLS or STARTTLS';
    problems.push({ field: 'security', code: 'plain_http', message });
  }
  return problems;
}

function escapeHtml(plain: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return plain.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

const COLOURS = { error: '#c62828', warning: '#b26a00', info: '#2e7d32' } as const;

function itemHtml(message: Message, item: MessageItem): string {
  const { words } = message;
  return [
    `<div style="border-left:4px solid ${COLOURS[item.severity]};padding:4px 12px;margin:0 0 16px">`,
    `<p style="margin:0 0 8px;font-weight:600">${escapeHtml(item.title)}</p>`,
    ...item.paragraphs.map((line) => `<p style="margin:0 0 8px">${escapeHtml(line)}</p>`),
    `<p style="margin:0 0 8px;color:#666">${escapeHtml(`${words.time}${item.time}`)}</p>`,
    ...(item.link === null
      ? []
      : [`<p style="margin:0"><a href="${escapeHtml(item.link)}">${escapeHtml(item.link)}</a></p>`]),
    '</div>',
  ].join('');
}

function toHtml(message: Message): string {
  const body = message.items.map((item) => itemHtml(message, item)).join('');
  return (
    `<!doctype html><html lang="${message.language}"><meta charset="utf-8">` +
    `<body style="font-family:system-ui,sans-serif;font-size:14px;line-height:1.5">${body}</body></html>`
  );
}

function refusal(thrown: unknown, options: EmailOptions, signal: AbortSignal): SampanError {
  const error = thrown as { code?: unknown; responseCode?: unknown; response?: unknown; command?: unknown };
  const code = String(error.code ?? '');
  const status = Number(error.responseCode) || 0;
  const told = said(error.response ?? code, [options.password]);
  const isTemporary = status >= 400 && status < 500;
  if (!signal.aborted) {
    if (code === 'EAUTH' || code === 'ENOAUTH')
      return isTemporary ? channelError.unavailable(told) : channelError.loginFailed(told);
    if (code === 'EENVELOPE' && status > 0) return channelError.recipientRefused(told, isTemporary);
    if (status === 421 || status === 450 || status === 451 || status === 452) return channelError.unavailable(told);
    if (code === 'EMESSAGE' && status > 0)
      return isTemporary ? channelError.unavailable(told) : channelError.messageRefused(told);
    if (code === 'ETLS') return channelError.tls(options.host, tlsReason(thrown));
    if (code === 'EPROTOCOL') return channelError.unexpected(told);
  }
  return connectionError(thrown, options.host, signal, SEND_TIMEOUT_MS);
}

/** Nodemailer puts the reason of OpenSSL or of the check of names into its text; that holds no secret. */
function tlsReason(thrown: unknown): string {
  return said(thrown instanceof Error ? thrown.message : '', []);
}

/** Connects through the egress check; Nodemailer itself would look names up by its own means. */
function openSocket(options: EmailOptions, environment: SenderEnvironment, signal: AbortSignal): Promise<Socket> {
  if (isIP(options.host) !== 0 && !environment.allowsAddress(options.host))
    return Promise.reject(channelError.forbidden(options.host));
  return new Promise((resolve, reject) => {
    const socket = connect({ host: options.host, port: options.port, lookup: environment.lookup });
    const abort = () => socket.destroy(new Error('out of time'));
    signal.addEventListener('abort', abort, { once: true });
    // Stays: who ends early leaves nobody else to hear it.
    socket.on('error', reject);
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.once('connect', () => resolve(socket));
    if (signal.aborted) abort();
  });
}

/** One connection for one message: there are few of them. */
async function withTransport<T>(
  options: EmailOptions,
  environment: SenderEnvironment,
  signal: AbortSignal,
  work: (transport: Transporter<SMTPSentMessageInfo, SMTPTransportOptions>) => Promise<T>,
): Promise<T> {
  // Loaded only where it is used.
  const { createTransport } = await import('nodemailer');
  let socket: Socket | undefined;
  try {
    const connection = await openSocket(options, environment, signal);
    socket = connection;
    const settings: SMTPTransportOptions = {
      host: options.host,
      port: options.port,
      secure: options.security === 'tls',
      requireTLS: options.security === 'starttls',
      ignoreTLS: options.security === 'none',
      ...(options.user !== undefined && { auth: { user: options.user, pass: options.password ?? '' } }),
      tls: {
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(isIP(options.host) === 0 && { servername: options.host }),
        ...(options.caCertificate !== undefined && { ca: options.caCertificate }),
      },
      connectionTimeout: SEND_TIMEOUT_MS,
      greetingTimeout: SEND_TIMEOUT_MS,
      socketTimeout: SEND_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
      getSocket: (_options, callback) => callback(null, { connection }),
    };
    return await work(createTransport(settings));
  } catch (error) {
    throw refusal(error, options, signal);
  } finally {
    socket?.destroy();
  }
}

function create(values: OptionValues, environment: SenderEnvironment): Sender {
  const options = read(values);
  return {
    greet: (signal) =>
      withTransport(options, environment, signal, async (transport) => void (await transport.verify())),
    send: (message, signal) =>
      withTransport(options, environment, signal, async (transport) => {
        const domain = bareAddress(options.from).split('@')[1] ?? 'sampan.invalid';
        const mail: SendMailOptions = {
          from: options.from,
          to: [...options.to],
          subject: signedTitle(message),
          text: plainText(message, { limit: TEXT_LIMIT }),
          html: toHtml(message),
          // The same for each attempt, so that mail programs show it once.
          messageId: `<${message.id}@${domain}>`,
          date: new Date(environment.now()),
          // Holiday replies and bounces of machines to machines end here (RFC 3834).
          headers: { 'auto-submitted': 'auto-generated', 'x-sampan-delivery': message.id },
        };
        const { rejected } = await transport.sendMail(mail);
        if (rejected.length > 0) throw channelError.recipientRefused(rejected.join(', '), false);
      }),
  };
}

export const email: ChannelType = {
  type: 'email',
  label: { en: 'E-mail', zh: '电子邮件' },
  description: { en: 'By an SMTP server of yours.', zh: '通过您的 SMTP 服务器发送。' },
  capabilities: ['greet'],
  options: [
    {
      name: 'host',
      kind: 'text',
      required: true,
      label: { en: 'SMTP server', zh: 'SMTP 服务器' },
      placeholder: 'smtp.example.com',
      pattern: '[A-Za-z0-9.:_-]+',
      maximumLength: 255,
    },
    {
      name: 'security',
      kind: 'text',
      label: { en: 'Security', zh: '加密方式' },
      default: 'tls',
      choices: [
        { value: 'tls', label: { en: 'TLS from the beginning (465)', zh: 'TLS（465）' } },
        { value: 'starttls', label: { en: 'STARTTLS, demanded (587)', zh: '强制 STARTTLS（587）' } },
        { value: 'none', label: { en: 'None (25)', zh: '不加密（25）' } },
      ],
    },
    {
      name: 'port',
      kind: 'integer',
      label: { en: 'Port', zh: '端口' },
      help: { en: 'Blank: the one of the security.', zh: '留空则按加密方式取默认端口。' },
      minimum: 1,
      maximum: 65_535,
    },
    {
      name: 'user',
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
        en: 'Many providers want a password for applications (授权码), not the one of the mailbox.',
        zh: '许多邮箱需要填写“授权码”，而非登录密码。',
      },
      maximumLength: 1024,
    },
    {
      name: 'from',
      kind: 'text',
      required: true,
      label: { en: 'From', zh: '发件人' },
      placeholder: 'Sampan <sampan@example.com>',
      maximumLength: 320,
    },
    {
      name: 'to',
      kind: 'text',
      required: true,
      label: { en: 'To', zh: '收件人' },
      help: { en: 'Several with commas between them.', zh: '多个地址用逗号分隔。' },
      placeholder: 'ops@example.com, me@example.com',
      maximumLength: 4096,
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
  ],
  validate,
  endpoint: (values) => {
    const { host, port } = read(values);
    return { host, port };
  },
  destination: (values) => read(values).to.join(', '),
  create,
};
