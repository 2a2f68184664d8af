import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { atMost } from '../numbers.ts';

interface AuditView {
  sequence: number;
  time: string;
  actor: { kind: string; name: string };
  accessKeyId: string | null;
  address: string;
  action: string;
  resource: { kind: string; id: string | null; name: string | null } | null;
  result: string;
  code: string | null;
}

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log (for administrators)');

  audit
    .command('list')
    .description('read the audit log, newest first; with --json this exports it')
    .option('--actor <name>', 'beginning of the name of who did it')
    .option('--action <action>', 'e.g. instance.stop')
    .option('--result <result>', 'succeeded, refused or failed')
    .option('--limit <count>', 'at most so many', atMost, 100)
    .action(async (options: { actor?: string; action?: string; result?: string; limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const query = { search: options.actor, action: options.action, result: options.result };
      const rows: AuditView[] = [];
      for await (const row of api().items<AuditView>('/audit-events', query, options.limit)) rows.push(row);
      output.table(
        rows,
        [
          ['#', (row) => row.sequence],
          ['TIME', (row) => row.time],
          ['WHO', (row) => row.actor.name || row.actor.kind],
          ['KEY', (row) => row.accessKeyId],
          ['FROM', (row) => row.address],
          ['ACTION', (row) => row.action],
          ['ON', (row) => row.resource && (row.resource.name ?? row.resource.id)],
          ['RESULT', (row) => (row.code ? `${row.result} (${row.code})` : row.result)],
        ],
        'The audit log holds nothing like this.',
      );
    });

  audit
    .command('verify')
    .description('recompute the chain of hashes over the whole log')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const verdict = await api().get<{ valid: boolean; checked: number; firstBroken: number | null }>(
        '/audit-events/verify',
      );
      if (output.json) output.data(verdict);
      else
        output.line(
          verdict.valid
            ? `The chain is whole: ${verdict.checked} entries.`
            : `The chain is broken at entry ${verdict.firstBroken}.`,
        );
      if (!verdict.valid) throw new CommandError('The audit log was changed.', { exitCode: EXIT.failed });
    });
}
