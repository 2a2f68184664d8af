import { type Command, InvalidArgumentError } from 'commander';
import type { Api } from '../client/api.ts';
import type { ChannelRuleView, ChannelView, DeliveryView, DriverTypeView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { find } from '../find.ts';
import { age } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { optionsCommand, readDriverOptions, secretVariable } from './driver-options.ts';
import { testConnection } from './test-connection.ts';

const SEVERITIES = ['info', 'warning', 'error'];
const REPEATS: Readonly<Record<string, number | null>> = { '1h': 1, '6h': 6, '24h': 24, never: null };
const PRESETS: Readonly<Record<string, ChannelRuleView[]>> = {
  failures: [{ events: null, severity: 'warning', resources: null }],
  everything: [{ events: null, severity: 'info', resources: null }],
  nothing: [],
};

async function findType(api: Api, name: string): Promise<DriverTypeView> {
  const { items } = await api.get<{ items: DriverTypeView[] }>('/channel-types');
  const type = items.find((candidate) => candidate.type === name);
  if (type) return type;
  throw new CommandError(`There is no type ${name}.`, {
    hint: `There are: ${items.map((item) => item.type).join(', ')}`,
  });
}

function findChannel(api: Api, reference: string): Promise<ChannelView> {
  return find<ChannelView>(api, 'channels', 'channel', reference);
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
    [
      'OPTIONS',
      (row) =>
        Object.entries(row.options)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
    ],
    ['SECRETS', (row) => row.sealedOptions.map((name) => `${name} is set`).join(', ')],
    ['LAST', lastText],
    ['PROBLEM', ({ lastDelivery: last }) => last?.error && `${last.error.message} ${last.error.hint ?? ''}`.trim()],
    ['WAITING', (row) => row.pending],
  ]);
}

export function addChannelCommands(program: Command): void {
  const channel = program
    .command('channel')
    .description('channels by which people are notified: mail, chats, web hooks');

  channel
    .command('types [type]')
    .description('kinds of channel that can be made; with a type its options')
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      if (name === undefined) {
        const { items } = await api().get<{ items: DriverTypeView[] }>('/channel-types');
        return output.table(
          items,
          [
            ['TYPE', (row) => row.type],
            ['NAME', (row) => row.label.en],
            ['WHAT', (row) => row.description.en],
          ],
          'no types',
        );
      }
      const type = await findType(api(), name);
      if (output.json) return output.data(type);
      output.line(optionsCommand('channel', type).helpInformation().trimEnd());
      const secrets = type.options.filter((field) => field.kind === 'secret');
      if (secrets.length > 0)
        output.line(`\nSecrets are read from: ${secrets.map((field) => secretVariable('channel', field)).join(', ')}`);
    });

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

  channel
    .command('list')
    .description('list channels')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: ChannelView[] = [];
      for await (const row of api().items<ChannelView>('/channels', {}, 10_000)) rows.push(row);
      output.table(
        rows,
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
    });

  channel
    .command('show <channel>')
    .description('show a channel, by id or name')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      show(output, await findChannel(api(), reference));
    });

  withSettings(channel.command('create <name>'))
    .description('make a channel; its options follow, see `sampan channel types <type>`; a test message is sent first')
    .requiredOption('--type <type>', 'kind of channel, e.g. dingtalk')
    .option('--no-test', 'do not send a test message first')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (name: string, flags: SettingFlags & { type: string; test: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const type = await findType(api(), flags.type);
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

  withSettings(channel.command('update <channel>'))
    .description('change a channel; secrets that are not given are kept, rules that are given replace those it has')
    .option('--name <name>', 'new name')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (reference: string, flags: SettingFlags & { name?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findChannel(api(), reference);
      const type = await findType(api(), found.type);
      const options = await readDriverOptions('channel', type, command.args.slice(1), output, false);
      const changes = {
        ...(flags.name && { name: flags.name }),
        ...(Object.keys(options).length > 0 && { options }),
        ...settingsOf(flags),
      };
      if (Object.keys(changes).length === 0)
        throw new CommandError('Nothing is to be changed.', { hint: `See: sampan channel types ${found.type}` });
      show(output, await api().patch<ChannelView>(`/channels/${found.id}`, changes));
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
    .option('--limit <count>', 'so many at most', Number, 50)
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

  channel
    .command('delete <channel>')
    .description('delete a channel and the list of what was told through it')
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findChannel(api(), reference);
      if (!options.yes) {
        throw new CommandError(`This deletes ${found.name}: nobody is notified by it any more.`, {
          hint: 'Run it again with --yes.',
        });
      }
      await api().delete(`/channels/${found.id}`);
      output.note(`Deleted ${found.name}.`);
    });
}
