import { type Command, Option } from 'commander';
import { ask, readStdin } from '../ask.ts';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { find } from '../find.ts';
import type { Column } from '../output/output.ts';

interface UserView {
  id: string;
  /** Same as `username`, for `find`. */
  name: string;
  username: string;
  displayName: string;
  role: string;
  disabled: boolean;
}

const COLUMNS: readonly Column<UserView>[] = [
  ['USER', (row) => row.username],
  ['NAME', (row) => row.displayName],
  ['ROLE', (row) => row.role],
  ['STATE', (row) => (row.disabled ? 'disabled' : 'enabled')],
  ['ID', (row) => row.id],
];

async function password(fromStdin: boolean | undefined): Promise<string> {
  return fromStdin ? readStdin() : ask('New password: ', 'secret');
}

const role = (): Option => new Option('--role <role>').choices(['administrator', 'operator', 'read_only']);

export function addUserCommands(program: Command): void {
  const user = program.command('user').description('users (for administrators)');

  user
    .command('list')
    .description('list users')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: UserView[] = [];
      for await (const row of api().items<UserView>('/users', {}, 10_000)) rows.push(row);
      output.table(rows, COLUMNS, 'There are no users.');
    });

  user
    .command('add <username>')
    .description('create a user')
    .addOption(role().makeOptionMandatory())
    .option('--display-name <name>', 'name to show')
    .option('--password-stdin', 'read the password from standard input')
    .action(
      async (
        username: string,
        options: { role: string; displayName?: string; passwordStdin?: boolean },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        const body = {
          username,
          role: options.role,
          password: await password(options.passwordStdin),
          ...(options.displayName && { displayName: options.displayName }),
        };
        output.record(await api().post<UserView>('/users', body), COLUMNS);
      },
    );

  user
    .command('edit <user>')
    .description('change a user')
    .addOption(role())
    .option('--display-name <name>', 'name to show')
    .option('--disable', 'may not sign in any more')
    .option('--enable', 'may sign in again')
    .option('--password-stdin', 'read a new password from standard input')
    .action(
      async (
        reference: string,
        options: { role?: string; displayName?: string; disable?: boolean; enable?: boolean; passwordStdin?: boolean },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        if (options.disable && options.enable) throw new CommandError('--disable and --enable exclude each other.');
        const found = await findUser(api(), reference);
        const body = {
          ...(options.role && { role: options.role }),
          ...(options.displayName !== undefined && { displayName: options.displayName }),
          ...((options.disable || options.enable) && { disabled: options.disable === true }),
          ...(options.passwordStdin && { password: await readStdin() }),
        };
        if (Object.keys(body).length === 0) throw new CommandError('Nothing is to be changed.');
        output.record(await api().patch<UserView>(`/users/${found.id}`, body), COLUMNS);
      },
    );

  user
    .command('remove <user>')
    .description('delete a user with their sessions and AccessKeys')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findUser(api(), reference);
      await api().delete(`/users/${found.id}`);
      output.note(`Deleted ${found.username}.`);
    });
}

async function findUser(api: ReturnType<ReturnType<typeof contextOf>['api']>, reference: string): Promise<UserView> {
  for await (const row of api.items<UserView>('/users', { search: reference }, 1000))
    if (row.username === reference) return row;
  return find<UserView>(api, 'users', 'user', reference);
}
