import path from 'node:path';
import type { OverwriteRule } from '@sampan/backup';
import { type Command, InvalidArgumentError } from 'commander';
import { directAccess } from '../backup/access.ts';
import { AFTER, collect, findSnapshot, WITHOUT_SERVER } from '../backup/one-off.ts';
import { showBytes } from '../backup/progress.ts';
import { listRestores, restoreBackup } from '../backup/server-backups.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { bytes } from '../output/format.ts';
import { printable } from '../output/width.ts';
import { interruptible } from '../storage/interrupt.ts';
import { tellingErrors } from '../storage/open.ts';

const OVERWRITE: readonly OverwriteRule[] = ['always', 'if_changed', 'if_newer', 'never'];

function overwriteRule(value: string): OverwriteRule {
  const rule = OVERWRITE.find((each) => each.replaceAll('_', '-') === value);
  if (rule) return rule;
  throw new InvalidArgumentError(`It is one of: ${OVERWRITE.map((each) => each.replaceAll('_', '-')).join(', ')}.`);
}

export function addRestoreCommands(program: Command): void {
  const restoring = program.command('restore').description('restore from a backup').addHelpText('after', AFTER);

  restoring
    .command('list')
    .description('what the server restored, newest first')
    .option('--plan <plan>', 'of one plan')
    .action(async (options: { plan?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      await listRestores(api(), output, options);
    });

  restoring
    .command('run <backup>')
    .description('restore a backup, by the first characters of its id, or latest')
    .option('--storage <place>', WITHOUT_SERVER)
    .option('--target <folder>', 'where to (with a server: on it); the paths of the backup are made below it')
    .option('--in-place', 'to where things were, on the server; for administrators')
    .option('--from <repository>', 'of the server: from this mirror')
    .option('--delete', 'of the server: delete what the backup does not have, below what is chosen')
    .option('--include <path>', 'only this file or folder of the backup; may be repeated', collect)
    .option('--overwrite <rule>', 'always, if-changed, if-newer, never', overwriteRule)
    .option('--verify', 'read back what was written, and compare')
    .option('--dry-run', 'only say what would be done')
    .action(
      async (
        reference: string,
        options: {
          storage?: string;
          target?: string;
          inPlace?: boolean;
          from?: string;
          delete?: boolean;
          include?: string[];
          overwrite?: OverwriteRule;
          verify?: boolean;
          dryRun?: boolean;
        },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        const { storage, target } = options;
        if (storage === undefined) return restoreBackup(api(), output, reference, options);
        if (target === undefined) throw new CommandError('--target is needed: where to restore.');
        const { restore } = await import('@sampan/backup');
        await interruptible((signal) =>
          tellingErrors(async () => {
            const access = await directAccess(storage);
            const { id } = await findSnapshot(access, reference, signal);
            const progress = showBytes(output);
            const result = await restore(access, {
              ...{ snapshotId: id, target: path.resolve(target), signal },
              ...(options.include && { paths: options.include }),
              ...(options.overwrite && { overwrite: options.overwrite }),
              ...(options.verify && { verify: true }),
              ...(options.dryRun && {
                dryRun: true,
                onItem: ({ action, path: where }) => {
                  if (!output.json) output.line(`${action.padEnd(11)} ${printable(where)}`);
                },
              }),
              onProgress: (now) => progress.update(now.bytesDone, now.bytes, `${now.filesDone} files`),
            }).finally(() => progress.stop());
            if (output.json) output.data(result);
            else
              output.note(
                `${result.files} files and folders${options.dryRun ? ' would be' : ''} restored (${bytes(result.bytes)}), ${result.untouched} untouched`,
              );
            for (const { path: where, reason } of result.failures)
              output.note(`✖ ${printable(where)}: ${printable(reason)}`);
            if (result.state === 'partial') {
              throw new CommandError(`${result.failures.length} could not be restored.`, { exitCode: EXIT.failed });
            }
          }),
        );
      },
    );
}
