import { type Command, InvalidArgumentError } from 'commander';
import type { Api } from '../client/api.ts';
import type { CheckLine, OperationView, StorageView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { follow } from '../follow.ts';
import { wholeNumber } from '../numbers.ts';
import { age, bytes } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { interruptible } from '../storage/interrupt.ts';
import { parseLocation } from '../storage/location.ts';
import { directDriver, tellingErrors } from '../storage/open.ts';
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
import { printChecks, type RemedyOf, testConnection } from './test-connection.ts';

export function findStorage(api: Api, reference: string): Promise<StorageView> {
  return findConfigured<StorageView>(api, 'storage', reference);
}

/** `10Mi` (per second) as bytes; `none` removes the limit. */
function rate(text: string): number | null {
  if (text === 'none') return null;
  const [, amount, unit = ''] = /^(\d+)(Ki|Mi|Gi|k|M|G)?$/.exec(text) ?? [];
  const factors: Record<string, number> = { '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, k: 1e3, M: 1e6, G: 1e9 };
  const value = Number(amount) * (factors[unit] ?? 1);
  if (value >= 1024 && value <= 1e12) return value;
  throw new InvalidArgumentError('It is bytes per second from 1Ki, such as 10Mi, or none.');
}

function limitCount(text: string): number | null {
  return text === 'none' ? null : wholeNumber(1, 1000)(text);
}

function price(text: string): number | null {
  if (text === 'none') return null;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1e9) return value;
  throw new InvalidArgumentError('It is an amount such as 0.13, or none.');
}

function show(output: Output, storage: StorageView): void {
  const { limits } = storage;
  const perSecond = (value: number | null) => (value === null ? 'none' : `${bytes(value)}/s`);
  output.record(storage, [
    ['ID', (row) => row.id],
    ['NAME', (row) => row.name],
    ['TYPE', (row) => row.type],
    ['STATE', (row) => row.state],
    ['PROBLEM', (row) => row.error && `${row.error.message}${row.error.hint ? ` ${row.error.hint}` : ''}`],
    ['CHECKED', (row) => row.checkedAt && `${age(row.checkedAt)} ago`],
    [
      'SPACE',
      ({ usage }) =>
        usage.bytes === null
          ? null
          : `${bytes(usage.bytes)} in ${usage.objects} objects, measured ${age(usage.measuredAt)} ago`,
    ],
    ...optionRows<StorageView>(),
    [
      'LIMITS',
      () =>
        `upload ${perSecond(limits.uploadBytesPerSecond)}, download ${perSecond(limits.downloadBytesPerSecond)}, ` +
        `requests at once ${limits.concurrency ?? 'none'}`,
    ],
    ['CAN', (row) => row.capabilities.join(' ')],
  ]);
}

/** How to make the bucket of a storage that is not there. */
function createBucket(storage: string, bucket: string | number | boolean | undefined, before = ''): RemedyOf {
  return (failed) =>
    bucket && failed.some(({ code }) => code === 'bucket_not_found')
      ? `To create it: ${before && `${before} `}sampan bucket create ${JSON.stringify(storage)} ${bucket}`
      : undefined;
}

interface LimitFlags {
  uploadLimit?: number | null;
  downloadLimit?: number | null;
  requestLimit?: number | null;
}

const withLimits = (command: Command): Command =>
  command
    .option('--upload-limit <rate>', 'bytes per second, e.g. 10Mi, or none', rate)
    .option('--download-limit <rate>', 'bytes per second, e.g. 10Mi, or none', rate)
    .option('--request-limit <count>', 'requests at once, or none', limitCount);

function limitsOf(flags: LimitFlags): Record<string, number | null> | undefined {
  const limits = {
    ...(flags.uploadLimit !== undefined && { uploadBytesPerSecond: flags.uploadLimit }),
    ...(flags.downloadLimit !== undefined && { downloadBytesPerSecond: flags.downloadLimit }),
    ...(flags.requestLimit !== undefined && { concurrency: flags.requestLimit }),
  };
  return Object.keys(limits).length > 0 ? limits : undefined;
}

interface DeepLine {
  kind: string;
  request?: string;
  medianMs?: number;
  p95Ms?: number;
  direction?: string;
  concurrency?: number;
  bytesPerSecond?: number;
  objectsPerSecond?: number;
  capability?: string;
  isThere?: boolean;
  message?: string;
  hint?: string | null;
  chunkSize?: number | null;
  uploadConcurrency?: number | null;
}

function deepLine(line: DeepLine): string | null {
  switch (line.kind) {
    case 'latency':
      return `${line.request?.padEnd(8)} median ${line.medianMs} ms, 95 % within ${line.p95Ms} ms`;
    case 'throughput':
      return `${line.direction?.padEnd(8)} ${String(line.concurrency).padStart(2)} at once: ${bytes(line.bytesPerSecond ?? 0)}/s`;
    case 'support':
      return `${line.isThere ? '✔' : '-'} ${line.capability}`;
    case 'error':
      return `✖ ${line.message} ${line.hint ?? ''}`;
    case 'result':
      return line.uploadConcurrency == null
        ? null
        : `Proposed: --upload-concurrency ${line.uploadConcurrency} --chunk-size ${bytes(line.chunkSize ?? 0)
            .replace(' ', '')
            .replace('iB', 'i')}`;
    default:
      return null;
  }
}

async function printDeepTest(output: Output, lines: AsyncIterable<DeepLine>): Promise<void> {
  const all: DeepLine[] = [];
  for await (const line of lines) {
    all.push(line);
    const text = deepLine(line);
    if (text !== null && !output.json) output.line(text);
  }
  if (output.json) output.data(all);
  if (all.some(({ kind }) => kind === 'error'))
    throw new CommandError('The test did not come to its end.', { exitCode: EXIT.failed });
}

export function addStorageCommands(program: Command): void {
  const storage = program.command('storage').description('storages: object stores and folders that hold backups');

  addTypesVerb(storage, 'storage', ['CAN', (row) => row.capabilities.join(' ')]);
  addListVerb<StorageView>(
    storage,
    'storage',
    [
      ['NAME', (row) => row.name],
      ['TYPE', (row) => row.type],
      ['STATE', (row) => row.state],
      ['BUCKET', (row) => row.bucket ?? row.options.folder?.toString()],
      ['SPACE', ({ usage }) => (usage.bytes === null ? null : bytes(usage.bytes))],
      ['ID', (row) => row.id],
    ],
    'There are no storages. Add one with `sampan storage add`; see `sampan storage types`.',
  );
  addShowVerb(storage, 'storage', show);

  takingOptions(withLimits(storage.command('add <name>')))
    .description('add a storage; its options follow, see `sampan storage types <type>`')
    .requiredOption('--type <type>', 'kind of storage, e.g. qingstor')
    .option('--no-test', 'do not test the connection first')
    .action(async (name: string, flags: LimitFlags & { type: string; test: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const type = await findType(api(), 'storage', flags.type);
      const options = await readDriverOptions('storage', type, command.args.slice(1), output, true);
      if (flags.test && !output.json) {
        const remedy = createBucket(name, options.bucket, 'add the storage with --no-test, then');
        await testConnection(api(), output, '/storages/test', { type: type.type, options }, remedy);
      }
      const limits = limitsOf(flags);
      const made = await api().post<StorageView>('/storages', {
        name,
        type: type.type,
        options,
        ...(limits && { limits }),
      });
      show(output, made);
    });

  takingOptions(withLimits(storage.command('edit <storage>')))
    .description('change name, options or limits of a storage; secrets that are not given are kept')
    .option('--name <name>', 'new name')
    .action(async (reference: string, flags: LimitFlags, command: Command) => {
      const limits = limitsOf(flags);
      const changed = await edit<StorageView>('storage', reference, limits ? { limits } : {}, command);
      show(contextOf(command).output, changed);
    });

  storage
    .command('test <storage>')
    .description(
      'test a connection step by step: a storage of the server, or an address such as qingstor://BUCKET?zone=sh1a',
    )
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const location = parseLocation(reference);
      if (location.kind === 'direct') {
        return interruptible((signal) =>
          tellingErrors(async () => {
            const driver = await directDriver(location.type, location.options);
            try {
              const checks = driver.testConnection(signal) as AsyncIterable<CheckLine>;
              await printChecks(output, checks, createBucket(reference, location.options.bucket));
            } finally {
              await driver.close();
            }
          }),
        );
      }
      const found = await findStorage(api(), reference);
      const remedy = createBucket(found.name, found.options.bucket);
      await testConnection(api(), output, `/storages/${found.id}/test`, {}, remedy);
    });

  storage
    .command('deep-test <storage>')
    .description('measure latency and throughput, and propose chunk size and concurrency')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const location = parseLocation(reference);
      if (location.kind === 'direct') {
        return interruptible((signal) =>
          tellingErrors(async () => {
            const { deepTest } = await import('@sampan/storage');
            const driver = await directDriver(location.type, location.options);
            try {
              await printDeepTest(output, deepTest(driver.objects(), { signal }));
            } finally {
              await driver.close();
            }
          }),
        );
      }
      const found = await findStorage(api(), reference);
      await printDeepTest(output, api().lines<DeepLine>(`/storages/${found.id}/deep-test`, {}));
    });

  storage
    .command('zones <type>')
    .description('how far each zone of a kind of storage is from the server')
    .option('--endpoint <url>', 'of a private deployment')
    .action(async (type: string, options: { endpoint?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      type Line = { name?: string; kind?: string; zone?: string; host?: string; latencyMs?: number | null };
      const rows: Line[] = [];
      const body = { type, ...(options.endpoint && { options: { endpoint: options.endpoint } }) };
      for await (const line of api().lines<Line>('/storages/zones/test', body))
        if (line.host !== undefined) rows.push(line);
      rows.sort((a, b) => (a.latencyMs ?? Number.POSITIVE_INFINITY) - (b.latencyMs ?? Number.POSITIVE_INFINITY));
      output.table(
        rows,
        [
          ['ZONE', (row) => row.zone],
          ['LATENCY', (row) => (row.latencyMs == null ? 'not reached' : `${row.latencyMs} ms`)],
          ['HOST', (row) => row.host],
        ],
        'This kind of storage has no zones.',
      );
    });

  storage
    .command('usage <storage>')
    .description('space, requests, bytes and cost by day')
    .option('--days <count>', 'so many days', wholeNumber(1, 366), 30)
    .action(async (reference: string, options: { days: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findStorage(api(), reference);
      interface Day {
        day: string;
        objects: number | null;
        bytes: number | null;
        requests: { write: number; read: number; list: number; delete: number; failed: number };
        bytesSent: number;
        bytesReceived: number;
        cost: number | null;
      }
      const usage = await api().get<{ items: Day[]; prices: { currency: string | null } | null }>(
        `/storages/${found.id}/usage`,
        { days: options.days },
      );
      if (output.json) return output.data(usage);
      const currency = usage.prices?.currency ?? '';
      const first = usage.items.findIndex((day) => day.objects !== null || Object.values(day.requests).some(Boolean));
      output.table(
        first < 0 ? [] : usage.items.slice(first),
        [
          ['DAY', (row) => row.day],
          ['OBJECTS', (row) => row.objects],
          ['SPACE', (row) => (row.bytes === null ? null : bytes(row.bytes))],
          ['WRITE', (row) => row.requests.write],
          ['READ', (row) => row.requests.read],
          ['LIST', (row) => row.requests.list],
          ['FAILED', (row) => row.requests.failed],
          ['SENT', (row) => bytes(row.bytesSent)],
          ['RECEIVED', (row) => bytes(row.bytesReceived)],
          ['COST', (row) => (row.cost === null ? null : `${row.cost.toFixed(4)} ${currency}`)],
        ],
        'Nothing was counted yet.',
      );
    });

  storage
    .command('measure <storage>')
    .description('count objects and bytes now')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findStorage(api(), reference);
      const operation = await api().post<OperationView>(`/storages/${found.id}/measure`);
      await follow(api(), output, [operation.id]);
    });

  storage
    .command('prices <storage>')
    .description('what the vendor takes, for the costs that are shown; an amount, or none')
    .option('--currency <code>', 'e.g. CNY')
    .option('--storage-per-gib-month <amount>', '', price)
    .option('--write-per-10000 <amount>', 'requests that write', price)
    .option('--read-per-10000 <amount>', 'requests that read', price)
    .option('--list-per-10000 <amount>', 'requests that list', price)
    .option('--delete-per-10000 <amount>', 'requests that delete', price)
    .option('--download-per-gib <amount>', 'bytes that come from the storage', price)
    .action(async (reference: string, flags: Record<string, number | string | null>, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findStorage(api(), reference);
      const names = [
        'currency',
        'storagePerGibMonth',
        'writePer10000',
        'readPer10000',
        'listPer10000',
        'deletePer10000',
        'downloadPerGib',
      ];
      const given = Object.fromEntries(
        names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
      );
      if (Object.keys(given).length === 0) throw new CommandError('Nothing is to be changed.', { hint: 'See --help.' });
      const before = (found as { prices?: Record<string, unknown> | null }).prices ?? {};
      const all = Object.fromEntries(
        names.map((name) => [name, given[name] ?? (name in given ? null : (before[name] ?? null))]),
      );
      const updated = await api().put<unknown>(`/storages/${found.id}/prices`, all);
      if (output.json) output.data(updated);
      else output.note('Saved. See: sampan storage usage');
    });

  addRemoveVerb<StorageView>(storage, 'storage', 'remove', {
    description: 'remove a storage from Sampan; its objects stay where they are',
    before: ({ name }) => `This removes ${name} from Sampan; its objects stay where they are.`,
    after: ({ name }) => `Removed ${name}. Its objects are where they were.`,
  });
}
