import { createHmac } from 'node:crypto';
import { endpointOf, type SampanError } from '@sampan/driver';
import type { ChannelType, Message } from './contract.ts';
import { channelError } from './errors.ts';
import { type Answer, byStatus, post, said } from './http.ts';
import { allowPlainHttp, hostOf, robotUrl, text, urlProblems } from './options.ts';
import { plainText, signedTitle, utf8Bytes, withoutMentions } from './plain-text.ts';

/** "The request body may not be larger than 20 KB." JSON may double what is written, e.g. line breaks. */
const LIMIT_BYTES = 8_000;
/** 100 messages a minute and 5 a second; how long who sends more is held back is not documented. */
const THROTTLED_MS = 60_000;

/**
 * The signature in the body: base64(HMAC-SHA-256(key = `timestamp` + "\n" + `secret`, empty text)), timestamp in seconds.
 * Source: "自定义机器人使用指南", section 签名校验,
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot; Lark's is the same. There are sample programs and no
 * published vectors.
 */
export function feishuSignature(timestamp: number, secret: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
}

/** Codes of the same guide. 19001 is what robots answer that were removed; the guide calls it "param invalid" only. */
function refusal(code: unknown, message: string): SampanError {
  switch (code) {
    case 19021:
      return channelError.badSignature(message);
    case 19022:
      return channelError.addressNotAllowed(message);
    case 19024:
      return channelError.keywordMissing(message);
    case 19001:
      return channelError.gone(message);
    case 9499:
      return channelError.messageRefused(message);
    case 11232:
    case 99991400:
      return channelError.throttled(message, THROTTLED_MS);
    default:
      return channelError.messageRefused(`${code}: ${message}`);
  }
}

function check(answer: Answer, secrets: readonly (string | undefined)[]): void {
  const told = said(answer.json?.msg ?? answer.text, secrets);
  if (answer.json !== null && 'code' in answer.json) {
    if (answer.json.code === 0) return;
    throw refusal(answer.json.code, told);
  }
  // Older robots answered only this.
  if (answer.json?.StatusCode === 0) return;
  if (answer.status !== 200) throw byStatus(answer, `status ${answer.status}: ${told}`);
  throw channelError.unexpected(told);
}

/** A `post`: its parts are texts and links by structure, so that no text can be markup, such as `<at user_id="all">`. */
function content(message: Message): object {
  const language = message.language === 'zh-CN' ? 'zh_cn' : 'en_us';
  const written = plainText(message, {
    limit: LIMIT_BYTES,
    measure: utf8Bytes,
    escaped: withoutMentions,
    withTitle: false,
  });
  const lines = written.split('\n').map((line) => [{ tag: 'text', text: line }]);
  return { post: { [language]: { title: withoutMentions(signedTitle(message)), content: lines } } };
}

export const feishu: ChannelType = {
  type: 'feishu',
  label: { en: 'Feishu / Lark', zh: '飞书 / Lark' },
  description: { en: 'A custom bot in a Feishu or Lark group.', zh: '飞书或 Lark 群中的自定义机器人。' },
  capabilities: [],
  options: [
    robotUrl('https://open.feishu.cn/open-apis/bot/v2/hook/…'),
    {
      name: 'secret',
      kind: 'secret',
      label: { en: 'Signing secret', zh: '签名密钥' },
      help: {
        en: 'Where the bot checks signatures. Otherwise add the keyword Sampan to the bot.',
        zh: '机器人启用“签名校验”时填写；否则可在机器人中添加关键词 Sampan。',
      },
      maximumLength: 512,
    },
    allowPlainHttp,
  ],
  validate: (values) => urlProblems(values, 'url'),
  endpoint: (values) => endpointOf(text(values, 'url') ?? 'https://unknown'),
  destination: (values) => hostOf(values, 'url'),
  create: (values, environment) => {
    const secret = text(values, 'secret');
    const url = text(values, 'url') ?? '';
    return {
      async send(message, signal) {
        const timestamp = Math.floor(environment.now() / 1000);
        const signed = secret !== undefined && {
          timestamp: String(timestamp),
          sign: feishuSignature(timestamp, secret),
        };
        const body = JSON.stringify({ ...signed, msg_type: 'post', content: content(message) });
        check(await post(environment, { url, body }, signal), [url, secret]);
      },
    };
  },
};
