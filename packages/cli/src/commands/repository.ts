import type { Command } from 'commander';
import { directAccess } from '../backup/access.ts';
import { AFTER, findSnapshot, PLACE, WITHOUT_SERVER } from '../backup/one-off.ts';
import { addServerRepositoryCommands, askRepository, showLocks } from '../backup/server-repositories.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { age } from '../output/format.ts';
import { printable } from '../output/width.ts';
import { interruptible } from '../storage/interrupt.ts';
import { tellingErrors } from '../storage/open.ts';

function named(reference: string | undefined): string {
  if (reference !== undefined) return reference;
  throw new CommandError('Name a repository of the server, or give --storage.', {
    hint: 'See: sampan repository list',
  });
}

export function addRepositoryCommands(program: Command): void {
  const repository = program
    .command('repository')
    .description('repositories that hold backups')
    .addHelpText('after', AFTER);
  const at = (name: string, description: string): Command =>
    repository.command(name).description(description).option('--storage <place>', WITHOUT_SERVER);
  addServerRepositoryCommands(repository);

  at('check [repository]', 'check a repository, and read back as much of its data as is said')
    .option('--read-data <share>', 'e.g. 10%, or all')
    .action(
      async (reference: string | undefined, options: { storage?: string; readData?: string }, command: Command) => {
        const { output, api } = contextOf(command);
        const { checkRepository } = await import('@sampan/backup');
        if (options.readData !== undefined && !/^(?:all|\d{1,2}(?:\.\d+)?%|100%)$/.test(options.readData)) {
          throw new CommandError('--read-data is a share such as 10%, or all.');
        }
        const { storage } = options;
        if (storage === undefined) {
          const share = options.readData === 'all' ? 100 : Number.parseFloat(options.readData ?? '0');
          if (!Number.isInteger(share)) throw new CommandError('A server reads back whole percents, e.g. 10%, or all.');
          const body = options.readData === undefined ? {} : { readDataPercent: share };
          return askRepository(api(), output, named(reference), 'check', body);
        }
        await interruptible((signal) =>
          tellingErrors(async () => {
            const result = await checkRepository(await directAccess(storage), {
              readData: options.readData,
              signal,
            });
            if (output.json) output.data(result);
            else if (result.isSound) output.note('✔ The repository is sound.');
            for (const problem of result.problems) output.note(`✖ ${printable(problem)}`);
            if (!result.isSound) throw new CommandError('The repository is damaged.', { exitCode: EXIT.failed });
          }),
        );
      },
    );

  at('locks [repository]', 'who is working on a repository, or was when they were killed')
    .option('--remove-stale', 'remove the locks whose owners are gone')
    .action(
      async (reference: string | undefined, options: { storage?: string; removeStale?: boolean }, command: Command) => {
        const { output, api } = contextOf(command);
        const { storage } = options;
        if (storage === undefined) {
          if (options.removeStale) await askRepository(api(), output, named(reference), 'unlock');
          else await showLocks(api(), output, named(reference));
          return;
        }
        const { listLocks, removeStaleLocks } = await import('@sampan/backup');
        await interruptible((signal) =>
          tellingErrors(async () => {
            const access = await directAccess(storage);
            if (options.removeStale) await removeStaleLocks(access, { signal });
            output.table(
              await listLocks(access, { signal }),
              [
                ['LOCK', (row) => row.id.slice(0, 8)],
                ['SINCE', (row) => age(new Date(row.time).toISOString())],
                ['KIND', (row) => (row.isExclusive ? 'exclusive' : 'shared')],
                ['OWNER', (row) => `${row.username}@${row.hostname} process ${row.pid}`],
              ],
              'Nobody is working on it.',
            );
          }),
        );
      },
    );

  at('prune [repository]', 'remove the data that no backup needs').action(
    async (reference: string | undefined, options: { storage?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const { storage } = options;
      if (storage === undefined) return askRepository(api(), output, named(reference), 'prune');
      const { pruneRepository } = await import('@sampan/backup');
      await interruptible((signal) =>
        tellingErrors(async () => {
          await pruneRepository(await directAccess(storage), {
            signal,
            onLine: (line) => output.json || output.note(line),
          });
          if (output.json) output.data({ pruned: true });
        }),
      );
    },
  );

  repository
    .command('forget <backup...>')
    .description('delete backups of a repository; their data goes with the next prune')
    .requiredOption('--storage <place>', PLACE)
    .option('--yes', 'do not ask')
    .action(async (references: string[], options: { storage: string; yes?: boolean }, command: Command) => {
      const { output } = contextOf(command);
      if (!options.yes)
        throw new CommandError(`This deletes ${references.length} backups.`, { hint: 'Run it again with --yes.' });
      const { forgetSnapshots } = await import('@sampan/backup');
      await interruptible((signal) =>
        tellingErrors(async () => {
          const access = await directAccess(options.storage);
          const ids: string[] = [];
          for (const reference of references) ids.push((await findSnapshot(access, reference, signal)).id);
          await forgetSnapshots(access, ids, { signal });
          if (output.json) output.data({ deleted: ids });
          else output.note(`Deleted ${ids.length}.`);
        }),
      );
    });
}
