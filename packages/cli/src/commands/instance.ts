import type { Command } from 'commander';
import type { InstanceView, OperationView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { find } from '../find.ts';
import { follow } from '../follow.ts';
import { atMost } from '../numbers.ts';
import { age, bytes } from '../output/format.ts';

interface ListOptions {
  search?: string;
  state?: string[];
  host?: string;
  sort: string;
  limit: number;
}

export function addInstanceCommands(program: Command): void {
  const instance = program.command('instance').description('instances of all hosts');

  instance
    .command('list')
    .description('list instances')
    .option('--search <text>', 'part of a name, id, address or tag')
    .option('--state <state...>', 'only in these states, e.g. running stopped')
    .option('--host <host>', 'only of this host, by id or name')
    .option(
      '--sort <field>',
      'name, state, createdAt, cpuCount or memoryBytes; with - in front for the other direction',
      'name',
    )
    .option('--limit <count>', 'at most so many', atMost, 1000)
    .action(async (options: ListOptions, command: Command) => {
      const { output, api } = contextOf(command);
      const hostId = options.host === undefined ? undefined : (await find(api(), 'hosts', 'host', options.host)).id;
      const query = { search: options.search, state: options.state, hostId, sort: options.sort };
      const rows: InstanceView[] = [];
      for await (const row of api().items<InstanceView>('/instances', query, options.limit)) rows.push(row);
      output.table(
        rows,
        [
          ['NAME', (row) => row.name],
          ['REMOTE ID', (row) => row.remoteId],
          ['STATE', (row) => (row.operation ? `${row.state} (${row.operation.kind})` : row.state)],
          ['HOST', (row) => `${row.hostName}${row.hostSimulated ? ' (simulated)' : ''}`],
          ['ADDRESS', (row) => row.publicAddresses[0] ?? row.privateAddresses[0]],
          ['ZONE', (row) => row.zoneId || row.regionId],
          ['CPU', (row) => row.cpuCount],
          ['MEMORY', (row) => bytes(row.memoryBytes)],
          ['IMAGE', (row) => row.imageName || row.imageId],
          ['ID', (row) => row.id],
        ],
        'No instances match.',
      );
    });

  instance
    .command('show <instance>')
    .description('show an instance, by id, name or the cloud’s id')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      output.record(await find<InstanceView>(api(), 'instances', 'instance', reference), [
        ['ID', (row) => row.id],
        ['NAME', (row) => row.name],
        ['DESCRIPTION', (row) => row.description],
        ['HOST', (row) => `${row.hostName}${row.hostSimulated ? ' (simulated)' : ''}`],
        ['REMOTE ID', (row) => row.remoteId],
        ['STATE', (row) => `${row.state} (${row.remoteState})`],
        ['LOCKED', (row) => row.lockReason],
        ['REGION', (row) => `${row.regionId} ${row.zoneId}`],
        ['NETWORK', (row) => `${row.networkName} ${row.networkId}`],
        ['PRIVATE', (row) => row.privateAddresses.join(' ')],
        ['PUBLIC', (row) => row.publicAddresses.join(' ')],
        ['IMAGE', (row) => `${row.imageName} ${row.imageId}`],
        ['FLAVOR', (row) => `${row.flavorName} ${row.flavorId} (${row.cpuCount} CPU, ${bytes(row.memoryBytes)})`],
        ['SYSTEM DISK', (row) => bytes(row.systemDiskBytes)],
        [
          'TAGS',
          (row) =>
            Object.entries(row.tags)
              .map(([key, value]) => `${key}=${value}`)
              .join(' '),
        ],
        ['CREATED', (row) => row.createdAt],
        ['EXPIRES', (row) => row.expiresAt],
        ['OPERATION', (row) => row.operation && `${row.operation.kind} ${row.operation.state} ${row.operation.id}`],
        ['AS OF', (row) => `${age(row.syncedAt)} ago`],
      ]);
    });

  function addPower(action: 'start' | 'stop' | 'restart', canForce: boolean): void {
    const command = instance
      .command(`${action} <instance...>`)
      .description(`${action} instances and wait until the cloud reports the end`)
      .option('--no-wait', 'only queue it and print the operation');
    if (canForce) command.option('--force', 'as if the power was cut');
    command.action(async (references: string[], options: { wait: boolean; force?: boolean }) => {
      const { output, api } = contextOf(command);
      const found = await Promise.all(
        references.map((reference) => find<InstanceView>(api(), 'instances', 'instance', reference)),
      );
      const operations: OperationView[] = [];
      for (const { id } of found) {
        operations.push(
          await api().post<OperationView>(`/instances/${id}/${action}`, options.force ? { force: true } : {}),
        );
      }
      if (options.wait) {
        await follow(
          api(),
          output,
          operations.map((operation) => operation.id),
        );
        return;
      }
      output.table(
        operations,
        [
          ['OPERATION', (row) => row.id],
          ['KIND', (row) => row.kind],
          ['TARGET', (row) => row.target.name],
          ['STATE', (row) => row.state],
        ],
        '',
      );
    });
  }
  addPower('start', false);
  addPower('stop', true);
  addPower('restart', true);
}
