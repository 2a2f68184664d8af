import { type Command, InvalidArgumentError } from 'commander';
import type { Api } from '../client/api.ts';
import type { ChannelRuleView, ChannelView, DeliveryView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { atMost } from '../numbers.ts';
import { age } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { readDriverOptions } from './driver-options.ts';
import {
  addListVerb,
  addRemoveVerb,
  addShowVerb,
  addTypesVerb,
  edit,
  findConfigured,
  findType,
  optionRows,
  takingOptions,
} from './driver-verbs.ts';
import { testConnection } from './test-connection.ts';

const SEVERITIES = ['info', 'warning', 'error'];
const REPEATS: Readonly<Record<string, number | null>> = { '1h': 1, '6h': 6, '24h': 24, never: null };
const PRESETS: Readonly<Record<string, ChannelRuleView[]>> = {
  failures: [{ events: null, severity: 'warning', resources: null }],
  everything: [{ events: null, severity: 'info', resources: null }],
  nothing: [],
};

function findChannel(api: Api, reference: string): Promise<ChannelView> {
  return findConfigured<ChannelView>(api, 'channel', reference);
}

/** `immediately`, `hourly` or `daily@08:00`. */
function digest(text: string): { mode: string; time?: string } {
  const [, mode, time] = /^(immediately|hourly|daily)(?:@(\d\d:\d\d))?$/.exec(text) ?? [];
  if (mode === undefined || (time !== undefined && mode !== 'daily'))
    throw new InvalidArgumentError('It is immediately, hourly or daily@hh:mm.');
  return { mode, ...(time !== undefined && { time }) };
}

function repeat(text: string): number | null {
  const hours = Object.hasOwn(REPEATS, text) ? REPEATS[text] : undefined;
  if (hours === undefined) throw new InvalidArgumentError(`It is one of ${Object.keys(REPEATS).join(', ')}.`);
  return hours;
}

function preset(text: string): ChannelRuleView[] {
  const rules = Object.hasOwn(PRESETS, text) ? PRESETS[text] : undefined;
  if (!rules) throw new InvalidArgumentError(`It is one of ${Object.keys(PRESETS).join(', ')}.`);
  return rules;
}

/** `severity=error events=plan.overdue,plan.run_failed about=plan:ID,host:ID`; what is left out means all. */
export function parseRule(text: string, before: ChannelRuleView[] = []): ChannelRuleView[] {
  const rule: ChannelRuleView = { events: null, severity: 'info', resources: null };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const [name, value = ''] = word.split(/=(.*)/s);
    const values = value.split(',').filter(Boolean);
    if (name === 'severity' && SEVERITIES.includes(value)) rule.severity = value;
    else if (name === 'events' && values.length > 0) rule.events = values;
    else if (name === 'about' && values.length > 0 && values.every((each) => /^[a-z_]+:.+$/.test(each))) {
      rule.resources = values.map((each) => {
        const [kind = '', id = ''] = each.split(/:(.*)/s);
        return { kind, id };
      });
    } else {
      throw new InvalidArgumentError(
        `${word} is not understood; write e.g. "severity=error events=plan.overdue about=plan:ID".`,
      );
    }
  }
  return [...before, rule];
}

interface SettingFlags {
  language?: string;
  digest?: { mode: string; time?: string };
  timeZone?: string;
  repeat?: number | null;
  preset?: ChannelRuleView[];
  rule?: ChannelRuleView[];
  enable?: boolean;
  disable?: boolean;
}

const withSettings = (command: Command): Command =>
  command
    .option('--language <language>', 'of the messages: en or zh-CN')
    .option('--digest <when>', 'immediately, hourly or daily@hh:mm', digest)
    .option('--time-zone <zone>', 'for times and daily digests, e.g. Asia/Shanghai')
    .option('--repeat <time>', 'trouble that lasts is told again after 1h, 6h, 24h or never', repeat)
    .option('--preset <rules>', 'failures (and missing backups), everything or nothing', preset)
    .option('--rule <rule>', 'e.g. "severity=error events=plan.overdue about=plan:ID"; may be repeated', parseRule)
    .option('--disable', 'tell nothing for now')
    .option('--enable', 'tell again');

function settingsOf(flags: SettingFlags): Record<string, unknown> {
  const rules = flags.rule ?? flags.preset;
  return {
    ...(flags.language !== undefined && { language: flags.language }),
    ...(flags.digest !== undefined && { digest: flags.digest }),
    ...(flags.timeZone !== undefined && { timeZone: flags.timeZone }),
    ...(flags.repeat !== undefined && { repeatAfterHours: flags.repeat }),
    ...(rules !== undefined && { rules }),
    ...((flags.enable || flags.disable) && { enabled: !flags.disable }),
  };
}

function ruleText(rule: ChannelRuleView): string {
  const about = rule.resources?.map(({ kind, id }) => `${kind}:${id}`).join(',');
  return [
    `severity=${rule.severity}`,
    ...(rule.events ? [`events=${rule.events.join(',')}`] : []),
    ...(about ? [`about=${about}`] : []),
  ].join(' ');
}

function lastText({ lastDelivery }: ChannelView): string | null {
  if (!lastDelivery) return null;
  return `${lastDelivery.state} ${age(lastDelivery.at)} ago`;
}

function show(output: Output, channel: ChannelView): void {
  output.record(channel, [
    ['ID', (row) => row.id],
    ['NAME', (row) => row.name],
    ['TYPE', (row) => row.type],
    ['TO', (row) => row.destination],
    ['ENABLED', (row) => (row.enabled ? 'yes' : 'no')],
    ['LANGUAGE', (row) => row.language],
    ['DIGEST', (row) => (row.digest.mode === 'daily' ? `daily@${row.digest.time}` : row.digest.mode)],
    ['TIME ZONE', (row) => row.timeZone],
    ['REPEAT', (row) => (row.repeatAfterHours === null ? 'never' : `${row.repeatAfterHours}h`)],
    ['RULES', (row) => row.rules.map(ruleText).join('; ') || 'none: it tells nothing'],
    ...optionRows<ChannelView>(),
    ['LAST', lastText],
    ['PROBLEM', ({ lastDelivery: last }) => last?.error && `${last.error.message} ${last.error.hint ?? ''}`.trim()],
    ['WAITING', (row) => row.pending],
  ]);
}

export function addChannelCommands(program: Command): void {
  const channel = program
    .command('channel')
    .description('channels by which people are notified: mail, chats, web hooks');

  addTypesVerb(channel, 'channel', ['WHAT', (row) => row.description.en]);

  channel
    .command('events')
    .description('events that rules can choose from')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      type Event = { event: string; severity: string; label: { en: string } };
      const { items } = await api().get<{ items: Event[] }>('/channel-events');
      output.table(
        items,
        [
          ['EVENT', (row) => row.event],
          ['SEVERITY', (row) => row.severity],
          ['WHAT', (row) => row.label.en],
        ],
        'no events',
      );
    });

  addListVerb<ChannelView>(
    channel,
    'channel',
    [
      ['NAME', (row) => row.name],
      ['TYPE', (row) => row.type],
      ['TO', (row) => row.destination],
      ['ENABLED', (row) => (row.enabled ? 'yes' : 'no')],
      ['LAST', lastText],
      ['WAITING', (row) => row.pending],
      ['ID', (row) => row.id],
    ],
    'There are no channels. Make one with `sampan channel create`; see `sampan channel types`.',
  );
  addShowVerb(channel, 'channel', show);

  takingOptions(withSettings(channel.command('create <name>')))
    .description('make a channel; its options follow, see `sampan channel types <type>`; a test message is sent first')
    .requiredOption('--type <type>', 'kind of channel, e.g. dingtalk')
    .option('--no-test', 'do not send a test message first')
    .action(async (name: string, flags: SettingFlags & { type: string; test: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const type = await findType(api(), 'channel', flags.type);
      const options = await readDriverOptions('channel', type, command.args.slice(1), output, true);
      const settings = settingsOf(flags);
      const { language } = settings;
      if (flags.test && !output.json) {
        const body = { type: type.type, options, name, ...(language !== undefined && { language }) };
        await testConnection(api(), output, '/channels/test', body);
      }
      const made = await api().post<ChannelView>('/channels', { name, type: type.type, options, ...settings });
      show(output, made);
      if (made.rules.length === 0) output.note('Without rules it tells nothing: add some with --preset or --rule.');
    });

  takingOptions(withSettings(channel.command('update <channel>')))
    .description('change a channel; secrets that are not given are kept, rules that are given replace those it has')
    .option('--name <name>', 'new name')
    .action(async (reference: string, flags: SettingFlags, command: Command) => {
      const changed = await edit<ChannelView>('channel', reference, settingsOf(flags), command);
      show(contextOf(command).output, changed);
    });

  channel
    .command('test <channel>')
    .description('send a test message through a channel')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findChannel(api(), reference);
      await testConnection(api(), output, `/channels/${found.id}/test`, {});
    });

  channel
    .command('deliveries <channel>')
    .description('what was told through a channel, is to be told, or was kept quiet; newest first')
    .option('--limit <count>', 'so many at most', atMost, 50)
    .option('--state <state...>', 'only queued, waiting, sent, failed or suppressed')
    .action(async (reference: string, options: { limit: number; state?: string[] }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findChannel(api(), reference);
      const rows: DeliveryView[] = [];
      const query = options.state ? { state: options.state } : {};
      for await (const row of api().items<DeliveryView>(`/channels/${found.id}/deliveries`, query, options.limit))
        rows.push(row);
      output.table(
        rows,
        [
          ['WHEN', (row) => `${age(row.happenedAt)} ago`],
          ['SEVERITY', (row) => row.severity],
          ['WHAT', (row) => row.title.en],
          ['STATE', (row) => (row.repeats > 0 ? `${row.state} ${row.repeats}×` : row.state)],
          ['ATTEMPTS', (row) => row.attempts],
          ['WHY', (row) => row.error?.message ?? row.reason],
        ],
        'Nothing was told through it yet.',
      );
    });

  addRemoveVerb<ChannelView>(channel, 'channel', 'delete', {
    description: 'delete a channel and the list of what was told through it',
    before: ({ name }) => `This deletes ${name}: nobody is notified by it any more.`,
    after: ({ name }) => `Deleted ${name}.`,
  });
}
