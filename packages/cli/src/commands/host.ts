import type { Command } from 'commander';
import type { Api } from '../client/api.ts';
import type { HostView, OperationView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { follow } from '../follow.ts';
import { wholeNumber } from '../numbers.ts';
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

function findHost(api: Api, reference: string): Promise<HostView> {
  return findConfigured<HostView>(api, 'host', reference);
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
    ...optionRows<HostView>(),
  ]);
}

export function addHostCommands(program: Command): void {
  const host = program.command('host').description('hosts: cloud accounts and machines that run instances');

  addTypesVerb(host, 'host', ['CAN', (row) => row.capabilities.join(' ')]);
  addListVerb<HostView>(
    host,
    'host',
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
  addShowVerb(host, 'host', show);

  takingOptions(host.command('add <name>'))
    .description('add a host; its options follow, see `sampan host types <type>`')
    .requiredOption('--type <type>', 'type of host, e.g. qingzhou')
    .option('--no-wait', 'do not wait for the first synchronisation')
    .option('--no-test', 'do not test the connection first')
    .action(async (name: string, options: { type: string; wait: boolean; test: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const type = await findType(api(), 'host', options.type);
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

  takingOptions(host.command('edit <host>'))
    .description('change the name or options of a host; secrets that are not given are kept')
    .option('--name <name>', 'new name')
    .action(async (reference: string, _options: object, command: Command) => {
      show(contextOf(command).output, await edit<HostView>('host', reference, {}, command));
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

  addRemoveVerb<HostView>(host, 'host', 'remove', {
    description: 'remove a host from Sampan; nothing in the cloud is touched',
    before: ({ name, instanceCount }) => `This removes ${name} and its ${instanceCount} instances from Sampan's lists.`,
    after: ({ name }) => `Removed ${name}. Nothing in the cloud was touched.`,
  });

  host
    .command('simulate')
    .description('start a simulated Qingzhou cloud on the server and add it as a host')
    .option('--instances <count>', 'instances it begins with', wholeNumber(0, 20_000), 24)
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
