import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OverwriteRule, RepositoryAccess, Snapshot } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import { type Command, InvalidArgumentError } from 'commander';
import { directAccess, repositoryPassword } from '../backup/access.ts';
import { showBytes } from '../backup/progress.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { age, bytes, duration } from '../output/format.ts';
import { printable } from '../output/width.ts';
import { interruptible } from '../storage/interrupt.ts';
import { tellingErrors } from '../storage/open.ts';

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const PLACE = 'a folder, or an address such as qingstor://BUCKET/folder?zone=sh1a';
const AFTER = `
These work without a server: ${PLACE}, with keys from the environment as for \`sampan object\`.
The password of the repository comes from SAMPAN_REPOSITORY_PASSWORD.`;

/** Backups are meant by the first characters of their id, or as `latest`. */
async function findSnapshot(access: RepositoryAccess, reference: string, signal: AbortSignal): Promise<Snapshot> {
  const { listSnapshots } = await import('@sampan/backup');
  const all = await listSnapshots(access, { signal });
  if (reference === 'latest') {
    const latest = all.at(-1);
    if (latest) return latest;
    throw new CommandError('There is no backup in this repository.', { exitCode: EXIT.failed });
  }
  const found = /^[0-9a-f]{4,64}$/.test(reference) ? all.filter(({ id }) => id.startsWith(reference)) : [];
  const [only, another] = found;
  if (!only)
    throw new CommandError(`There is no backup ${reference}.`, {
      exitCode: EXIT.failed,
      hint: 'See: sampan backup list',
    });
  if (another) throw new CommandError(`Several backups begin with ${reference}.`, { hint: 'Give more of the id.' });
  return only;
}

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
    .description('backups of a repository')
    .requiredOption('--storage <place>', PLACE)
    .action(async (options: { storage: string }, command: Command) => {
      const { output } = contextOf(command);
      const { listSnapshots } = await import('@sampan/backup');
      await interruptible((signal) =>
        tellingErrors(async () => {
          const rows = await listSnapshots(await directAccess(options.storage), { signal });
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
    .requiredOption('--storage <place>', PLACE)
    .option('--below <path>', 'only below this path', '/')
    .action(async (reference: string, options: { storage: string; below: string }, command: Command) => {
      const { output } = contextOf(command);
      const { listNodes } = await import('@sampan/backup');
      await interruptible((signal) =>
        tellingErrors(async () => {
          const access = await directAccess(options.storage);
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
    .description('fetch one file of a backup (- for standard output); a folder comes as an archive with --archive')
    .requiredOption('--storage <place>', PLACE)
    .option('--archive <format>', 'tar or zip, for a folder', (value) => {
      if (value === 'tar' || value === 'zip') return value;
      throw new InvalidArgumentError('It is tar or zip.');
    })
    .action(
      async (
        reference: string,
        where: string,
        file: string | undefined,
        options: { storage: string; archive?: 'tar' | 'zip' },
        command: Command,
      ) => {
        const { output } = contextOf(command);
        const { readContent } = await import('@sampan/backup');
        const { localObjects, streamSource } = await import('@sampan/storage');
        await interruptible((signal) =>
          tellingErrors(async () => {
            const access = await directAccess(options.storage);
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
}

const OVERWRITE: readonly OverwriteRule[] = ['always', 'if_changed', 'if_newer', 'never'];

function overwriteRule(value: string): OverwriteRule {
  const rule = OVERWRITE.find((each) => each.replaceAll('_', '-') === value);
  if (rule) return rule;
  throw new InvalidArgumentError(`It is one of: ${OVERWRITE.map((each) => each.replaceAll('_', '-')).join(', ')}.`);
}

export function addRestoreCommands(program: Command): void {
  const restoring = program.command('restore').description('restore from a backup').addHelpText('after', AFTER);

  restoring
    .command('run <backup>')
    .description('restore a backup, by the first characters of its id, or latest')
    .requiredOption('--storage <place>', PLACE)
    .requiredOption('--target <folder>', 'where to; the paths of the backup are made below it')
    .option('--include <path>', 'only this file or folder of the backup; may be repeated', collect)
    .option('--overwrite <rule>', 'always, if-changed, if-newer, never', overwriteRule)
    .option('--verify', 'read back what was written, and compare')
    .option('--dry-run', 'only say what would be done')
    .action(
      async (
        reference: string,
        options: {
          storage: string;
          target: string;
          include?: string[];
          overwrite?: OverwriteRule;
          verify?: boolean;
          dryRun?: boolean;
        },
        command: Command,
      ) => {
        const { output } = contextOf(command);
        const { restore } = await import('@sampan/backup');
        await interruptible((signal) =>
          tellingErrors(async () => {
            const access = await directAccess(options.storage);
            const { id } = await findSnapshot(access, reference, signal);
            const progress = showBytes(output);
            const result = await restore(access, {
              ...{ snapshotId: id, target: path.resolve(options.target), signal },
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

export function addRepositoryCommands(program: Command): void {
  const repository = program
    .command('repository')
    .description('repositories that hold backups')
    .addHelpText('after', AFTER);
  const at = (name: string, description: string): Command =>
    repository.command(name).description(description).requiredOption('--storage <place>', PLACE);

  at('check', 'check a repository, and read back as much of its data as is said')
    .option('--read-data <share>', 'e.g. 10%, or all')
    .action(async (options: { storage: string; readData?: string }, command: Command) => {
      const { output } = contextOf(command);
      const { checkRepository } = await import('@sampan/backup');
      if (options.readData !== undefined && !/^(?:all|\d{1,2}(?:\.\d+)?%|100%)$/.test(options.readData)) {
        throw new CommandError('--read-data is a share such as 10%, or all.');
      }
      await interruptible((signal) =>
        tellingErrors(async () => {
          const result = await checkRepository(await directAccess(options.storage), {
            readData: options.readData,
            signal,
          });
          if (output.json) output.data(result);
          else if (result.isSound) output.note('✔ The repository is sound.');
          for (const problem of result.problems) output.note(`✖ ${printable(problem)}`);
          if (!result.isSound) throw new CommandError('The repository is damaged.', { exitCode: EXIT.failed });
        }),
      );
    });

  at('locks', 'who is working on a repository, or was when they were killed')
    .option('--remove-stale', 'remove the locks whose owners are gone')
    .action(async (options: { storage: string; removeStale?: boolean }, command: Command) => {
      const { output } = contextOf(command);
      const { listLocks, removeStaleLocks } = await import('@sampan/backup');
      await interruptible((signal) =>
        tellingErrors(async () => {
          const access = await directAccess(options.storage);
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
    });

  at('prune', 'remove the data that no backup needs').action(async (options: { storage: string }, command: Command) => {
    const { output } = contextOf(command);
    const { pruneRepository } = await import('@sampan/backup');
    await interruptible((signal) =>
      tellingErrors(async () => {
        await pruneRepository(await directAccess(options.storage), {
          signal,
          onLine: (line) => output.json || output.note(line),
        });
        if (output.json) output.data({ pruned: true });
      }),
    );
  });

  at('forget <backup...>', 'delete backups; their data goes with the next prune')
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
