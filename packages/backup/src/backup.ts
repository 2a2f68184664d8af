import { lstat } from 'node:fs/promises';
import { SampanError } from '@sampan/driver';
import type { Gateway } from './gateway/start.ts';
import { resticError } from './restic/errors.ts';
import type { ResticMessage, ResticProcess } from './restic/process.ts';
import type { Restic } from './restic/version.ts';
import { type RepositoryAccess, runWith, withGateway } from './session.ts';

export interface BackupWish {
  /** Absolute paths; one that does not exist makes the backup partial. */
  paths: readonly string[];
  /** restic's patterns, e.g. `*.tmp`, `/home/ * /.cache` (without the blanks). */
  excludes?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  /** Stands in the snapshot; backups of one host find each other by it, so it must not change with the machine's name. */
  host: string;
  /** The backup before, whose files need not be read again: given by who knows it, whatever the sources were then. */
  parent?: string | undefined;
  compression?: 'auto' | 'off' | 'max' | undefined;
  /** Files read at once. */
  readConcurrency?: number | undefined;
  /** Stay on the file systems of the paths. */
  oneFileSystem?: boolean | undefined;
  nice?: number | undefined;
  processors?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: BackupProgress) => void) | undefined;
  onUnread?: ((unread: Unread) => void) | undefined;
  onLog?: ((line: string) => void) | undefined;
  onStart?: ((process: ResticProcess) => void) | undefined;
}

export interface BackupProgress {
  filesDone: number;
  bytesDone: number;
  /** Null while restic still counts. */
  files: number | null;
  bytes: number | null;
  currentFiles: readonly string[];
  /** Sent to the storage, after compression and without what was there already. */
  bytesSent: number;
}

/** Something that should be in the backup and is not. */
export interface Unread {
  path: string;
  reason: string;
}

export interface BackupResult {
  /** `partial`: the snapshot is there and lacks `unread`. */
  state: 'complete' | 'partial';
  snapshotId: string;
  unread: readonly Unread[];
  /** How many there were; the list is cut. */
  unreadCount: number;
  filesNew: number;
  filesChanged: number;
  filesUnmodified: number;
  files: number;
  bytes: number;
  /** New data, before and after compression; the latter only from restic 0.15 on. */
  bytesAdded: number;
  bytesStored: number | null;
}

const MOST_UNREAD = 1_000;

const numberOf = (message: ResticMessage, name: string): number => Number(message[name] ?? 0);

function readError(message: ResticMessage): Unread {
  const { error, item } = message;
  const detail = error as { message?: unknown; Op?: unknown; Path?: unknown; Err?: unknown } | string | undefined;
  const reason = typeof detail === 'string' ? detail : String(detail?.message ?? detail?.Op ?? 'it could not be read');
  return { path: typeof item === 'string' ? item : '', reason };
}

/** The sources that are there. restic itself passes over what is missing with exit code 0. */
async function existing(paths: readonly string[], onUnread: (unread: Unread) => void): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    try {
      await lstat(path);
      found.push(path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      onUnread({
        path,
        reason: code === 'ENOENT' ? 'the source does not exist' : `the source cannot be read (${code})`,
      });
    }
  }
  return found;
}

/**
 * Makes one backup. What could not be read does not fail it: it is then partial, with the list of it. When nothing can be
 * read it fails, since a snapshot of nothing would pass for a backup.
 *
 * @throws `no_source`, `cancelled`, what the storage says, `repository_locked`, `wrong_repository_password`
 */
export function backUp(access: RepositoryAccess, wish: BackupWish): Promise<BackupResult> {
  return withGateway(access, async (gateway) => {
    const unread: Unread[] = [];
    let unreadCount = 0;
    const missing = (each: Unread): void => {
      unreadCount += 1;
      if (unread.length < MOST_UNREAD) unread.push(each);
      wish.onUnread?.(each);
    };
    const paths = await existing(wish.paths, missing);
    if (paths.length === 0) {
      throw new SampanError('no_source', 'None of the sources is there.', {
        hint: `Check that they exist and that their disks are mounted: ${wish.paths.join(', ')}`,
      });
    }
    let summary: ResticMessage | null = null;
    const end = await runWith(gateway, access, {
      args: argumentsOf(wish, paths, access.restic),
      ...(wish.nice !== undefined && { nice: wish.nice }),
      ...(wish.processors !== undefined && { processors: wish.processors }),
      signal: wish.signal,
      ...(wish.onStart && { onStart: wish.onStart }),
      onMessage(message) {
        if (message.message_type === 'summary') summary = message;
        else if (message.message_type === 'error') missing(readError(message));
        else if (message.message_type === 'status')
          wish.onProgress?.(progressOf(message, gateway.counters.bytesStored));
      },
      onError(line) {
        if (!line.startsWith('{')) return wish.onLog?.(line);
        try {
          const message = JSON.parse(line) as ResticMessage;
          if (message.message_type === 'error') missing(readError(message));
        } catch {
          wish.onLog?.(line);
        }
      },
    });
    // 3: some of the sources could not be read; the snapshot is there.
    if ((end.exitCode !== 0 && end.exitCode !== 3) || !summary) {
      throw resticError(end, gateway.failures, 'The backup');
    }
    summary = await withWholeId(gateway, access, summary);
    return resultOf(summary, { unread, unreadCount, isPartial: end.exitCode === 3 || unreadCount > 0 });
  });
}

/** Before 0.15 restic tells the first characters of the id only. */
async function withWholeId(gateway: Gateway, access: RepositoryAccess, summary: ResticMessage): Promise<ResticMessage> {
  const told = String(summary.snapshot_id);
  if (told.length === 64) return summary;
  const lines: string[] = [];
  const args = ['snapshots', '--json', '--no-lock', told];
  await runWith(gateway, access, { args, onLine: (line) => void lines.push(line) });
  const found = (JSON.parse(lines.join('\n') || '[]') as { id: string }[]).find(({ id }) => id.startsWith(told));
  return { ...summary, snapshot_id: found?.id ?? told };
}

function argumentsOf(wish: BackupWish, paths: readonly string[], restic: Restic): string[] {
  const { readConcurrency } = wish;
  return [
    ...['backup', '--json', '--host', wish.host],
    // As arguments: in a file of patterns, what looks like a variable of the environment would be replaced.
    ...(wish.excludes ?? []).flatMap((pattern) => ['--exclude', pattern]),
    ...(wish.tags ?? []).flatMap((tag) => ['--tag', tag]),
    ...(wish.parent ? ['--parent', wish.parent] : []),
    ...(wish.compression ? ['--compression', wish.compression] : []),
    ...(readConcurrency && restic.capabilities.has('readConcurrency')
      ? ['--read-concurrency', String(readConcurrency)]
      : []),
    ...(wish.oneFileSystem ? ['--one-file-system'] : []),
    ...['--', ...paths],
  ];
}

function progressOf(message: ResticMessage, bytesSent: number): BackupProgress {
  const files = numberOf(message, 'total_files');
  const bytes = numberOf(message, 'total_bytes');
  const current = message.current_files;
  return {
    filesDone: numberOf(message, 'files_done'),
    bytesDone: numberOf(message, 'bytes_done'),
    files: files || null,
    bytes: bytes || null,
    currentFiles: Array.isArray(current) ? current.map(String) : [],
    bytesSent,
  };
}

function resultOf(
  summary: ResticMessage,
  { unread, unreadCount, isPartial }: { unread: readonly Unread[]; unreadCount: number; isPartial: boolean },
): BackupResult {
  const stored = summary.data_added_packed;
  return {
    state: isPartial ? 'partial' : 'complete',
    snapshotId: String(summary.snapshot_id),
    unread,
    unreadCount,
    filesNew: numberOf(summary, 'files_new'),
    filesChanged: numberOf(summary, 'files_changed'),
    filesUnmodified: numberOf(summary, 'files_unmodified'),
    files: numberOf(summary, 'total_files_processed'),
    bytes: numberOf(summary, 'total_bytes_processed'),
    bytesAdded: numberOf(summary, 'data_added'),
    bytesStored: typeof stored === 'number' ? stored : null,
  };
}
