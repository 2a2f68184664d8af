import { endpointOf, type SampanError } from '@sampan/driver';
import type { ChannelType } from './contract.ts';
import { channelError } from './errors.ts';
import { type Answer, byStatus, post, said } from './http.ts';
import { allowPlainHttp, hostOf, robotUrl, text, urlProblems } from './options.ts';
import { plainText, utf8Bytes, withoutMentions } from './plain-text.ts';

/** "Texts have 2,048 bytes of UTF-8 at most." */
const LIMIT_BYTES = 2_048;
/** 20 messages a minute for each robot; how long who sends more is held back is not documented. */
const THROTTLED_MS = 60_000;

/**
 * Status 200 with `errcode`. Sources: "消息推送配置说明", https://developer.work.weixin.qq.com/document/path/91770, and the
 * table of global codes, https://developer.work.weixin.qq.com/document/path/90313, which says to go by code and not by text.
 */
function refusal(code: unknown, message: string): SampanError {
  switch (code) {
    case 45009:
    case 45033:
      return channelError.throttled(message, THROTTLED_MS);
    case 93000:
    case 93004:
    case 93008:
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

/** Plain text: WeCom's Markdown calls people by `<@userid>` and has no documented escape. */
export const wecom: ChannelType = {
  type: 'wecom',
  label: { en: 'WeCom', zh: '企业微信' },
  description: { en: 'A robot in a WeCom group.', zh: '企业微信群机器人。' },
  capabilities: [],
  options: [robotUrl('https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…'), allowPlainHttp],
  validate: (values) => urlProblems(values, 'url'),
  endpoint: (values) => endpointOf(text(values, 'url') ?? 'https://unknown'),
  destination: (values) => hostOf(values, 'url'),
  create: (values, environment) => {
    const url = text(values, 'url') ?? '';
    return {
      async send(message, signal) {
        const content = plainText(message, { limit: LIMIT_BYTES, measure: utf8Bytes, escaped: withoutMentions });
        const body = JSON.stringify({ msgtype: 'text', text: { content } });
        check(await post(environment, { url, body }, signal), [url]);
      },
    };
  },
};
