import { endpointOf, type SampanError } from '@sampan/driver';
import type { ChannelType } from './contract.ts';
import { channelError } from './errors.ts';
import { byStatus, post, said } from './http.ts';
import { allowPlainHttp, text, urlProblems } from './options.ts';
import { plainText, withoutMentions } from './plain-text.ts';

/** "1-4096 characters after entities parsing", https://core.telegram.org/bots/api#sendmessage. */
const LIMIT = 4_096;
const BASE = 'https://api.telegram.org';

/**
 * `{ok: false, error_code, description, parameters}`, https://core.telegram.org/bots/api#making-requests and
 * #responseparameters. The meaning of `error_code` is "subject to change", says that page; it has been that of HTTP.
 */
function refusal(json: Record<string, unknown>, told: string): SampanError {
  const { retry_after, migrate_to_chat_id } = (json.parameters ?? {}) as Record<string, unknown>;
  if (typeof retry_after === 'number') return channelError.throttled(told, retry_after * 1000);
  if (migrate_to_chat_id !== undefined)
    return channelError.gone(`the group has become a supergroup with the chat id ${String(migrate_to_chat_id)}`);
  switch (json.error_code) {
    case 401:
      return channelError.loginFailed(told);
    case 403:
    case 404:
      return channelError.gone(told);
    case 429:
      return channelError.throttled(told, 60_000);
    case 400:
      return /chat not found|deactivated|kicked/i.test(told)
        ? channelError.gone(told)
        : channelError.messageRefused(told);
    default:
      return Number(json.error_code) >= 500 ? channelError.unavailable(told) : channelError.messageRefused(told);
  }
}

/** Without `parse_mode`: nothing in a text is markup. */
export const telegram: ChannelType = {
  type: 'telegram',
  label: { en: 'Telegram', zh: 'Telegram' },
  description: {
    en: 'A Telegram bot that writes to a chat, group or channel.',
    zh: '向会话、群组或频道发消息的 Telegram 机器人。',
  },
  capabilities: [],
  options: [
    {
      name: 'botToken',
      kind: 'secret',
      required: true,
      label: { en: 'Bot token', zh: '机器人令牌' },
      help: { en: 'From BotFather.', zh: '由 BotFather 提供。' },
      pattern: '[0-9]+:[A-Za-z0-9_-]+',
      maximumLength: 200,
    },
    {
      name: 'chatId',
      kind: 'text',
      required: true,
      label: { en: 'Chat id', zh: '会话 ID' },
      help: {
        en: 'A number, negative for groups, or @name of a public channel. The bot must be a member.',
        zh: '数字（群组为负数），或公开频道的 @名称。机器人须在其中。',
      },
      pattern: '-?[0-9]+|@[A-Za-z0-9_]+',
      maximumLength: 100,
    },
    {
      name: 'baseUrl',
      kind: 'url',
      advanced: true,
      label: { en: 'Address of the Bot API', zh: 'Bot API 地址' },
      help: { en: 'For a Bot API server of your own, or a gateway.', zh: '用于自建 Bot API 服务或网关。' },
      default: BASE,
    },
    allowPlainHttp,
  ],
  validate: (values) => urlProblems(values, 'baseUrl'),
  endpoint: (values) => endpointOf(text(values, 'baseUrl') ?? BASE),
  destination: (values) => `${text(values, 'chatId') ?? ''}`,
  create: (values, environment) => {
    const token = text(values, 'botToken') ?? '';
    const base = (text(values, 'baseUrl') ?? BASE).replace(/\/+$/, '');
    return {
      async send(message, signal) {
        const written = plainText(message, { limit: LIMIT, escaped: withoutMentions });
        const body = JSON.stringify({
          chat_id: text(values, 'chatId'),
          text: written,
          link_preview_options: { is_disabled: true },
        });
        const answer = await post(environment, { url: `${base}/bot${token}/sendMessage`, body }, signal);
        const told = said(answer.json?.description ?? answer.text, [token]);
        if (answer.json?.ok === true) return;
        if (answer.json?.ok === false) throw refusal(answer.json, told);
        if (answer.status !== 200) throw byStatus(answer, `status ${answer.status}: ${told}`);
        throw channelError.unexpected(told);
      },
    };
  },
};
