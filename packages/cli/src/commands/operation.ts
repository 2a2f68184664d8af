import type { Command } from 'commander';
import type { OperationView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { follow } from '../follow.ts';
import { atMost } from '../numbers.ts';
import { age, duration } from '../output/format.ts';
import { printable } from '../output/width.ts';

interface LogLine {
  time: string;
  level: string;
  message: string;
}

function took(operation: OperationView): string | null {
  if (operation.startedAt === null) return null;
  const end = operation.finishedAt === null ? Date.now() : Date.parse(operation.finishedAt);
  return duration(end - Date.parse(operation.startedAt));
}

export function addOperationCommands(program: Command): void {
  const operation = program.command('operation').description('what Sampan did and does to hosts and instances');

  operation
    .command('list')
    .description('list operations, newest first')
    .option('--state <state...>', 'queued, running, succeeded, failed, cancelled, interrupted')
    .option('--limit <count>', 'at most so many', atMost, 50)
    .action(async (options: { state?: string[]; limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: OperationView[] = [];
      for await (const row of api().items<OperationView>('/operations', { state: options.state }, options.limit))
        rows.push(row);
      output.table(
        rows,
        [
          ['ID', (row) => row.id],
          ['KIND', (row) => row.kind],
          ['TARGET', (row) => row.target.name],
          ['HOST', (row) => row.hostName],
          ['STATE', (row) => row.state],
          ['BY', (row) => row.actor.name],
          ['AGE', (row) => age(row.createdAt)],
          ['TOOK', took],
          ['PROBLEM', (row) => row.error?.code],
        ],
        'There were no operations.',
      );
    });

  operation
    .command('show <id>')
    .description('show an operation with its steps and log')
    .action(async (id: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await api().get<OperationView>(`/operations/${id}`);
      const { items } = await api().get<{ items: LogLine[] }>(`/operations/${id}/log`);
      if (output.json) return output.data({ ...found, log: items });
      output.record(found, [
        ['ID', (row) => row.id],
        ['KIND', (row) => row.kind],
        ['TARGET', (row) => `${row.target.name} (${row.target.kind} ${row.target.id})`],
        ['HOST', (row) => row.hostName],
        ['STATE', (row) => `${row.state}${row.attempts > 1 ? ` (run ${row.attempts} times)` : ''}`],
        ['BY', (row) => row.actor.name],
        ['CREATED', (row) => row.createdAt],
        ['TOOK', took],
        ['PROBLEM', (row) => row.error && `${row.error.code}: ${row.error.message}`],
        ['WHAT TO DO', (row) => row.error?.hint],
      ]);
      output.line('');
      for (const step of found.steps)
        output.line(`  ${step.state.padEnd(10)} ${step.name.padEnd(12)} ${printable(step.message)}`);
      if (items.length > 0) output.line('');
      for (const line of items) output.line(`  ${line.time} ${line.level.padEnd(7)} ${printable(line.message)}`);
    });

  operation
    .command('watch <id...>')
    .description('wait until operations end')
    .action(async (ids: string[], _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      await follow(api(), output, ids);
    });

  operation
    .command('cancel <id>')
    .description('ask an operation to end; what the cloud already does goes on there')
    .action(async (id: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await api().post<OperationView>(`/operations/${id}/cancel`);
      output.record(found, [
        ['ID', (row) => row.id],
        ['STATE', (row) => row.state],
      ]);
    });
}
