import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SampanError } from '@sampan/driver';
import { type Command, InvalidArgumentError } from 'commander';
import { directAccess, repositoryPassword } from '../backup/access.ts';
import { AFTER, collect, findSnapshot, PLACE, WITHOUT_SERVER } from '../backup/one-off.ts';
import { showBytes } from '../backup/progress.ts';
import {
  compareBackups,
  deleteBackup,
  editBackup,
  fetchContent,
  listBackups,
  listFiles,
  searchBackups,
  showBackup,
} from '../backup/server-backups.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { atMost } from '../numbers.ts';
import { age, bytes, duration } from '../output/format.ts';
import { printable } from '../output/width.ts';
import { interruptible } from '../storage/interrupt.ts';
import { tellingErrors } from '../storage/open.ts';

const tellStored = (value: number | null): string => (value === null ? '' : `, ${bytes(value)} stored`);

export function addBackupCommands(program: Command): void {
  const backup = program
    .command('backup')
    .description('backups: make, list, look into, fetch from')
    .addHelpText('after', AFTER);

  backup
    .command('run <path...>')
    .description('back up paths of this machine into a repository, which is made when it is not there')
    .requiredOption('--storage <place>', PLACE)
    .option('--exclude <pattern>', 'leave out what matches, e.g. "*.tmp"; may be repeated', collect)
    .option('--tag <tag>', 'may be repeated', collect)
    .option('--host <name>', 'name of this machine in the backup; keep it the same', hostname())
    .option(
      '--sheet <file>',
      'where the recovery sheet is written when the repository is made',
      'sampan-recovery-sheet.txt',
    )
    .action(
      async (
        paths: string[],
        options: { storage: string; exclude?: string[]; tag?: string[]; host: string; sheet: string },
        command: Command,
      ) => {
        const { output } = contextOf(command);
        const { backUp, createRepository, listSnapshots, openRepository, recoverySheet } = await import(
          '@sampan/backup'
        );
        await interruptible((signal) =>
          tellingErrors(async () => {
            let access = await directAccess(options.storage, process.env.SAMPAN_REPOSITORY_PASSWORD ?? '');
            try {
              if (access.password === '') access = { ...access, password: 'not known yet' };
              await openRepository(access, { signal });
            } catch (error) {
              if (error instanceof SampanError && error.code === 'repository_not_found') {
                const given = process.env.SAMPAN_REPOSITORY_PASSWORD;
                access = { ...access, password: given ?? randomBytes(24).toString('base64url') };
                const { id } = await createRepository(access, { signal });
                const sheet = recoverySheet({
                  ...{ repositoryId: id, storage: access.storage, password: access.password },
                  ...{ resticVersion: access.restic.version, at: new Date() },
                });
                writeFileSync(options.sheet, sheet, { mode: 0o600, flag: 'wx' });
                output.note(
                  `Made the repository ${id.slice(0, 8)}. Its password is on the recovery sheet ${options.sheet}: print it.`,
                );
              } else if (
                access.password === 'not known yet' &&
                error instanceof SampanError &&
                error.code === 'wrong_repository_password'
              ) {
                access = { ...access, password: await repositoryPassword() };
                await openRepository(access, { signal });
              } else throw error;
            }
            const absolute = paths.map((each) => path.resolve(each));
            const before = (await listSnapshots(access, { signal })).findLast(
              (each) => each.hostname === options.host && each.paths.join('\0') === [...absolute].sort().join('\0'),
            );
            const progress = showBytes(output);
            const startedAt = Date.now();
            const result = await backUp(access, {
              ...{ paths: absolute, host: options.host, signal },
              ...(options.exclude && { excludes: options.exclude }),
              ...(options.tag && { tags: options.tag }),
              ...(before && { parent: before.id }),
              onProgress: (now) => progress.update(now.bytesDone, now.bytes, now.currentFiles[0] ?? ''),
              onUnread: ({ path: where, reason }) =>
                output.json || output.note(`✖ ${printable(where)}: ${printable(reason)}`),
            }).finally(() => progress.stop());
            if (output.json) output.data(result);
            else {
              output.line(
                `${result.state === 'complete' ? '✔' : '!'} ${result.snapshotId.slice(0, 8)}: ${result.files} files, ${bytes(result.bytes)}, ` +
                  `${result.filesNew} new, ${result.filesChanged} changed, ${bytes(result.bytesAdded)} added${tellStored(result.bytesStored)}, ` +
                  `in ${duration(Date.now() - startedAt)}`,
              );
            }
            if (result.state === 'partial') {
              throw new CommandError(`The backup is partial: ${result.unreadCount} could not be read.`, {
                exitCode: EXIT.failed,
                hint: 'What could be read is in it.',
              });
            }
          }),
        );
      },
    );

  backup
    .command('list')
    .description('backups of the server, or of a repository')
    .option('--plan <plan>', 'of one plan')
    .option('--limit <count>', 'so many', atMost, 50)
    .option('--storage <place>', WITHOUT_SERVER)
    .action(async (options: { storage?: string; plan?: string; limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { storage } = options;
      if (storage === undefined) return listBackups(api(), output, options);
      const { listSnapshots } = await import('@sampan/backup');
      await interruptible((signal) =>
        tellingErrors(async () => {
          const rows = await listSnapshots(await directAccess(storage), { signal });
          output.table(
            rows,
            [
              ['ID', (row) => row.id.slice(0, 8)],
              ['TIME', (row) => new Date(row.time).toISOString().slice(0, 19).replace('T', ' ')],
              ['AGE', (row) => age(new Date(row.time).toISOString())],
              ['HOST', (row) => row.hostname],
              ['SIZE', (row) => (row.summary ? bytes(row.summary.bytes) : null)],
              ['PATHS', (row) => row.paths.join(' ')],
              ['TAGS', (row) => row.tags.join(' ')],
            ],
            'There are no backups in this repository.',
          );
        }),
      );
    });

  backup
    .command('files <backup>')
    .description('files of a backup, by the first characters of its id, or latest')
    .option('--storage <place>', WITHOUT_SERVER)
    .option('--below <path>', 'only below this path; of the server one folder', '/')
    .action(async (reference: string, options: { storage?: string; below: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const { storage } = options;
      if (storage === undefined) return listFiles(api(), output, reference, options.below);
      const { listNodes } = await import('@sampan/backup');
      await interruptible((signal) =>
        tellingErrors(async () => {
          const access = await directAccess(storage);
          const { id } = await findSnapshot(access, reference, signal);
          const below = options.below.replace(/\/+$/, '');
          const isIn = (where: string): boolean => where === below || where.startsWith(`${below}/`);
          // As they come: a backup may have millions, and `| head` should not wait for all of them.
          await listNodes(
            access,
            id,
            (node) => {
              if (!isIn(node.path)) return;
              if (output.json) output.line(JSON.stringify(node));
              else {
                const size = node.kind === 'file' ? bytes(node.size) : node.kind;
                output.line(
                  `${size.padStart(10)}  ${new Date(node.modified).toISOString().slice(0, 19)}  ${printable(node.path)}`,
                );
              }
            },
            { signal },
          );
        }),
      );
    });

  backup
    .command('get <backup> <path> [file]')
    .description('fetch one file of a backup (- for standard output), or a folder as an archive')
    .option('--storage <place>', `${WITHOUT_SERVER}; a folder then needs --archive`)
    .option('--from <repository>', 'of the server: from this mirror')
    .option('--archive <format>', 'tar or zip, for a folder', (value) => {
      if (value === 'tar' || value === 'zip') return value;
      throw new InvalidArgumentError('It is tar or zip.');
    })
    .action(
      async (
        reference: string,
        where: string,
        file: string | undefined,
        options: { storage?: string; from?: string; archive?: 'tar' | 'zip' },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        const { storage } = options;
        if (storage === undefined) {
          const wish = { reference, path: where, file, archive: options.archive, from: options.from };
          return interruptible((signal) => fetchContent(api(), output, wish, signal));
        }
        const { readContent } = await import('@sampan/backup');
        const { localObjects, streamSource } = await import('@sampan/storage');
        await interruptible((signal) =>
          tellingErrors(async () => {
            const access = await directAccess(storage);
            const { id } = await findSnapshot(access, reference, signal);
            const content = readContent(access, { snapshotId: id, path: where, archive: options.archive, signal });
            if (file === '-') return pipeline(content, process.stdout, { end: false });
            const target = path.resolve(
              file ?? path.posix.basename(where) + (options.archive ? `.${options.archive}` : ''),
            );
            // Whole or not at all: the file appears when all of it came.
            const folder = localObjects(path.dirname(target), new Set());
            const { size } = await folder.put(path.basename(target), streamSource(content), { signal });
            if (output.json) output.data({ file: target, size });
            else output.note(`${target}: ${bytes(size)}`);
          }),
        );
      },
    );

  addServerBackupCommands(backup);
}

/** The verbs that only a server has. */
function addServerBackupCommands(backup: Command): void {
  backup
    .command('show <backup>')
    .description('show a backup of the server')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      await showBackup(api(), output, reference);
    });

  backup
    .command('search <text>')
    .description('find names in all backups of a plan, or in one backup')
    .option('--plan <plan>', 'in all backups of this plan')
    .option('--backup <backup>', 'in this backup')
    .action(async (text: string, options: { plan?: string; backup?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      await searchBackups(api(), output, text, options);
    });

  backup
    .command('compare <one> <other>')
    .description('what is not the same in two backups of a plan: + added, - removed, ~ changed')
    .action(async (one: string, other: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      await compareBackups(api(), output, one, other);
    });

  backup
    .command('edit <backup>')
    .description('name, annotate, pin or unpin a backup')
    .option('--title <text>', 'short name')
    .option('--note <text>', 'note')
    .option('--pin', 'retention never lets it go')
    .option('--unpin', 'retention may let it go')
    .action(
      async (
        reference: string,
        options: { title?: string; note?: string; pin?: boolean; unpin?: boolean },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        const { title, note, pin, unpin } = options;
        if (pin && unpin) throw new CommandError('Give --pin or --unpin.');
        await editBackup(api(), output, reference, {
          ...(title !== undefined && { title }),
          ...(note !== undefined && { note }),
          ...((pin || unpin) && { pinned: pin === true }),
        });
      },
    );

  backup
    .command('delete <backup>')
    .description('delete a backup of the server, in its mirrors too')
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      await deleteBackup(api(), output, reference, options.yes === true);
    });
}
