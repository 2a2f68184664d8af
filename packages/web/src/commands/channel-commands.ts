import type { OptionField } from '@sampan/driver';
import type { ChannelSettings } from '../notifications/channel-settings.ts';
import { type DriverDraft, driverCommands } from './driver-commands.ts';
import { shellQuote } from './shell-quote.ts';

/** What the form of a channel would do, as commands. */
export function channelCommands(
  draft: DriverDraft,
  fields: readonly OptionField[],
  settings: ChannelSettings,
  origin: string,
): { cli: string; api: string } {
  const { digest, repeatAfterHours, rules } = settings;
  const rule = (each: (typeof rules)[number]) =>
    [
      `severity=${each.severity}`,
      ...(each.events ? [`events=${each.events.join(',')}`] : []),
      ...(each.resources ? [`about=${each.resources.map(({ kind, id }) => `${kind}:${id}`).join(',')}`] : []),
    ].join(' ');
  const flags = [
    `--language ${settings.language}`,
    `--digest ${digest.mode === 'daily' ? `daily@${digest.time}` : digest.mode}`,
    `--time-zone ${shellQuote(settings.timeZone)}`,
    `--repeat ${repeatAfterHours === null ? 'never' : `${repeatAfterHours}h`}`,
    ...(rules.length === 0 ? ['--preset nothing'] : rules.map((each) => `--rule ${shellQuote(rule(each))}`)),
    ...(settings.enabled ? [] : ['--disable']),
  ];
  return driverCommands('channel', draft, fields, origin, { flags, body: settings });
}
