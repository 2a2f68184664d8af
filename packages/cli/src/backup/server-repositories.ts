import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Api } from '../client/api.ts';
import type { OperationView } from '../client/types.ts';
import { findStorage } from '../commands/storage.ts';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { follow } from '../follow.ts';
import { wholeNumber } from '../numbers.ts';
import { age } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { repositoryPassword } from './access.ts';
import { findRepository } from './find.ts';
import { intervalMinutes } from './plan-flags.ts';
import type { RepositoryView } from './views.ts';

const minuteOf = (iso: string | null): string | null => iso?.slice(0, 16).replace('T', ' ') ?? null;

type Schedule = { kind: 'manual' } | { kind: 'interval'; minutes: number };

function everyOf(value: string): Schedule {
  return value === 'none' ? { kind: 'manual' } : { kind: 'interval', minutes: intervalMinutes(value) };
}

function show(output: Output, repository: RepositoryView): void {
  output.record(repository, [
    ['NAME', (row) => row.name],
    ['ID', (row) => row.id],
    ['STATE', (row) => (row.error ? `${row.state}: ${row.error.message}` : row.state)],
    ['DAMAGED', (row) => row.damage && `found by a ${row.damage.foundBy} ${age(row.damage.foundAt)} ago`],
    ['WHAT WAS FOUND', (row) => (row.damage?.operationId ? `sampan operation show ${row.damage.operationId}` : null)],
    ['STORAGE', (row) => `${row.storageName} ${row.folder || '(top)'}`],
    ['RESTIC ID', (row) => row.resticId],
    ['PLANS', (row) => row.plans.map((each) => each.name + (each.isMirror ? ' (mirror)' : '')).join(', ') || null],
    ['APPEND-ONLY', (row) => (row.appendOnly ? 'yes' : 'no')],
    ['CHECKED', (row) => (row.check ? `${age(row.checkedAt)} ago: ${row.check.isSound ? 'sound' : 'DAMAGED'}` : null)],
    ['NEXT CHECK (UTC)', (row) => minuteOf(row.maintenance.check.nextAt)],
    ['PRUNED', (row) => (row.pruneError ? `failed: ${row.pruneError.message}` : age(row.prunedAt))],
    ['NEXT PRUNE (UTC)', (row) => minuteOf(row.maintenance.prune.nextAt)],
  ]);
  if (repository.error?.code === 'wrong_repository_password' && !output.json)
    output.note(`When it was changed elsewhere: sampan repository set-password ${JSON.stringify(repository.name)}`);
}

export async function askRepository(
  api: Api,
  output: Output,
  reference: string,
  what: 'check' | 'prune' | 'unlock' | 'password',
  body: object = {},
): Promise<void> {
  const { id } = await findRepository(api, reference);
  const operation = await api.post<OperationView>(`/repositories/${id}/${what}`, body);
  await follow(api, output, [operation.id]);
}

export async function showLocks(api: Api, output: Output, reference: string): Promise<void> {
  const { id } = await findRepository(api, reference);
  type Lock = {
    id: string;
    time: string;
    isExclusive: boolean;
    hostname: string;
    username: string;
    pid: number;
    owner: string;
  };
  const { items } = await api.get<{ items: Lock[] }>(`/repositories/${id}/locks`);
  output.table(
    items,
    [
      ['LOCK', (row) => row.id.slice(0, 8)],
      ['SINCE', (row) => age(row.time)],
      ['KIND', (row) => (row.isExclusive ? 'exclusive' : 'shared')],
      ['BY', (row) => `${row.username}@${row.hostname} process ${row.pid}`],
      ['OWNER', (row) => row.owner],
    ],
    'Nobody is working on it.',
  );
}

function withPassword(command: Command): Command {
  return command.option(
    '--password-stdin',
    'read its password from standard input; otherwise it comes from SAMPAN_REPOSITORY_PASSWORD, or is asked for',
  );
}

/** The verbs that only a server has. */
export function addServerRepositoryCommands(repository: Command): void {
  repository
    .command('list')
    .description('repositories of the server')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: RepositoryView[] = [];
      for await (const row of api().items<RepositoryView>('/repositories', {}, 1000)) rows.push(row);
      output.table(
        rows,
        [
          ['NAME', (row) => row.name],
          ['STATE', (row) => row.state],
          ['STORAGE', (row) => `${row.storageName} ${row.folder}`.trim()],
          ['PLANS', (row) => row.plans.length],
          ['CHECKED', (row) => age(row.checkedAt)],
          ['PRUNED', (row) => age(row.prunedAt)],
          ['ID', (row) => row.id],
        ],
        'There are no repositories. A plan makes one: sampan plan create --help',
      );
    });

  repository
    .command('show <repository>')
    .description('show a repository of the server')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      show(output, await findRepository(api(), reference));
    });

  for (const [verb, description] of [
    ['create', 'make a repository on a storage of the server'],
    ['adopt', 'take over a repository that is there'],
  ] as const) {
    const making = repository.command(`${verb} <name>`);
    (verb === 'adopt' ? withPassword(making) : making)
      .description(description)
      .requiredOption('--on <storage>', 'storage of the server')
      .option('--folder <folder>', 'folder of the storage; the top when not said')
      .option('--append-only', 'nothing of it is deleted or replaced')
      .action(
        async (
          name: string,
          options: { on: string; folder?: string; appendOnly?: boolean; passwordStdin?: boolean },
          command: Command,
        ) => {
          const { output, api } = contextOf(command);
          const storage = await findStorage(api(), options.on);
          const password = verb === 'create' ? undefined : await repositoryPassword(options);
          const made = await api().post<RepositoryView & { operation: { id: string } | null }>('/repositories', {
            ...{ name, storageId: storage.id, folder: options.folder ?? '', adopt: verb === 'adopt' },
            ...(password !== undefined && { password }),
            ...(options.appendOnly && { appendOnly: true }),
          });
          if (made.operation && !output.json) {
            await follow(api(), output, [made.operation.id]).catch((error) => {
              if (!(error instanceof CommandError)) throw error;
              const again = `To try again: sampan repository remove ${JSON.stringify(name)} --yes, then this command.`;
              throw new CommandError(error.message, {
                exitCode: error.exitCode,
                hint: `${error.hint ?? ''}\n       ${again}`,
              });
            });
          }
          show(output, await findRepository(api(), made.id));
        },
      );
  }

  repository
    .command('edit <repository>')
    .description('change a repository: its name, whether it is append-only, when it is pruned and checked')
    .option('--name <name>', 'new name')
    .option('--append-only', 'nothing of it is deleted or replaced from now on')
    .option('--no-append-only', 'it may be thinned out and pruned')
    .option('--prune-every <interval>', 'e.g. 7d; or none', everyOf)
    .option('--check-every <interval>', 'e.g. 7d; or none', everyOf)
    .option('--check-read <percent>', 'how much of the data a check reads back, 0 to 100', wholeNumber(0, 100))
    .action(
      async (
        reference: string,
        flags: {
          name?: string;
          appendOnly?: boolean;
          pruneEvery?: Schedule;
          checkEvery?: Schedule;
          checkRead?: number;
        },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        const { id, maintenance } = await findRepository(api(), reference);
        const { maximumUnusedPercent } = maintenance.prune;
        const { schedule, readDataPercent } = maintenance.check;
        const isCheck = flags.checkEvery !== undefined || flags.checkRead !== undefined;
        const care = {
          ...(flags.pruneEvery && { prune: { schedule: flags.pruneEvery, maximumUnusedPercent } }),
          ...(isCheck && {
            check: {
              schedule: flags.checkEvery ?? schedule,
              readDataPercent: flags.checkRead ?? readDataPercent,
            },
          }),
        };
        const changes = {
          ...(flags.name !== undefined && { name: flags.name }),
          ...(flags.appendOnly !== undefined && { appendOnly: flags.appendOnly }),
          ...(Object.keys(care).length > 0 && { maintenance: care }),
        };
        if (Object.keys(changes).length === 0)
          throw new CommandError('Nothing is to be changed.', { hint: 'See: sampan repository edit --help' });
        show(output, await api().patch<RepositoryView>(`/repositories/${id}`, changes));
      },
    );

  repository
    .command('snapshots <repository>')
    .description('all that is in a repository of the server, also what no plan made')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { id } = await findRepository(api(), reference);
      type Row = { id: string; time: string; hostname: string; paths: string[]; backupId: string | null };
      const { items } = await api().get<{ items: Row[] }>(`/repositories/${id}/snapshots`);
      output.table(
        items,
        [
          ['SNAPSHOT', (row) => row.id.slice(0, 8)],
          ['TIME (UTC)', (row) => minuteOf(row.time)],
          ['HOST', (row) => row.hostname],
          ['BACKUP', (row) => row.backupId ?? '(of no plan)'],
          ['PATHS', (row) => row.paths.join(' ')],
        ],
        'There is nothing in it yet.',
      );
    });

  repository
    .command('sheet <repository> [file]')
    .description('the recovery sheet, with the password, to standard output or into a file; for administrators')
    .action(async (reference: string, file: string | undefined, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { id } = await findRepository(api(), reference);
      const sheet = await api().post<{ text: string }>(`/repositories/${id}/recovery-sheet`);
      if (output.json) return output.data(sheet);
      if (file === undefined || file === '-') return output.line(sheet.text);
      writeFileSync(file, sheet.text, { mode: 0o600, flag: 'wx' });
      output.note(`Written to ${file}. Print it, and keep it apart from the machines that are backed up.`);
    });

  repository
    .command('password <repository>')
    .description('give a repository a new password; recovery sheets from before no longer open it')
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      if (!options.yes)
        throw new CommandError('Recovery sheets from before will no longer open it.', {
          hint: 'Run it again with --yes.',
        });
      await askRepository(api(), output, reference, 'password');
      if (!output.json) output.note(`Print the new sheet: sampan repository sheet ${reference}`);
    });

  withPassword(repository.command('set-password <repository>'))
    .description(
      'tell Sampan the password that a repository has, e.g. after an older copy of its database was put back',
    )
    .action(async (reference: string, options: { passwordStdin?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const { id } = await findRepository(api(), reference);
      const password = await repositoryPassword(options);
      show(output, await api().put<RepositoryView>(`/repositories/${id}/password`, { password }));
    });

  repository
    .command('remove <repository>')
    .description('remove a repository from Sampan; what is stored stays')
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findRepository(api(), reference);
      if (!options.yes)
        throw new CommandError(`Sampan then no longer knows the password of ${found.name}.`, {
          hint: 'Keep its recovery sheet, and run it again with --yes.',
        });
      await api().delete(`/repositories/${found.id}`);
      if (output.json) output.data({ id: found.id, removed: true });
      else output.note(`Removed ${found.name}. What is stored is where it was.`);
    });
}
