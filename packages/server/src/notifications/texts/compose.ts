import { fromJson } from '../../platform/json.ts';
import { isoTime } from '../../platform/time.ts';
import type { Message, MessageItem } from '../senders/contract.ts';
import type { ChannelRow, Language, NoticeRow, Severity } from '../tables.ts';
import { knownEvent } from './known-events.ts';
import { oneLine, writeEvent, writeTime } from './write.ts';

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return RANK[severity] >= RANK[least];
}

function worst(severities: readonly Severity[]): Severity {
  return severities.reduce<Severity>((found, each) => (isAtLeast(each, found) ? each : found), 'info');
}

const WORDS: Readonly<Record<Language, Message['words']>> = {
  en: { open: 'Open: ', time: 'Time: ', more: (count) => `… and ${count} more; see the console.` },
  'zh-CN': { open: '查看：', time: '时间：', more: (count) => `…… 另有 ${count} 条，请在控制台查看。` },
};

function severalTitle(items: readonly MessageItem[], language: Language): string {
  const count = (severity: Severity) => items.filter((item) => item.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (language === 'en') {
    const parts = [
      ...(errors > 0 ? [`${errors} error${errors === 1 ? '' : 's'}`] : []),
      ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? '' : 's'}`] : []),
    ];
    return `${items.length} notices${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
  }
  const parts = [...(errors > 0 ? [`${errors} 个错误`] : []), ...(warnings > 0 ? [`${warnings} 个警告`] : [])];
  return `${items.length} 条通知${parts.length > 0 ? `：${parts.join('，')}` : ''}`;
}

type Way = Pick<ChannelRow, 'language' | 'time_zone'>;
type Told = Omit<NoticeRow, 'sequence' | 'dispatched_at' | 'related' | 'repeat_key' | 'resolves'>;

function toItem(notice: Told, channel: Way, publicUrl: string | null): MessageItem {
  const parameters = fromJson<Record<string, string | number>>(notice.parameters);
  const way = { language: channel.language, timeZone: channel.time_zone };
  // An event of a newer server that shares the database: its name says more than nothing.
  const texts = knownEvent(notice.event);
  const { title, paragraphs } = texts
    ? writeEvent(texts, notice.subject_name, parameters, way)
    : { title: `${notice.event}: ${oneLine(notice.subject_name)}`, paragraphs: [] };
  return {
    event: notice.event,
    severity: notice.severity,
    title,
    paragraphs,
    time: writeTime(notice.created_at, channel.time_zone),
    link: publicUrl === null ? null : new URL(notice.path, publicUrl).href,
    notice: {
      id: notice.id,
      time: isoTime(notice.created_at),
      subject: { kind: notice.subject_kind, id: notice.subject_id, name: notice.subject_name },
      parameters,
      path: notice.path,
    },
  };
}

/** What a channel is to say of these notices, oldest first. */
export function composeMessage(id: string, notices: readonly Told[], channel: Way, publicUrl: string | null): Message {
  const items = notices.map((notice) => toItem(notice, channel, publicUrl));
  const [only] = items;
  return {
    id,
    language: channel.language,
    severity: worst(items.map((item) => item.severity)),
    title: items.length === 1 && only ? only.title : severalTitle(items, channel.language),
    items,
    words: WORDS[channel.language],
  };
}
