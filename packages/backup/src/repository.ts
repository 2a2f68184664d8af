import { SampanError, toSampanError } from '@sampan/driver';
import { type Command, type RepositoryAccess, readJson, runCommand } from './session.ts';

export interface RepositoryConfig {
  /** restic's id of the repository, 64 hex characters. */
  id: string;
  version: number;
}

export interface Snapshot {
  id: string;
  /** Milliseconds since 1970 UTC. */
  time: number;
  hostname: string;
  username: string;
  paths: readonly string[];
  tags: readonly string[];
  /** The id of its tree. */
  tree: string;
  parent: string | null;
  /** The id of the one it was copied from; null for those that were made here. */
  original: string | null;
  /** restic that made it; null for those before 0.14. */
  program: string | null;
  summary: SnapshotSummary | null;
}

/** Only told by restic from 0.17 on. */
export interface SnapshotSummary {
  filesNew: number;
  filesChanged: number;
  filesUnmodified: number;
  /** Stored in the repository, compressed. */
  bytesAdded: number;
  files: number;
  bytes: number;
}

interface RawSnapshot {
  id: string;
  time: string;
  hostname?: string;
  username?: string;
  paths?: string[];
  tags?: string[];
  tree: string;
  parent?: string;
  original?: string;
  program_version?: string;
  summary?: Record<string, number>;
}

function readSnapshot(raw: RawSnapshot): Snapshot {
  const { summary } = raw;
  const number = (name: string): number => Number(summary?.[name] ?? 0);
  return {
    id: raw.id,
    time: Date.parse(raw.time),
    hostname: raw.hostname ?? '',
    username: raw.username ?? '',
    paths: raw.paths ?? [],
    tags: raw.tags ?? [],
    tree: raw.tree,
    parent: raw.parent ?? null,
    original: raw.original ?? null,
    program: raw.program_version ?? null,
    summary: summary
      ? {
          filesNew: number('files_new'),
          filesChanged: number('files_changed'),
          filesUnmodified: number('files_unmodified'),
          bytesAdded: number('data_added_packed') || number('data_added'),
          files: number('total_files_processed'),
          bytes: number('total_bytes_processed'),
        }
      : null,
  };
}

interface Cancel {
  signal?: AbortSignal | undefined;
}

/** Makes a repository; its format is the newest that every restic from 0.14 on reads. @throws `repository_exists` */
export async function createRepository(access: RepositoryAccess, { signal }: Cancel = {}): Promise<RepositoryConfig> {
  await runCommand(access, 'Making the repository', { args: ['init', '--repository-version', '2'], signal });
  return openRepository(access, { signal });
}

/** Proves that the password opens it. @throws `repository_not_found`, `wrong_repository_password` */
export async function openRepository(access: RepositoryAccess, { signal }: Cancel = {}): Promise<RepositoryConfig> {
  const args = ['cat', 'config', '--no-lock'];
  return readJson<RepositoryConfig>(access, 'Opening the repository', { args, signal });
}

/** Makes it if it is not there, else opens it. Says which. */
export async function createOrOpen(
  access: RepositoryAccess,
  options: Cancel = {},
): Promise<RepositoryConfig & { isNew: boolean }> {
  try {
    return { ...(await openRepository(access, options)), isNew: false };
  } catch (error) {
    if (toSampanError(error).code !== 'repository_not_found') throw error;
    return { ...(await createRepository(access, options)), isNew: true };
  }
}

/**
 * Gives the repository another password; what it holds stays as it is. Save the new one before: from the moment this
 * ends, only it opens the repository.
 */
export async function changePassword(
  access: RepositoryAccess,
  password: string,
  { signal }: Cancel = {},
): Promise<void> {
  if (password === '' || /[\r\n]/.test(password)) {
    throw new SampanError('invalid_option', 'A password is one line that is not empty.');
  }
  await runCommand(access, 'Changing the password', {
    args: ['key', 'passwd'],
    input: `${password}\n`,
    signal,
  });
}

/** All snapshots, the oldest first. */
export async function listSnapshots(access: RepositoryAccess, { signal }: Cancel = {}): Promise<Snapshot[]> {
  const args = ['snapshots', '--json', '--no-lock'];
  const raw = await readJson<RawSnapshot[] | null>(access, 'Listing the backups', { args, signal });
  return (raw ?? []).map(readSnapshot).sort((a, b) => a.time - b.time);
}

/** Takes snapshots out of the repository; their data goes when it is pruned. */
export async function forgetSnapshots(
  access: RepositoryAccess,
  ids: readonly string[],
  { signal }: Cancel = {},
): Promise<void> {
  if (access.appendOnly) {
    throw new SampanError('append_only', 'This repository is append-only: no backup is deleted.', {
      hint: 'Delete with an access that may, best from another machine.',
    });
  }
  for (let at = 0; at < ids.length; at += 500) {
    await runCommand(access, 'Deleting backups', { args: ['forget', '--', ...ids.slice(at, at + 500)], signal });
  }
}

/** Removes data that no snapshot needs. */
export async function pruneRepository(
  access: RepositoryAccess,
  options: Pick<Command, 'signal' | 'onLine' | 'nice' | 'processors'> & { maximumUnused?: string } = {},
): Promise<void> {
  const { maximumUnused = '5%', ...command } = options;
  await runCommand(access, 'Pruning', { args: ['prune', '--max-unused', maximumUnused], ...command });
}

export interface Lock {
  id: string;
  time: number;
  isExclusive: boolean;
  hostname: string;
  username: string;
  pid: number;
}

interface RawLock {
  time: string;
  exclusive: boolean;
  hostname: string;
  username: string;
  pid: number;
}

/** Who holds the repository now, or did when they were killed. */
export async function listLocks(access: RepositoryAccess, { signal }: Cancel = {}): Promise<Lock[]> {
  const ids: string[] = [];
  const onLine = (line: string): void => void (/^[0-9a-f]{64}$/.test(line.trim()) && ids.push(line.trim()));
  await runCommand(access, 'Listing the locks', { args: ['list', 'locks', '--no-lock'], onLine, signal });
  const locks: Lock[] = [];
  for (const id of ids) {
    try {
      const raw = await readJson<RawLock>(access, 'Reading a lock', { args: ['cat', 'lock', id, '--no-lock'], signal });
      const { exclusive, hostname, username, pid } = raw;
      locks.push({ id, time: Date.parse(raw.time), isExclusive: exclusive, hostname, username, pid });
    } catch (error) {
      // Its owner took it away meanwhile.
      if (toSampanError(error).code === 'cancelled') throw error;
    }
  }
  return locks;
}

/** Removes the locks whose owners are gone: dead processes of this machine, and locks of half an hour ago. */
export async function removeStaleLocks(access: RepositoryAccess, { signal }: Cancel = {}): Promise<void> {
  await runCommand(access, 'Removing stale locks', { args: ['unlock'], signal });
}

export interface CheckResult {
  isSound: boolean;
  /** What restic found wrong, in its words. */
  problems: readonly string[];
}

/**
 * Checks the structure, and reads back as much of the data as is said: `25%`, `2/7` (the second seventh), `all`.
 * A damaged repository is a result; an error is that it could not be checked.
 */
export async function checkRepository(
  access: RepositoryAccess,
  options: Cancel & { readData?: string | undefined; onLine?: (line: string) => void } = {},
): Promise<CheckResult> {
  const { readData, signal, onLine } = options;
  const problems: string[] = [];
  const reading = readData === undefined ? [] : [readData === 'all' ? '--read-data' : `--read-data-subset=${readData}`];
  const end = await runCommand(
    access,
    'The check',
    {
      args: ['check', ...reading],
      signal,
      ...(onLine && { onLine }),
      onError: (line) => {
        if (line.trim() !== '' && !/^(?:Fatal: )?repository contains errors|^using temporary cache/.test(line))
          problems.push(line);
      },
    },
    [0, 1],
  );
  const failure = end.gateway.failures.at(-1);
  if (failure)
    throw new SampanError(failure.code, failure.message, { ...(failure.hint !== null && { hint: failure.hint }) });
  if (end.exitCode === 0) return { isSound: true, problems: [] };
  const couldNot = problems.find((line) => /wrong password|unable to create lock|unable to open config/i.test(line));
  if (couldNot) throw new SampanError('restic_failed', `The check failed: ${couldNot}`);
  return { isSound: false, problems };
}
