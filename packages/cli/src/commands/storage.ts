import { type Command, InvalidArgumentError } from 'commander';
import type { Api } from '../client/api.ts';
import type { CheckLine, DriverTypeView, OperationView, StorageView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { find } from '../find.ts';
import { follow } from '../follow.ts';
import { age, bytes } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { interruptible } from '../storage/interrupt.ts';
import { parseLocation } from '../storage/location.ts';
import { directDriver, tellingErrors } from '../storage/open.ts';
import { optionsCommand, readDriverOptions, secretVariable } from './driver-options.ts';
import { printChecks, testConnection } from './test-connection.ts';

async function findType(api: Api, name: string): Promise<DriverTypeView> {
  const { items } = await api.get<{ items: DriverTypeView[] }>('/storage-types');
  const type = items.find((candidate) => candidate.type === name);
  if (type) return type;
  throw new CommandError(`There is no type ${name}.`, {
    hint: `There are: ${items.map((item) => item.type).join(', ')}`,
  });
}

export function findStorage(api: Api, reference: string): Promise<StorageView> {
  return find<StorageView>(api, 'storages', 'storage', reference);
}

/** `10Mi` (per second) as bytes; `none` removes the limit. */
function rate(text: string): number | null {
  if (text === 'none') return null;
  const [, amount, unit = ''] = /^(\d+)(Ki|Mi|Gi|k|M|G)?$/.exec(text) ?? [];
  const factors: Record<string, number> = { '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, k: 1e3, M: 1e6, G: 1e9 };
  if (amount === undefined) throw new InvalidArgumentError('It is bytes per second such as 10Mi, or none.');
  return Number(amount) * (factors[unit] ?? 1);
}

function limitCount(text: string): number | null {
  if (text === 'none') return null;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number of requests from 1 to 1000, or none.');
}

function price(text: string): number | null {
  if (text === 'none') return null;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
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
    [
      'OPTIONS',
      (row) =>
        Object.entries(row.options)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
    ],
    ['SECRETS', (row) => row.sealedOptions.map((name) => `${name} is set`).join(', ')],
    [
      'LIMITS',
      () =>
        `upload ${perSecond(limits.uploadBytesPerSecond)}, download ${perSecond(limits.downloadBytesPerSecond)}, ` +
        `requests at once ${limits.concurrency ?? 'none'}`,
    ],
    ['CAN', (row) => row.capabilities.join(' ')],
  ]);
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

  storage
    .command('types [type]')
    .description('kinds of storage that can be added; with a type its options')
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      if (name === undefined) {
        const { items } = await api().get<{ items: DriverTypeView[] }>('/storage-types');
        return output.table(
          items,
          [
            ['TYPE', (row) => row.type],
            ['NAME', (row) => row.label.en],
            ['CAN', (row) => row.capabilities.join(' ')],
          ],
          'no types',
        );
      }
      const type = await findType(api(), name);
      if (output.json) return output.data(type);
      output.line(optionsCommand('storage', type).helpInformation().trimEnd());
      if (type.notice) output.line(`\nNote: ${type.notice.en}`);
      const secrets = type.options.filter((field) => field.kind === 'secret');
      if (secrets.length > 0) {
        output.line(`\nSecrets are read from: ${secrets.map((field) => secretVariable('storage', field)).join(', ')}`);
      }
    });

  storage
    .command('list')
    .description('list storages')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: StorageView[] = [];
      for await (const row of api().items<StorageView>('/storages', {}, 10_000)) rows.push(row);
      output.table(
        rows,
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
    });

  storage
    .command('show <storage>')
    .description('show a storage, by id or name')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      show(output, await findStorage(api(), reference));
    });

  withLimits(storage.command('add <name>'))
    .description('add a storage; its options follow, see `sampan storage types <type>`')
    .requiredOption('--type <type>', 'kind of storage, e.g. qingstor')
    .option('--no-test', 'do not test the connection first')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (name: string, flags: LimitFlags & { type: string; test: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const type = await findType(api(), flags.type);
      const options = await readDriverOptions('storage', type, command.args.slice(1), output, true);
      if (flags.test && !output.json)
        await testConnection(api(), output, '/storages/test', { type: type.type, options });
      const limits = limitsOf(flags);
      const made = await api().post<StorageView>('/storages', {
        name,
        type: type.type,
        options,
        ...(limits && { limits }),
      });
      show(output, made);
    });

  withLimits(storage.command('edit <storage>'))
    .description('change name, options or limits of a storage; secrets that are not given are kept')
    .option('--name <name>', 'new name')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (reference: string, flags: LimitFlags & { name?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findStorage(api(), reference);
      const type = await findType(api(), found.type);
      const options = await readDriverOptions('storage', type, command.args.slice(1), output, false);
      const limits = limitsOf(flags);
      const changes = {
        ...(flags.name && { name: flags.name }),
        ...(Object.keys(options).length > 0 && { options }),
        ...(limits && { limits }),
      };
      if (Object.keys(changes).length === 0) {
        throw new CommandError('Nothing is to be changed.', { hint: `See: sampan storage types ${found.type}` });
      }
      show(output, await api().patch<StorageView>(`/storages/${found.id}`, changes));
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
              await printChecks(output, driver.testConnection(signal) as AsyncIterable<CheckLine>);
            } finally {
              await driver.close();
            }
          }),
        );
      }
      const found = await findStorage(api(), reference);
      await testConnection(api(), output, `/storages/${found.id}/test`, {});
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
    .option('--days <count>', 'so many days', Number, 30)
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

  storage
    .command('remove <storage>')
    .description('remove a storage from Sampan; its objects stay where they are')
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findStorage(api(), reference);
      if (!options.yes) {
        throw new CommandError(`This removes ${found.name} from Sampan; its objects stay where they are.`, {
          hint: 'Run it again with --yes.',
        });
      }
      await api().delete(`/storages/${found.id}`);
      output.note(`Removed ${found.name}. Its objects are where they were.`);
    });
}
