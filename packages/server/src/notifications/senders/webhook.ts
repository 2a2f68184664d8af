import { createHmac } from 'node:crypto';
import { endpointOf } from '@sampan/driver';
import type { ChannelType, Message } from './contract.ts';
import { byStatus, post, said } from './http.ts';
import { allowPlainHttp, hostOf, text, urlProblems } from './options.ts';

/**
 * `sha256=` and the hex HMAC-SHA-256 of `timestamp` + "." + the bytes of the body. The receiver computes it again, compares
 * in constant time, and refuses timestamps (seconds since 1970) that are older than it likes.
 */
export function webhookSignature(secret: string, timestamp: number, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

function payload(message: Message): object {
  return {
    id: message.id,
    severity: message.severity,
    title: message.title,
    language: message.language,
    notices: message.items.map(({ event, severity, title, paragraphs, link, notice }) => ({
      id: notice.id,
      event,
      severity,
      time: notice.time,
      title,
      text: paragraphs.join('\n'),
      subject: notice.subject,
      parameters: notice.parameters,
      path: notice.path,
      link,
    })),
  };
}

/** Any answer from 200 to 299 means taken. */
export const webhook: ChannelType = {
  type: 'webhook',
  label: { en: 'Web hook', zh: 'Webhook' },
  description: {
    en: 'A signed HTTP request with the notice as JSON, to a program of your own.',
    zh: '以 JSON 携带通知内容的带签名 HTTP 请求，发送到您自己的程序。',
  },
  capabilities: [],
  options: [
    {
      name: 'url',
      kind: 'secret',
      required: true,
      label: { en: 'Address', zh: '地址' },
      help: {
        en: 'Gets a POST for each message. Kept sealed, since addresses often hold a token.',
        zh: '每条消息发送一次 POST。地址中常含令牌，因此加密保存。',
      },
      placeholder: 'https://example.com/hooks/sampan',
      maximumLength: 2048,
    },
    {
      name: 'secret',
      kind: 'secret',
      required: true,
      label: { en: 'Signing secret', zh: '签名密钥' },
      help: {
        en: 'At least 16 characters. X-Sampan-Signature holds the HMAC-SHA-256 of timestamp and body by it; see the guide.',
        zh: '至少 16 个字符。X-Sampan-Signature 为以此密钥对时间戳和正文计算的 HMAC-SHA-256，详见指南。',
      },
      pattern: '.{16,}',
      maximumLength: 512,
    },
    allowPlainHttp,
  ],
  validate: (values) => urlProblems(values, 'url'),
  endpoint: (values) => endpointOf(text(values, 'url') ?? 'https://unknown'),
  destination: (values) => hostOf(values, 'url'),
  create: (values, environment) => {
    const url = text(values, 'url') ?? '';
    const secret = text(values, 'secret') ?? '';
    return {
      async send(message, signal) {
        const body = JSON.stringify(payload(message));
        const timestamp = Math.floor(environment.now() / 1000);
        const headers = {
          'x-sampan-delivery': message.id,
          'x-sampan-timestamp': String(timestamp),
          'x-sampan-signature': webhookSignature(secret, timestamp, body),
        };
        const answer = await post(environment, { url, headers, body }, signal);
        if (answer.status >= 200 && answer.status < 300) return;
        throw byStatus(answer, `status ${answer.status}: ${said(answer.text, [url, secret])}`);
      },
    };
  },
};
