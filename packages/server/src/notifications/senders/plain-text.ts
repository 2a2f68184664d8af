import type { Message, MessageItem } from './contract.ts';

const MARKS = { error: '🔴', warning: '🟠', info: '🟢' } as const;
/** Shortenings of the paragraphs that are tried one after the other, in characters. */
const CUTS = [1000, 400, 150, 60];

/** With the word that robots can demand of every message. */
export function signedTitle(message: Message): string {
  return `[Sampan] ${message.title}`;
}

function itemLines(message: Message, item: MessageItem, isOnly: boolean): string[] {
  const { words } = message;
  return [
    ...(isOnly ? [] : [`${MARKS[item.severity]} ${item.title}`]),
    ...item.paragraphs,
    `${words.time}${item.time}`,
    ...(item.link === null ? [] : [`${words.open}${item.link}`]),
  ];
}

function write(message: Message, shown: readonly MessageItem[], withTitle: boolean): string {
  const isOnly = message.items.length === 1;
  const blocks = shown.map((item) => itemLines(message, item, isOnly).join('\n'));
  const left = message.items.length - shown.length;
  const parts = [
    ...(withTitle ? [`${MARKS[message.severity]} ${signedTitle(message)}`] : []),
    ...blocks,
    ...(left > 0 ? [message.words.more(left)] : []),
  ];
  return parts.join(isOnly ? '\n' : '\n\n');
}

function cut(item: MessageItem, length: number): MessageItem {
  const short = (text: string) => (text.length > length ? `${[...text].slice(0, length).join('')}…` : text);
  return { ...item, title: short(item.title), paragraphs: item.paragraphs.map(short) };
}

interface Form {
  /** As the vendor measures: characters or bytes, after `escaped`. */
  limit: number;
  measure?: (text: string) => number;
  escaped?: (text: string) => string;
  /** Without the title where the vendor has a field for it. */
  withTitle?: boolean;
}

export const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** A message as a text that fits: first fewer notices are told in full, then shorter ones. */
export function plainText(message: Message, form: Form): string {
  const { limit, measure = (text) => text.length, escaped = (text) => text, withTitle = true } = form;
  for (let count = message.items.length; count >= 1; count -= 1) {
    const whole = escaped(write(message, message.items.slice(0, count), withTitle));
    if (measure(whole) <= limit) return whole;
  }
  let last = '';
  for (const length of CUTS) {
    const [first] = message.items;
    last = escaped(write(message, first ? [cut(first, length)] : [], withTitle));
    if (measure(last) <= limit) return last;
  }
  return [...last].slice(0, Math.floor(limit / 4)).join('');
}

/** Chats make a call to people out of `@name`; with an invisible character behind the sign it is only text. */
export function withoutMentions(text: string): string {
  return text.replaceAll(/[@＠]/g, (sign) => `${sign}\u200b`);
}
