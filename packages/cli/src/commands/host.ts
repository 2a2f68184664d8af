import type { Command } from 'commander';
import type { Api } from '../client/api.ts';
import type { HostTypeView, HostView, OperationView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { find } from '../find.ts';
import { follow } from '../follow.ts';
import { age } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { optionsCommand, readDriverOptions, secretVariable } from './driver-options.ts';
import { testConnection } from './test-connection.ts';

async function findType(api: Api, name: string): Promise<HostTypeView> {
  const { items } = await api.get<{ items: HostTypeView[] }>('/host-types');
  const type = items.find((candidate) => candidate.type === name);
  if (!type)
    throw new CommandError(`There is no type ${name}.`, {
      hint: `There are: ${items.map((item) => item.type).join(', ')}`,
    });
  return type;
}

function findHost(api: Api, reference: string): Promise<HostView> {
  return find<HostView>(api, 'hosts', 'host', reference);
}

function show(output: Output, host: HostView): void {
  output.record(host, [
    ['ID', (row) => row.id],
    ['NAME', (row) => `${row.name}${row.simulated ? ' (simulated)' : ''}`],
    ['TYPE', (row) => row.type],
    ['STATE', (row) => row.state],
    ['PROBLEM', (row) => row.error && `${row.error.message}${row.error.hint ? ` ${row.error.hint}` : ''}`],
    ['INSTANCES', (row) => row.instanceCount],
    ['SYNCED', (row) => row.syncedAt && `${age(row.syncedAt)} ago`],
    [
      'OPTIONS',
      (row) =>
        Object.entries(row.options)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
    ],
    ['SECRETS', (row) => row.sealedOptions.map((name) => `${name} is set`).join(', ')],
  ]);
}

export function addHostCommands(program: Command): void {
  const host = program.command('host').description('hosts: cloud accounts and machines that run instances');

  host
    .command('types [type]')
    .description('types of host that can be added; with a type its options')
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      if (name === undefined) {
        const { items } = await api().get<{ items: HostTypeView[] }>('/host-types');
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
      output.line(optionsCommand('host', type).helpInformation().trimEnd());
      if (type.notice) output.line(`\nNote: ${type.notice.en}`);
      const secrets = type.options
        .filter((field) => field.kind === 'secret')
        .map((field) => secretVariable('host', field));
      output.line(`\nSecrets are read from: ${secrets.join(', ')}`);
    });

  host
    .command('list')
    .description('list hosts')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: HostView[] = [];
      for await (const row of api().items<HostView>('/hosts', {}, 10_000)) rows.push(row);
      output.table(
        rows,
        [
          ['NAME', (row) => row.name],
          ['TYPE', (row) => `${row.type}${row.simulated ? ' (simulated)' : ''}`],
          ['STATE', (row) => row.state],
          ['INSTANCES', (row) => row.instanceCount],
          ['SYNCED', (row) => row.syncedAt && `${age(row.syncedAt)} ago`],
          ['ID', (row) => row.id],
        ],
        'There are no hosts. Add one with `sampan host add`, or try a simulated cloud with `sampan host simulate`.',
      );
    });

  host
    .command('show <host>')
    .description('show a host, by id or name')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      show(output, await findHost(api(), reference));
    });

  host
    .command('add <name>')
    .description('add a host; its options follow, see `sampan host types <type>`')
    .requiredOption('--type <type>', 'type of host, e.g. qingzhou')
    .option('--no-wait', 'do not wait for the first synchronisation')
    .option('--no-test', 'do not test the connection first')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (name: string, options: { type: string; wait: boolean; test: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const type = await findType(api(), options.type);
      const values = await readDriverOptions('host', type, command.args.slice(1), output, true);
      if (options.test && !output.json)
        await testConnection(api(), output, '/hosts/test', { type: type.type, options: values });
      const made = await api().post<HostView>('/hosts', { name, type: type.type, options: values });
      if (options.wait) {
        const { items } = await api().get<{ items: OperationView[] }>('/operations', { targetId: made.id, limit: 1 });
        if (items[0] && !output.json) await follow(api(), output, [items[0].id]);
      }
      show(output, await api().get<HostView>(`/hosts/${made.id}`));
    });

  host
    .command('edit <host>')
    .description('change the name or options of a host; secrets that are not given are kept')
    .option('--name <name>', 'new name')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (reference: string, options: { name?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findHost(api(), reference);
      const type = await findType(api(), found.type);
      const values = await readDriverOptions('host', type, command.args.slice(1), output, false);
      const changes = {
        ...(options.name && { name: options.name }),
        ...(Object.keys(values).length > 0 && { options: values }),
      };
      if (Object.keys(changes).length === 0)
        throw new CommandError('Nothing is to be changed.', { hint: `See: sampan host types ${found.type}` });
      show(output, await api().patch<HostView>(`/hosts/${found.id}`, changes));
    });

  host
    .command('test <host>')
    .description('test the connection of a host, step by step')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findHost(api(), reference);
      await testConnection(api(), output, `/hosts/${found.id}/test`, {});
    });

  host
    .command('sync <host>')
    .description('synchronise a host now')
    .option('--no-wait', 'do not wait for the end')
    .action(async (reference: string, options: { wait: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findHost(api(), reference);
      const operation = await api().post<OperationView>(`/hosts/${found.id}/sync`);
      if (options.wait) await follow(api(), output, [operation.id]);
      else output.record(operation, [['OPERATION', (row) => row.id]]);
    });

  host
    .command('remove <host>')
    .description('remove a host from Sampan; nothing in the cloud is touched')
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findHost(api(), reference);
      if (!options.yes)
        throw new CommandError(
          `This removes ${found.name} and its ${found.instanceCount} instances from Sampan's lists.`,
          { hint: 'Run it again with --yes.' },
        );
      await api().delete(`/hosts/${found.id}`);
      output.note(`Removed ${found.name}. Nothing in the cloud was touched.`);
    });

  host
    .command('simulate')
    .description('start a simulated Qingzhou cloud on the server and add it as a host')
    .option('--instances <count>', 'instances it begins with', Number, 24)
    .action(async (options: { instances: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const cloud = await api().post<{ name: string; endpoint: string; hostId: string }>('/simulated-clouds', {
        type: 'qingzhou',
        instances: options.instances,
      });
      output.record(cloud, [
        ['HOST', (row) => row.name],
        ['ID', (row) => row.hostId],
        ['ENDPOINT', (row) => `${row.endpoint} (simulated)`],
      ]);
    });
}
