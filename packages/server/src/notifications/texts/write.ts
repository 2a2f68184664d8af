import { errorText } from '@sampan/driver/error-texts';
import { errors as chinese } from '@sampan/driver/error-texts/zh';
import type { Language } from '../tables.ts';
import type { KnownEvent, ParameterKind } from './known-events.ts';

const NAME_LENGTH = 200;
const TEXT_LENGTH = 2_000;

/** Names and reasons come from anywhere: on one line, without control characters, bounded. */
export function oneLine(text: string, length = NAME_LENGTH): string {
  // Control characters, line and paragraph separators, and what turns the direction of writing around.
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to remove
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/g, ' ')
    .trim();
  const characters = [...plain];
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : plain;
}

function inZone(time: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`;
}

/** `2026-11-21 05:48 UTC (13:48 Asia/Shanghai)`; with the date again where the day is another. */
export function writeTime(time: number, timeZone: string): string {
  const utc = inZone(time, 'UTC');
  if (timeZone === 'UTC') return `${utc} UTC`;
  const there = inZone(time, timeZone);
  const isSameDay = utc.slice(0, 10) === there.slice(0, 10);
  return `${utc} UTC (${isSameDay ? there.slice(11) : there} ${timeZone})`;
}

const UNITS = [
  [86_400_000, { en: 'd', 'zh-CN': ' 天' }],
  [3_600_000, { en: 'h', 'zh-CN': ' 小时' }],
  [60_000, { en: 'min', 'zh-CN': ' 分钟' }],
] as const;

/** `26 h`, `3 d`: the largest unit of which there are two at least, or minutes. */
function writeDuration(milliseconds: number, language: Language): string {
  const [size, names] = UNITS.find(([unit]) => milliseconds >= 2 * unit) ?? UNITS[2];
  const amount = Math.round(milliseconds / size);
  return language === 'en' ? `${amount} ${names.en}` : `${amount}${names['zh-CN']}`;
}

/** What the language has for an error, and behind it what was written in English with the particulars of the case. */
function writeError(kind: 'reason' | 'hint', text: string, code: string, language: Language): string {
  if (language === 'en' || code === '') return text;
  const { message, hint, original } = errorText({ code, message: text }, 'zh', chinese);
  if (kind === 'hint') return hint ?? text;
  return original === null ? message : `${message.replace(/。$/, '')}（${original}）`;
}

function writeParameter(
  kind: ParameterKind,
  value: string | number | undefined,
  { language, timeZone, code }: { language: Language; timeZone: string; code: string },
): string {
  if (kind === 'reason' || kind === 'hint') {
    const text = String(value ?? '');
    return oneLine(writeError(kind, text, code, language), TEXT_LENGTH) || '–';
  }
  const number = Number(value);
  const isNumber = value !== undefined && value !== '' && Number.isFinite(number);
  if (kind === 'text' || !isNumber) return oneLine(String(value ?? '–'), TEXT_LENGTH) || '–';
  switch (kind) {
    case 'count':
      return number.toLocaleString(language);
    case 'duration':
      return writeDuration(number, language);
    case 'time':
      if (number === 0) return language === 'en' ? 'never' : '从未';
      return writeTime(number, timeZone);
  }
}

/** The texts of one event with everything filled in. */
export function writeEvent(
  event: KnownEvent,
  name: string,
  parameters: Readonly<Record<string, string | number>>,
  way: { language: Language; timeZone: string },
): { title: string; paragraphs: string[] } {
  const key = way.language === 'en' ? 'en' : 'zh';
  const values: Record<string, string> = { name: oneLine(name) || '–' };
  for (const [parameter, kind] of Object.entries(event.parameters))
    values[parameter] = writeParameter(kind, parameters[parameter], { ...way, code: String(parameters.code ?? '') });
  const fill = (template: string) => template.replaceAll(/\{(\w+)\}/g, (_whole, word: string) => values[word] ?? '–');
  const hasHint = !event.action?.[key].includes('{hint}') || values.hint !== '–';
  return {
    title: fill(event.title[key]),
    paragraphs: [fill(event.body[key]), ...(event.action && hasHint ? [fill(event.action[key])] : [])],
  };
}
