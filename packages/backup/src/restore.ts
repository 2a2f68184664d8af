import { SampanError } from '@sampan/driver';
import { literalPattern } from './patterns.ts';
import { resticError } from './restic/errors.ts';
import type { ResticMessage, ResticProcess } from './restic/process.ts';
import { demandCapability, type Restic } from './restic/version.ts';
import { type RepositoryAccess, runWith, withGateway } from './session.ts';

export type OverwriteRule = 'always' | 'if_changed' | 'if_newer' | 'never';

export interface RestoreWish {
  snapshotId: string;
  /** Where things go; `/` is the original place. */
  target: string;
  /** Files and folders of the backup by their paths in it; all of it when absent. */
  paths?: readonly string[] | undefined;
  /** Needs restic 0.17; `always` when not said. */
  overwrite?: OverwriteRule | undefined;
  /** Delete what the backup does not have, below the chosen folders. Needs restic 0.17. */
  delete?: boolean | undefined;
  /** Only say what would be done. Needs restic 0.17. */
  dryRun?: boolean | undefined;
  /** Read back what was written, and compare. */
  verify?: boolean | undefined;
  /** Holes as holes, where restic can (0.15). */
  sparse?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: RestoreProgress) => void) | undefined;
  /** Each file as it is dealt with; needs restic 0.17. */
  onItem?: ((item: RestoredItem) => void) | undefined;
  onLog?: ((line: string) => void) | undefined;
  onStart?: ((process: ResticProcess) => void) | undefined;
}

export interface RestoreProgress {
  filesDone: number;
  files: number | null;
  bytesDone: number;
  bytes: number | null;
}

export interface RestoredItem {
  action: 'new' | 'overwritten' | 'untouched' | 'deleted' | 'unknown';
  path: string;
  size: number;
}

export interface RestoreResult {
  /** `partial`: some things could not be restored. */
  state: 'complete' | 'partial';
  files: number;
  bytes: number;
  untouched: number;
  deleted: number;
  failures: readonly { path: string; reason: string }[];
}

const MOST_FAILURES = 1_000;
const ACTIONS: Readonly<Record<string, RestoredItem['action']>> = {
  restored: 'new',
  updated: 'overwritten',
  unchanged: 'untouched',
  deleted: 'deleted',
};

const numberOf = (message: ResticMessage, name: string): number => Number(message[name] ?? 0);

function argumentsOf(wish: RestoreWish, restic: Restic): string[] {
  const { overwrite } = wish;
  return [
    ...['restore', wish.snapshotId, '--target', wish.target],
    ...(restic.capabilities.has('restoreProgress') ? ['--json'] : []),
    ...(wish.onItem || wish.dryRun ? ['--verbose=2'] : []),
    ...(wish.paths ?? []).flatMap((path) => ['--include', literalPattern(path)]),
    ...(overwrite && overwrite !== 'always' ? ['--overwrite', overwrite.replaceAll('_', '-')] : []),
    ...(wish.delete ? ['--delete'] : []),
    // It only reads, and need not wait for a check. Beside a prune it may fail, and can be asked for again.
    ...(wish.dryRun ? ['--dry-run', '--no-lock'] : []),
    ...(wish.verify ? ['--verify'] : []),
    ...(wish.sparse && restic.capabilities.has('sparse') ? ['--sparse'] : []),
  ];
}

/**
 * Restores all of a backup or chosen things. Single failures make it partial; that nothing of what was chosen is in the
 * backup is an error, since restic itself would end well having restored nothing.
 *
 * @throws `nothing_to_restore`, `restic_too_old`, `cancelled`, what the storage says
 */
export function restore(access: RepositoryAccess, wish: RestoreWish): Promise<RestoreResult> {
  const { restic } = access;
  if (wish.overwrite && wish.overwrite !== 'always') demandCapability(restic, 'restoreOptions', 'An overwrite rule');
  if (wish.delete) demandCapability(restic, 'restoreOptions', 'Deleting what the backup does not have');
  if (wish.dryRun) demandCapability(restic, 'restoreOptions', 'A preview of a restore');
  const restoresJson = restic.capabilities.has('restoreProgress');
  return withGateway(access, async (gateway) => {
    const failures: { path: string; reason: string }[] = [];
    let summary: ResticMessage | null = null;
    const fail = (message: ResticMessage): void => {
      const error = message.error as { message?: unknown } | undefined;
      const failure = {
        path: String(message.item ?? ''),
        reason: String(error?.message ?? 'it could not be restored'),
      };
      if (failures.length < MOST_FAILURES) failures.push(failure);
    };
    const end = await runWith(gateway, access, {
      args: argumentsOf(wish, restic),
      signal: wish.signal,
      ...(wish.onStart && { onStart: wish.onStart }),
      onLine: (line) => wish.onLog?.(line),
      onMessage(message) {
        switch (message.message_type) {
          case 'summary':
            summary = message;
            break;
          case 'status':
            wish.onProgress?.({
              filesDone: numberOf(message, 'files_restored'),
              files: numberOf(message, 'total_files') || null,
              bytesDone: numberOf(message, 'bytes_restored'),
              bytes: numberOf(message, 'total_bytes') || null,
            });
            break;
          case 'verbose_status':
            wish.onItem?.({
              action: ACTIONS[String(message.action)] ?? 'unknown',
              path: String(message.item ?? ''),
              size: numberOf(message, 'size'),
            });
            break;
          case 'error':
            fail(message);
        }
      },
      onError(line) {
        const [, path, reason] = /^ignoring error for (.*?): (.*)$/.exec(line) ?? [];
        if (path !== undefined && reason !== undefined) failures.push({ path, reason });
        else if (line.startsWith('{')) {
          try {
            const message = JSON.parse(line) as ResticMessage;
            if (message.message_type === 'error') fail(message);
          } catch {
            wish.onLog?.(line);
          }
        } else wish.onLog?.(line);
      },
    });
    const isPartial = failures.length > 0;
    if (end.exitCode !== 0 && !(isPartial && summary)) {
      const [first] = failures;
      // Older versions end with how many there were, and say before what each was.
      const errorText = first ? `${end.errorText}\n${first.path}: ${first.reason}` : end.errorText;
      throw resticError({ ...end, errorText }, gateway.failures, 'The restore');
    }
    const told = (name: string): number => (summary ? numberOf(summary, name) : 0);
    const files = told('files_restored');
    if (
      restoresJson &&
      wish.paths &&
      told('total_files') === 0 &&
      told('files_skipped') === 0 &&
      told('files_deleted') === 0
    ) {
      throw new SampanError('nothing_to_restore', 'Nothing of what was chosen is in this backup.', {
        hint: 'Look at the files of the backup and choose again.',
      });
    }
    return {
      state: isPartial ? 'partial' : 'complete',
      ...{
        files,
        bytes: told('bytes_restored'),
        untouched: told('files_skipped'),
        deleted: told('files_deleted'),
        failures,
      },
    };
  });
}
