import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../exit.ts';
import { wholeNumber } from '../numbers.ts';
import type { PlanView } from './views.ts';

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const keeps = wholeNumber(0, 10_000);

function minutesFrom(value: string, shortest: number): number {
  const [, count, unit = ''] = /^(\d{1,6})\s*(min|m|h|d|w)$/.exec(value) ?? [];
  const factor: Record<string, number> = { min: 1, m: 1, h: 60, d: 1440, w: 10_080 };
  const minutes = Number(count) * (factor[unit] ?? Number.NaN);
  if (minutes >= shortest && minutes <= 366 * 1440) return minutes;
  throw new InvalidArgumentError(`It is e.g. 90min, 6h, 2d or 1w, from ${shortest}min to 366d.`);
}

/** How often something is done: `90min`, `6h`, `2d` as minutes. */
export function intervalMinutes(value: string): number {
  return minutesFrom(value, 5);
}

function objectiveMinutes(value: string): number | null {
  return value === 'none' ? null : minutesFrom(value, 10);
}

/** Bytes per second: `500k`, `10M`, or none. */
function speed(value: string): number | null {
  if (value === 'none') return null;
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([kKmMgG]?)$/.exec(value) ?? [];
  const factor: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
  const bytes = Math.round(Number(count) * (factor[unit.toLowerCase()] ?? 1));
  if (bytes >= 1024 && bytes <= 1e12) return bytes;
  throw new InvalidArgumentError('It is e.g. 500k, 10M, or none; at least 1k.');
}

const PRESETS = ['caches', 'temporary', 'dependencies', 'trash', 'machine_images'];

function preset(value: string, before: string[] = []): string[] {
  if (!PRESETS.includes(value)) throw new InvalidArgumentError(`It is one of: ${PRESETS.join(', ')}.`);
  return [...before, value];
}

function list(value: string): string[] {
  return value
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function weekdays(value: string): number[] {
  return list(value).map(wholeNumber(1, 7));
}

export interface PlanFlags {
  path?: string[];
  include?: string[];
  exclude?: string[];
  preset?: string[];
  oneFileSystem?: boolean;
  ownDatabase?: boolean;
  at?: string[];
  weekdays?: number[];
  every?: number;
  cron?: string;
  manual?: boolean;
  timeZone?: string;
  jitter?: number;
  catchUp?: boolean;
  keepLast?: number;
  keepHourly?: number;
  keepDaily?: number;
  keepWeekly?: number;
  keepMonthly?: number;
  keepYearly?: number;
  keepWithinDays?: number;
  keepAll?: boolean;
  objective?: number | null;
  mirror?: string[];
  tag?: string[];
  compression?: string;
  uploadSpeed?: number | null;
  downloadSpeed?: number | null;
  nice?: number;
  webHook?: string[];
  commandHook?: string[];
  hookStops?: boolean;
  hooks?: boolean;
  drillAt?: string[];
  drillWeekdays?: number[];
  drillEvery?: number;
  drillManual?: boolean;
  drillSamples?: number;
}

export function withRetentionFlags(command: Command): Command {
  return command
    .option('--keep-last <count>', 'retention: the latest', keeps)
    .option('--keep-hourly <count>', 'one of each hour', keeps)
    .option('--keep-daily <count>', 'one of each day', keeps)
    .option('--keep-weekly <count>', 'one of each week', keeps)
    .option('--keep-monthly <count>', 'one of each month', keeps)
    .option('--keep-yearly <count>', 'one of each year', keeps)
    .option('--keep-within-days <days>', 'all of so many days', wholeNumber(1, 36_500))
    .option('--keep-all', 'no retention');
}

/** The flags that `plan create` and `plan edit` share. */
export function withPlanFlags(command: Command): Command {
  return withRetentionFlags(command)
    .option('--path <path>', 'what is backed up, on the server; may be repeated', collect)
    .option(
      '--include <pattern>',
      'paths by a pattern, looked up when it runs, e.g. "/home/*/documents"; may be repeated',
      collect,
    )
    .option('--exclude <pattern>', 'what is left out, e.g. "*.tmp"; may be repeated', collect)
    .option('--preset <name>', `leave out ${PRESETS.join(', ')}; may be repeated`, preset)
    .option('--one-file-system', 'stay on the file systems of the paths')
    .option('--no-one-file-system', 'follow into mounted file systems')
    .option('--own-database', 'a copy of Sampan’s own database goes with it')
    .option('--no-own-database', 'without it')
    .option('--at <times>', 'times of the day, e.g. 02:30,14:30', list)
    .option('--weekdays <days>', 'with --at: 1 (Monday) to 7, e.g. 1,3,5', weekdays)
    .option('--every <interval>', 'e.g. 90min, 6h, 2d', intervalMinutes)
    .option('--cron <expression>', 'five fields, e.g. "30 2 * * 1-5"')
    .option('--manual', 'only when it is asked to')
    .option('--time-zone <zone>', 'of times and of retention, e.g. Asia/Shanghai; that of this machine when not given')
    .option('--jitter <minutes>', 'begins up to so many minutes later, always the same', wholeNumber(0, 720))
    .option('--catch-up', 'one run makes up for those that were missed (so it is unless changed)')
    .option('--no-catch-up', 'what was missed is not made up for')
    .option('--objective <age>', 'how old the last backup may become, e.g. 26h, or none', objectiveMinutes)
    .option('--mirror <repository>', 'copy each backup there too; may be repeated; `none` for none', collect)
    .option('--tag <tag>', 'may be repeated', collect)
    .addOption(new Option('--compression <how>', 'of the data').choices(['auto', 'off', 'max']))
    .option('--upload-speed <speed>', 'bytes a second, e.g. 10M, or none', speed)
    .option('--download-speed <speed>', 'bytes a second, e.g. 10M, or none', speed)
    .option('--nice <level>', '0 to 19: lower priority of the CPU', wholeNumber(0, 19))
    .option(
      '--web-hook <moment=url>',
      'before, after, failure, before_restore, after_restore; may be repeated; hooks that are given replace all',
      collect,
    )
    .option(
      '--command-hook <moment=command>',
      'words separated by spaces, no shell; for administrators, where the server allows it; may be repeated',
      collect,
    )
    .option('--hook-stops', 'a hook before that fails stops what follows')
    .option('--no-hooks', 'take all hooks away')
    .option('--drill-at <times>', 'drills: times of the day, in the zone of --time-zone', list)
    .option('--drill-weekdays <days>', 'with --drill-at: 1 (Monday) to 7', weekdays)
    .option('--drill-every <interval>', 'drills: e.g. 7d', intervalMinutes)
    .option('--drill-manual', 'drills only when asked to')
    .option('--drill-samples <count>', 'files that a drill restores and compares, 1 to 200', wholeNumber(1, 200));
}

/** Times stay in the zone that the plan has; a zone alone moves the times that are there to it. */
/** `02:30` means that of the person who types it. */
function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function scheduleOf(flags: PlanFlags, before: PlanView | null) {
  const { at, weekdays, every, cron, manual } = flags;
  const timeZone = flags.timeZone ?? before?.schedule.timeZone ?? before?.timeZone ?? ownTimeZone();
  const given = [at, every, cron, manual].filter((each) => each !== undefined);
  if (given.length > 1) throw new CommandError('Give one of --at, --every, --cron and --manual.');
  const zone = { timeZone };
  if (at) return { kind: 'times', times: at, ...(weekdays && { weekdays }), ...zone };
  if (weekdays) throw new CommandError('--weekdays goes with --at.');
  if (every !== undefined) return { kind: 'interval', minutes: every };
  if (cron !== undefined) return { kind: 'cron', expression: cron, ...zone };
  if (manual) return { kind: 'manual' };
  const isMoved = flags.timeZone !== undefined && before?.schedule.timeZone !== undefined;
  return isMoved ? { ...before.schedule, ...zone } : undefined;
}

/** How often and how much is drilled; with samples alone, as often as before. */
function drillOf(flags: PlanFlags, before: PlanView | null) {
  const { drillAt: at, drillWeekdays: weekdays, drillEvery: every, drillManual: manual, drillSamples: samples } = flags;
  if ([at, every, manual].filter((each) => each !== undefined).length > 1)
    throw new CommandError('Give one of --drill-at, --drill-every and --drill-manual.');
  if (weekdays && !at) throw new CommandError('--drill-weekdays goes with --drill-at.');
  const timeZone = flags.timeZone ?? before?.timeZone;
  const schedule = at
    ? { kind: 'times', times: at, ...(weekdays && { weekdays }), ...(timeZone && { timeZone }) }
    : every !== undefined
      ? { kind: 'interval', minutes: every }
      : manual
        ? { kind: 'manual' }
        : before?.drill.schedule;
  if (schedule === undefined && samples !== undefined)
    throw new CommandError('--drill-samples goes with --drill-at, --drill-every or --drill-manual.');
  if (!at && every === undefined && !manual && samples === undefined) return undefined;
  return { schedule, ...(samples !== undefined && { samples }) };
}

export function retentionOf(flags: PlanFlags) {
  if (flags.keepAll) return {};
  const policy = {
    ...{ last: flags.keepLast, hourly: flags.keepHourly, daily: flags.keepDaily, weekly: flags.keepWeekly },
    ...{ monthly: flags.keepMonthly, yearly: flags.keepYearly, withinDays: flags.keepWithinDays },
  };
  const given = Object.fromEntries(Object.entries(policy).filter(([, count]) => count !== undefined));
  return Object.keys(given).length > 0 ? given : undefined;
}

function hooksOf({ webHook, commandHook, hookStops, hooks }: PlanFlags) {
  if (hooks === false) {
    if (webHook || commandHook || hookStops) throw new CommandError('--no-hooks goes with no other flag of hooks.');
    return [];
  }
  if (!webHook && !commandHook) {
    if (hookStops) throw new CommandError('--hook-stops goes with --web-hook or --command-hook.');
    return undefined;
  }
  const read = (text: string, example: string) => {
    const [, moment, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (!moment || !value) throw new CommandError(`A hook is MOMENT=…, e.g. ${example}.`);
    return { moment, value, ...(hookStops && { onFailure: 'stop' }) };
  };
  return [
    ...(webHook ?? []).map((text) => {
      const { value, ...more } = read(text, 'failure=https://example.com/hook');
      return { ...more, kind: 'web', url: value };
    }),
    ...(commandHook ?? []).map((text) => {
      const { value, ...more } = read(text, '"before=/usr/local/bin/dump --all"');
      return { ...more, kind: 'command', command: value.split(' ').filter(Boolean) };
    }),
  ];
}

/** The body of a request, of the flags that are given. @param before the plan that is changed: of its sources, what is not given stays */
export function planBody(
  flags: PlanFlags,
  before: PlanView | null,
  mirrors: { repositoryId: string }[] | undefined,
): Record<string, unknown> {
  const { oneFileSystem, ownDatabase } = flags;
  const given = {
    ...{ paths: flags.path, includes: flags.include, excludes: flags.exclude, presets: flags.preset },
    ...{ oneFileSystem, ownDatabase },
  };
  const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const sources = Object.keys(changed).length > 0 && { paths: [], ...before?.sources, ...changed };
  const limits = {
    ...(flags.uploadSpeed !== undefined && { uploadBytesPerSecond: flags.uploadSpeed }),
    ...(flags.downloadSpeed !== undefined && { downloadBytesPerSecond: flags.downloadSpeed }),
    ...(flags.nice !== undefined && { nice: flags.nice }),
  };
  const body = {
    ...(sources && { sources }),
    ...{ schedule: scheduleOf(flags, before), retention: retentionOf(flags), timeZone: flags.timeZone },
    ...{ jitterMinutes: flags.jitter, objectiveMinutes: flags.objective, tags: flags.tag, mirrors },
    ...{ compression: flags.compression, hooks: hooksOf(flags), drill: drillOf(flags, before), catchUp: flags.catchUp },
    ...(Object.keys(limits).length > 0 && { limits }),
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
