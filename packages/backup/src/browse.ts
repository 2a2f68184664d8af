import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { SampanError } from '@sampan/driver';
import { startGateway } from './gateway/start.ts';
import { resticError } from './restic/errors.ts';
import { type ResticMessage, withoutSecrets } from './restic/process.ts';
import { type RepositoryAccess, runCommand } from './session.ts';

export type NodeKind = 'file' | 'folder' | 'link' | 'other';

/** A file or folder of a backup. */
export interface BackupNode {
  /** Absolute, as it was on the source. */
  path: string;
  kind: NodeKind;
  size: number;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Milliseconds since 1970 UTC. */
  modified: number;
}

const KINDS: Readonly<Record<string, NodeKind>> = { file: 'file', dir: 'folder', symlink: 'link' };

function readNode(message: ResticMessage): BackupNode | null {
  // Before 0.17 the kind of a line is `struct_type`.
  if ((message.message_type ?? message.struct_type) !== 'node') return null;
  return {
    path: String(message.path),
    kind: KINDS[String(message.type)] ?? 'other',
    size: Number(message.size ?? 0),
    mode: Number(message.mode ?? 0) & 0o7777,
    uid: Number(message.uid ?? 0),
    gid: Number(message.gid ?? 0),
    modified: Date.parse(String(message.mtime)),
  };
}

/** Every node of a backup, each told as restic lists it; while `onNode` is pending no more is read. The whole is never in memory. */
export async function listNodes(
  access: RepositoryAccess,
  snapshotId: string,
  onNode: (node: BackupNode) => void | Promise<void>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  await runCommand(access, 'Listing the files', {
    args: ['ls', '--json', '--no-lock', snapshotId],
    signal: options.signal,
    onMessage(message) {
      const node = readNode(message);
      return node ? onNode(node) : undefined;
    },
  });
}

/**
 * The content of one file, or of a folder as an archive, as a stream. Fails instead of ending when it could not all be read;
 * stopping to read it ends restic and the gateway.
 */
export async function* readContent(
  access: RepositoryAccess,
  wish: { snapshotId: string; path: string; archive?: 'tar' | 'zip' | undefined; signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const { restic, password, cacheFolder } = access;
  const gateway = await startGateway({
    storage: access.storage,
    cacheFolder,
    ...(access.onRequests && { onRequests: access.onRequests }),
  });
  const archive = wish.archive ? ['--archive', wish.archive] : [];
  const child = spawn(restic.file, ['dump', '--no-lock', ...archive, wish.snapshotId, wish.path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/',
      RESTIC_REPOSITORY: gateway.repository,
      RESTIC_PASSWORD: password,
      RESTIC_CACHE_DIR: cacheFolder,
    },
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 128));
  });
  let errorText = '';
  child.stderr.on('data', (chunk) => {
    errorText = (errorText + chunk).slice(-4_000);
  });
  const abort = (): void => void child.kill('SIGINT');
  wish.signal?.addEventListener('abort', abort, { once: true });
  try {
    for await (const piece of child.stdout as Readable) yield piece;
    const exitCode = await ended;
    if (wish.signal?.aborted) throw new SampanError('cancelled', 'It was cancelled.');
    if (exitCode !== 0) {
      if (/path .* not found|cannot dump file|not found in snapshot/i.test(errorText)) {
        throw new SampanError('not_in_backup', 'This is not in the backup.', {
          hint: 'Look at its files and choose again.',
        });
      }
      const text = withoutSecrets(errorText, [gateway.repository, password]);
      const says = (pattern: RegExp): boolean => pattern.test(errorText);
      throw resticError({ exitCode, errorText: text, says }, gateway.failures, 'Reading the file');
    }
  } finally {
    wish.signal?.removeEventListener('abort', abort);
    if (child.exitCode === null) child.kill('SIGINT');
    await gateway.close();
  }
}
