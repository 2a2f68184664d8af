import type { Command } from 'commander';
import { ask, readStdin } from '../ask.ts';
import type { OperationView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { follow } from '../follow.ts';
import type { Column, Output } from '../output/output.ts';

interface SystemView {
  version: string;
  database: string;
  standby: { copiedAt: string; since: string } | null;
  servers: {
    name: string;
    version: string;
    startedAt: string;
    isThis: boolean;
    hasSecretKey: boolean;
    nodeId: string;
  }[];
}

interface SecretKeyView {
  id: string;
  from: 'folder' | 'file' | 'value' | 'command';
  place: string | null;
  rotation: { from: string; to: string; phase: string } | null;
  recoveryKey: { createdAt: string; createdBy: string; checkedAt: string | null } | null;
}

const SETTINGS = { file: 'SAMPAN_SECRET_KEY_FILE', value: 'SAMPAN_SECRET_KEY', command: 'SAMPAN_SECRET_KEY_COMMAND' };

const KEY_COLUMNS: readonly Column<SecretKeyView>[] = [
  ['SECRET KEY', (row) => row.id],
  ['FROM', (row) => (row.from === 'folder' ? 'made by Sampan' : SETTINGS[row.from])],
  ['PLACE', (row) => row.place],
  ['CHANGE', (row) => row.rotation && `to ${row.rotation.to}, ${row.rotation.phase}`],
  [
    'RECOVERY KEY',
    (row) => (row.recoveryKey ? `made ${row.recoveryKey.createdAt} by ${row.recoveryKey.createdBy}` : 'none'),
  ],
  ['CHECKED', (row) => (row.recoveryKey ? (row.recoveryKey.checkedAt ?? 'never') : null)],
];

function showSystem(output: Output, system: SystemView): void {
  if (output.json) {
    output.data(system);
    return;
  }
  output.table(
    system.servers,
    [
      ['SERVER', (row) => `${row.name}${row.isThis ? ' (this one)' : ''}`],
      ['VERSION', (row) => row.version],
      ['STARTED', (row) => row.startedAt],
      ['SECRET KEY', (row) => (row.hasSecretKey ? 'yes' : 'missing')],
      ['NODE', (row) => row.nodeId],
    ],
    'No server has been heard of lately.',
  );
  if (system.standby)
    output.note(
      `This server was started from a copy of its database of ${system.standby.copiedAt}. Until \`sampan system take-over\` no plan runs by itself.`,
    );
}

async function readRecoveryKey({ keyStdin }: { keyStdin?: boolean }): Promise<string> {
  if (keyStdin) return readStdin();
  return process.env.SAMPAN_RECOVERY_KEY || ask('Recovery key: ', 'secret');
}

export function addSystemCommands(program: Command): void {
  const system = program.command('system').description('Sampan itself: its servers, and taking over from a lost one');

  system
    .command('show')
    .description('the servers, and whether this one waits for taking over')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      showSystem(output, await api().get<SystemView>('/system'));
    });

  system
    .command('take-over')
    .description('this server, started from a backup of its database, works from now on in place of the other')
    .option('--yes', 'do not ask')
    .action(async (options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const { standby } = await api().get<SystemView>('/system');
      if (standby && !options.yes)
        throw new CommandError('Plans will run by their schedules again, as on the server that the copy was made of.', {
          hint: 'When that one does not run any more (two would remove backups from each other), run it again with --yes.',
        });
      showSystem(output, await api().post<SystemView>('/system/take-over'));
    });

  const secretKey = program.command('secret-key').description('the key that seals secrets (for administrators)');

  secretKey
    .command('show')
    .description('which key seals, where it is kept, and whether it can be recovered')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      output.record(await api().get<SecretKeyView>('/secret-key'), KEY_COLUMNS);
    });

  secretKey
    .command('rotate')
    .description('seal everything with another key while the servers work')
    .option('--no-wait', 'do not wait for the end')
    .action(async (options: { wait: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const operation = await api().post<OperationView>('/secret-key/rotate');
      if (options.wait) await follow(api(), output, [operation.id]);
      else output.record(operation, [['OPERATION', (row) => row.id]]);
    });

  const recoveryKey = program
    .command('recovery-key')
    .description('the key that brings a lost secret key back (for administrators)');

  recoveryKey
    .command('make')
    .description('make it, and print it this once: keep it apart from the server')
    .option('--replace', 'there is one already; it is worth nothing from then on')
    .action(async (options: { replace?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const made = await api().post<{ recoveryKey: string }>('/secret-key/recovery-key', {
        replace: options.replace === true,
      });
      if (output.json) output.data(made);
      else {
        output.line(made.recoveryKey);
        output.note(
          'Keep it apart from the server. It is not shown again; `sampan recovery-key check` proves that you have it.',
        );
      }
    });

  recoveryKey
    .command('check')
    .description('prove that you still have it')
    .option('--key-stdin', 'read it from standard input; otherwise it comes from SAMPAN_RECOVERY_KEY, or is asked for')
    .action(async (options: { keyStdin?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const recoveryKey = await readRecoveryKey(options);
      await api().post('/secret-key/recovery-key/check', { recoveryKey });
      if (output.json) output.data({ valid: true });
      else output.line('It opens the secret key of this server.');
    });
}
