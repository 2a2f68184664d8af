import { endpointOf } from '@sampan/driver';
import type { ChannelType } from './contract.ts';
import { channelError } from './errors.ts';
import { byStatus, post, said } from './http.ts';
import { allowPlainHttp, text, urlProblems } from './options.ts';
import { plainText, utf8Bytes } from './plain-text.ts';

/** Longer ones become an attached file, https://docs.ntfy.sh/publish/#limitations. */
const LIMIT_BYTES = 4_096;
const TITLE_LENGTH = 200;
const SERVER = 'https://ntfy.sh';
const PRIORITIES = { error: 5, warning: 4, info: 3 } as const;
const TAGS = { error: 'rotating_light', warning: 'warning', info: 'information_source' } as const;

/** JSON to the root of the server, https://docs.ntfy.sh/publish/#publish-as-json; errors are `{code, http, error, link}`. */
export const ntfy: ChannelType = {
  type: 'ntfy',
  label: { en: 'ntfy', zh: 'ntfy' },
  description: { en: 'A topic of ntfy.sh or of an ntfy server of your own.', zh: 'ntfy.sh 或自建 ntfy 服务的主题。' },
  capabilities: [],
  options: [
    {
      name: 'serverUrl',
      kind: 'url',
      label: { en: 'Server', zh: '服务器' },
      default: SERVER,
    },
    {
      name: 'topic',
      kind: 'secret',
      required: true,
      label: { en: 'Topic', zh: '主题' },
      help: {
        en: 'Without accounts, whoever knows the topic reads and writes it: choose one that nobody guesses. Kept sealed.',
        zh: '未启用账号时，知道主题名即可读写，请使用难以猜到的名称。加密保存。',
      },
      pattern: '[A-Za-z0-9_-]{1,64}',
    },
    {
      name: 'token',
      kind: 'secret',
      label: { en: 'Access token', zh: '访问令牌' },
      help: { en: 'Where the topic is protected; begins with tk_.', zh: '主题受保护时填写，以 tk_ 开头。' },
      maximumLength: 512,
    },
    allowPlainHttp,
  ],
  validate: (values) => urlProblems(values, 'serverUrl'),
  endpoint: (values) => endpointOf(text(values, 'serverUrl') ?? SERVER),
  destination: (values) => new URL(text(values, 'serverUrl') ?? SERVER).host,
  create: (values, environment) => {
    const topic = text(values, 'topic');
    const token = text(values, 'token');
    const url = new URL('/', text(values, 'serverUrl') ?? SERVER).href;
    return {
      async send(message, signal) {
        const [first] = message.items;
        const link = message.items.length === 1 ? first?.link : null;
        const body = JSON.stringify({
          topic,
          title: [...message.title].slice(0, TITLE_LENGTH).join(''),
          message: plainText(message, { limit: LIMIT_BYTES, measure: utf8Bytes, withTitle: false }),
          priority: PRIORITIES[message.severity],
          tags: [TAGS[message.severity]],
          ...(link && { click: link }),
        });
        const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const answer = await post(environment, { url, headers, body }, signal);
        if (answer.status === 200 && answer.json?.event === 'message') return;
        const told = said(answer.json?.error ?? answer.text, [topic, token]);
        if (answer.status === 200) throw channelError.unexpected(told);
        throw byStatus(answer, `status ${answer.status}: ${told}`);
      },
    };
  },
};
