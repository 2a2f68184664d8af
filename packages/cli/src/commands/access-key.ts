import type { Command } from 'commander';
import type { AccessKeyView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { age } from '../output/format.ts';

interface CreateOptions {
  description?: string;
  scope?: string[];
  expires?: string;
  allow?: string[];
}

export function addAccessKeyCommands(program: Command): void {
  const accessKey = program.command('access-key').description('AccessKeys by which programs call Sampan');

  accessKey
    .command('list')
    .description('list your AccessKeys (administrators: everyone’s)')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: AccessKeyView[] = [];
      for await (const row of api().items<AccessKeyView>('/access-keys', {}, 10_000)) rows.push(row);
      output.table(
        rows,
        [
          ['ACCESSKEY ID', (row) => row.accessKeyId],
          ['DESCRIPTION', (row) => row.description],
          ['USER', (row) => row.username],
          ['STATE', (row) => row.state],
          ['SCOPES', (row) => row.scopes.join(' ') || 'all'],
          ['ADDRESSES', (row) => row.allowedAddresses.join(' ') || 'any'],
          ['LAST USED', (row) => row.lastUsedAt && `${age(row.lastUsedAt)} ago`],
          ['AGE', (row) => age(row.createdAt)],
          ['ID', (row) => row.id],
        ],
        'There are no AccessKeys.',
      );
    });

  accessKey
    .command('create')
    .description('create an AccessKey; its secret is shown this once')
    .option('--description <text>', 'what it is for')
    .option('--scope <permission...>', 'only these permissions, e.g. instance:read or *:read; without: all of yours')
    .option('--expires <time>', 'ISO 8601, e.g. 2027-01-31T00:00:00Z')
    .option('--allow <address...>', 'only from these addresses or networks, e.g. 10.0.0.0/8')
    .action(async (options: CreateOptions, command: Command) => {
      const { output, api } = contextOf(command);
      const expires = options.expires === undefined ? null : Date.parse(options.expires);
      if (Number.isNaN(expires))
        throw new CommandError(`${options.expires} is not a time.`, { hint: 'Give e.g. 2027-01-31T00:00:00Z' });
      const key = await api().post<AccessKeyView>('/access-keys', {
        ...(options.description && { description: options.description }),
        ...(options.scope && { scopes: options.scope }),
        ...(options.allow && { allowedAddresses: options.allow }),
        ...(expires !== null && { expiresAt: new Date(expires).toISOString() }),
      });
      output.record(key, [
        ['ACCESSKEY ID', (row) => row.accessKeyId],
        ['ACCESSKEY SECRET', (row) => row.accessKeySecret],
        ['ID', (row) => row.id],
      ]);
      if (!output.json) output.note('Keep the secret now: it is never shown again.');
    });

  accessKey
    .command('delete <key>')
    .description('delete an AccessKey, by AccessKey ID or id: requests signed with it are refused at once')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      for await (const key of api().items<AccessKeyView>('/access-keys', {}, 10_000)) {
        if (key.id !== reference && key.accessKeyId !== reference) continue;
        await api().delete(`/access-keys/${key.id}`);
        return output.note(`Deleted ${key.accessKeyId}.`);
      }
      throw new CommandError(`There is no AccessKey ${reference}.`, {
        exitCode: EXIT.failed,
        hint: 'See: sampan access-key list',
      });
    });
}
