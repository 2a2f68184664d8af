import type { ChannelType } from './contract.ts';
import { dingtalk } from './dingtalk.ts';
import { email } from './email.ts';
import { feishu } from './feishu.ts';
import { ntfy } from './ntfy.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

/** All kinds of channel, in the order in which they are offered. */
export const channelTypes: readonly ChannelType[] = [email, dingtalk, feishu, wecom, webhook, slack, telegram, ntfy];
