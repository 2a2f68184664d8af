import { endpointOf, type SampanError } from '@sampan/driver';
import type { ChannelType } from './contract.ts';
import { channelError } from './errors.ts';
import { type Answer, byStatus, post, said } from './http.ts';
import { allowPlainHttp, hostOf, robotUrl, text, urlProblems } from './options.ts';
import { plainText, withoutMentions } from './plain-text.ts';

/** Slack shortens texts above 40,000 characters and asks for less than 4,000. */
const LIMIT = 3_900;

/** "Replace &, < and >", https://docs.slack.dev/messaging/formatting-message-text: calls such as `<!channel>` need them. */
function escapeSlack(plain: string): string {
  return withoutMentions(plain).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Status 200 and the text `ok`; else a status and one word. Sources: "Sending messages using incoming webhooks",
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, section on errors, and
 * https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks.
 */
function refusal(answer: Answer, told: string): Error {
  const word = answer.text.trim();
  const known: Readonly<Record<string, (said: string) => SampanError>> = {
    no_service: channelError.gone,
    no_service_id: channelError.gone,
    no_team: channelError.gone,
    team_disabled: channelError.gone,
    channel_not_found: channelError.gone,
    channel_is_archived: channelError.gone,
    invalid_token: channelError.gone,
    no_active_hooks: channelError.gone,
    action_prohibited: channelError.addressNotAllowed,
    posting_to_general_channel_denied: channelError.messageRefused,
    invalid_payload: channelError.messageRefused,
    no_text: channelError.messageRefused,
    too_many_attachments: channelError.messageRefused,
  };
  const make = answer.status !== 429 && Object.hasOwn(known, word) ? known[word] : undefined;
  return make ? make(told) : byStatus(answer, `status ${answer.status}: ${told}`);
}

export const slack: ChannelType = {
  type: 'slack',
  label: { en: 'Slack', zh: 'Slack' },
  description: { en: 'An incoming web hook of a Slack channel.', zh: 'Slack 频道的 Incoming Webhook。' },
  capabilities: [],
  options: [robotUrl('https://hooks.slack.com/services/…'), allowPlainHttp],
  validate: (values) => urlProblems(values, 'url'),
  endpoint: (values) => endpointOf(text(values, 'url') ?? 'https://unknown'),
  destination: (values) => hostOf(values, 'url'),
  create: (values, environment) => {
    const url = text(values, 'url') ?? '';
    return {
      async send(message, signal) {
        const written = plainText(message, { limit: LIMIT, escaped: escapeSlack });
        const body = JSON.stringify({ text: written, mrkdwn: false, unfurl_links: false, unfurl_media: false });
        const answer = await post(environment, { url, body }, signal);
        if (answer.status === 200 && answer.text.trim() === 'ok') return;
        const told = said(answer.text, [url]);
        throw answer.status === 200 ? channelError.unexpected(told) : refusal(answer, told);
      },
    };
  },
};
