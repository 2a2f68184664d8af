import type { OptionField, OptionValue } from '@sampan/driver';
import type { Channel, ChannelRule, NoticeSeverity } from '../api/resources.ts';
import type { FormValues } from '../options-form/form-values.ts';

/** What of a channel is set beside its name and options. */
export type ChannelSettings = Pick<
  Channel,
  'enabled' | 'language' | 'digest' | 'timeZone' | 'repeatAfterHours' | 'rules'
>;

/** The words of the fields; one language is enough, since they are made anew with it. */
export interface SettingWords {
  enabled: string;
  enabledHelp: string;
  language: string;
  digest: string;
  digestHelp: string;
  immediately: string;
  hourly: string;
  daily: string;
  digestTime: string;
  timeZone: string;
  timeZoneHelp: string;
  repeat: string;
  repeatHelp: string;
  after: (hours: number) => string;
  never: string;
}

const both = (text: string) => ({ en: text, zh: text });
const choice = (value: string, label: string) => ({ value, label: both(label) });

export const RULES_FIELD = 'rules';
const NEVER = 'never';
const REPEATS = [1, 6, 24];
export const DEFAULT_DIGEST_TIME = '08:00';

/** The settings as fields of a form. The rules, which have an editor of their own, are not among them. */
export function settingFields(words: SettingWords, timeZones: readonly string[]): OptionField[] {
  return [
    { name: 'enabled', kind: 'boolean', label: both(words.enabled), help: both(words.enabledHelp), required: true },
    {
      name: 'language',
      kind: 'text',
      label: both(words.language),
      required: true,
      choices: [choice('en', 'English'), choice('zh-CN', '简体中文')],
    },
    {
      name: 'digest',
      kind: 'text',
      label: both(words.digest),
      help: both(words.digestHelp),
      required: true,
      choices: [choice('immediately', words.immediately), choice('hourly', words.hourly), choice('daily', words.daily)],
    },
    {
      name: 'digestTime',
      kind: 'text',
      label: both(words.digestTime),
      required: true,
      pattern: '([01]\\d|2[0-3]):[0-5]\\d',
      placeholder: DEFAULT_DIGEST_TIME,
    },
    {
      name: 'timeZone',
      kind: 'text',
      label: both(words.timeZone),
      help: both(words.timeZoneHelp),
      required: true,
      openEnded: true,
      choices: timeZones.map((zone) => choice(zone, zone)),
    },
    {
      name: 'repeatAfterHours',
      kind: 'text',
      label: both(words.repeat),
      help: both(words.repeatHelp),
      required: true,
      choices: [...REPEATS.map((hours) => choice(String(hours), words.after(hours))), choice(NEVER, words.never)],
    },
  ];
}

/** Of a new channel: in the language and the zone of who makes it. */
export function newSettings(language: 'en' | 'zh', timeZone: string, rules: ChannelRule[]): ChannelSettings {
  return {
    enabled: true,
    language: language === 'zh' ? 'zh-CN' : 'en',
    digest: { mode: 'immediately', time: DEFAULT_DIGEST_TIME },
    timeZone,
    repeatAfterHours: 6,
    rules,
  };
}

/** Settings as values of those fields. */
export function settingValues(settings: ChannelSettings): Record<string, OptionValue> {
  return {
    enabled: settings.enabled,
    language: settings.language,
    digest: settings.digest.mode,
    digestTime: settings.digest.time,
    timeZone: settings.timeZone,
    repeatAfterHours: settings.repeatAfterHours === null ? NEVER : String(settings.repeatAfterHours),
    [RULES_FIELD]: JSON.stringify(settings.rules),
  };
}

const text = (values: FormValues, name: string): string => String(values[name] ?? '');

/** What the form says. */
export function settingsOf(values: FormValues): ChannelSettings {
  const repeat = text(values, 'repeatAfterHours');
  return {
    enabled: values.enabled === true,
    language: text(values, 'language') === 'zh-CN' ? 'zh-CN' : 'en',
    digest: { mode: text(values, 'digest') as Channel['digest']['mode'], time: text(values, 'digestTime') },
    timeZone: text(values, 'timeZone'),
    repeatAfterHours: repeat === NEVER ? null : (Number(repeat) as 1 | 6 | 24),
    rules: rulesOf(values),
  };
}

export function rulesOf(values: FormValues): ChannelRule[] {
  return JSON.parse(text(values, RULES_FIELD) || '[]') as ChannelRule[];
}

export type RulePreset = 'failures' | 'everything' | 'own' | 'nothing';

const PRESETS: Readonly<Record<'failures' | 'everything' | 'nothing', ChannelRule[]>> = {
  failures: [{ events: null, severity: 'warning', resources: null }],
  everything: [{ events: null, severity: 'info', resources: null }],
  nothing: [],
};

/** Which of the offered sets of rules these are. */
export function presetOf(rules: readonly ChannelRule[]): RulePreset {
  const found = Object.entries(PRESETS).find(([, preset]) => JSON.stringify(preset) === JSON.stringify(rules));
  return (found?.[0] as RulePreset | undefined) ?? 'own';
}

export function presetRules(preset: Exclude<RulePreset, 'own'>): ChannelRule[] {
  return PRESETS[preset];
}

export const SEVERITIES: readonly NoticeSeverity[] = ['info', 'warning', 'error'];
