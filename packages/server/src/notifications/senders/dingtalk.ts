import { createHmac } from 'node:crypto';
import { endpointOf, type SampanError } from '@sampan/driver';
import type { ChannelType } from './contract.ts';
import { channelError } from './errors.ts';
import { type Answer, byStatus, post, said } from './http.ts';
import { allowPlainHttp, hostOf, robotUrl, text, urlProblems } from './options.ts';
import { plainText, utf8Bytes, withoutMentions } from './plain-text.ts';

/** Documented for a whole message body of a robot are 20,000 bytes; the rest is for the JSON around it. */
const LIMIT_BYTES = 16_000;
/** "At most 20 messages a minute; who sends more is held back for 10 minutes." */
const THROTTLED_MS = 600_000;

/**
 * The signature in the address: base64(HMAC-SHA-256(key = secret, `timestamp` + "\n" + `secret`)), timestamp in milliseconds.
 * Source: "自定义机器人安全设置", https://open.dingtalk.com/document/robots/customize-robot-security-settings. The vendor
 * publishes sample programs and no vectors for robots.
 */
export function dingtalkSignature(timestamp: number, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

/**
 * Status 200 with `errcode`. 310000 is every refusal by the security settings, told apart by its text only; that the text
 * stays as it is, is not documented. Source: "自定义机器人接入", section 常见错误码,
 * https://open.dingtalk.com/document/robots/custom-robot-access, and the global table of return codes.
 */
function refusal(code: unknown, message: string): SampanError {
  switch (code) {
    case 310000:
      if (/keyword/i.test(message)) return channelError.keywordMissing(message);
      if (/sign|timestamp/i.test(message)) return channelError.badSignature(message);
      if (/\bip\b/i.test(message)) return channelError.addressNotAllowed(message);
      return channelError.messageRefused(message);
    case 130101:
    case 410100:
      return channelError.throttled(message, THROTTLED_MS);
    case 300005:
    case 400013:
    case 400101:
    case 400102:
    case 400106:
      return channelError.gone(message);
    case -1:
      return channelError.unavailable(message);
    default:
      return channelError.messageRefused(`${code}: ${message}`);
  }
}

function check(answer: Answer, secrets: readonly (string | undefined)[]): void {
  const told = said(answer.json?.errmsg ?? answer.text, secrets);
  if (answer.json !== null && 'errcode' in answer.json) {
    if (answer.json.errcode === 0) return;
    throw refusal(answer.json.errcode, told);
  }
  if (answer.status !== 200) throw byStatus(answer, `status ${answer.status}: ${told}`);
  throw channelError.unexpected(told);
}

/** Plain text, since backslashes are not documented to escape DingTalk's Markdown; nobody is named in `at`. */
export const dingtalk: ChannelType = {
  type: 'dingtalk',
  label: { en: 'DingTalk', zh: '钉钉' },
  description: { en: 'A custom robot in a DingTalk group.', zh: '钉钉群中的自定义机器人。' },
  capabilities: [],
  options: [
    robotUrl('https://oapi.dingtalk.com/robot/send?access_token=…'),
    {
      name: 'secret',
      kind: 'secret',
      label: { en: 'Signing secret', zh: '加签密钥' },
      help: {
        en: 'Begins with SEC; where the robot is secured by a signature. Otherwise add the keyword Sampan to the robot.',
        zh: '以 SEC 开头，机器人安全设置选择“加签”时填写；否则请在机器人中添加关键词 Sampan。',
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
    const address = text(values, 'url') ?? '';
    return {
      async send(message, signal) {
        const url = new URL(address);
        if (secret !== undefined) {
          const timestamp = environment.now();
          url.searchParams.set('timestamp', String(timestamp));
          url.searchParams.set('sign', dingtalkSignature(timestamp, secret));
        }
        const content = plainText(message, { limit: LIMIT_BYTES, measure: utf8Bytes, escaped: withoutMentions });
        const body = JSON.stringify({ msgtype: 'text', text: { content }, at: { isAtAll: false } });
        check(await post(environment, { url: url.href, body }, signal), [address, secret]);
      },
    };
  },
};
