import path from 'node:path';
import type { Readable } from 'node:stream';
import type { ResticMessage } from './restic/process.ts';
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

/** What `dump` is to read: a folder by its parent, so that the archive begins with its name and not with the path that it had. */
function dumped(access: RepositoryAccess, wish: { snapshotId: string; path: string; archive?: string | undefined }) {
  const parent = path.posix.dirname(wish.path);
  const isBelow = parent !== '/' && parent !== '.';
  if (wish.archive === undefined || !isBelow || !access.restic.capabilities.has('subfolders'))
    return [wish.snapshotId, wish.path];
  return [`${wish.snapshotId}:${parent}`, `/${path.posix.basename(wish.path)}`];
}

/**
 * The content of one file, or of a folder as an archive, as a stream. Before restic 0.16 an archive has the whole path. Fails instead of ending when it could not all be read;
 * stopping to read it ends restic and the gateway.
 */
export async function* readContent(
  access: RepositoryAccess,
  wish: { snapshotId: string; path: string; archive?: 'tar' | 'zip' | undefined; signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const over = new AbortController();
  const opened = Promise.withResolvers<Readable>();
  const archive = wish.archive ? ['--archive', wish.archive] : [];
  const running = runCommand(access, 'Reading the file', {
    args: ['dump', '--no-lock', ...archive, ...dumped(access, wish)],
    signal: wish.signal ? AbortSignal.any([wish.signal, over.signal]) : over.signal,
    onOutput: opened.resolve,
  });
  // It fails before there is output, or is awaited after it.
  running.catch(opened.reject);
  try {
    for await (const piece of await opened.promise) yield piece;
    await running;
  } finally {
    over.abort();
    await running.catch(() => undefined);
  }
}
