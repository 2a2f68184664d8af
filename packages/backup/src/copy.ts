import { resticError } from './restic/errors.ts';
import { type RepositoryAccess, runWith, withGateway } from './session.ts';

interface CopyOptions {
  signal?: AbortSignal | undefined;
  onLine?: ((line: string) => void) | undefined;
  /** Bytes that arrived at the target so far; about once a second. */
  onProgress?: ((bytesSent: number) => void) | undefined;
}

const TELL_EVERY_MS = 1_000;

/** Runs a command of restic that reads one repository and writes another, each behind a gateway of its own. */
async function runBetween(
  from: RepositoryAccess,
  to: RepositoryAccess,
  what: string,
  args: readonly string[],
  options: CopyOptions = {},
): Promise<void> {
  const { signal, onLine, onProgress } = options;
  // What is copied from is only read; its lock keeps it from being pruned meanwhile.
  const counters = await withGateway(from, (source) =>
    withGateway(to, async (target) => {
      const timer = onProgress && setInterval(() => onProgress(target.counters.bytesStored), TELL_EVERY_MS);
      try {
        const end = await runWith(target, to, {
          args,
          signal,
          environment: { RESTIC_FROM_REPOSITORY: source.repository, RESTIC_FROM_PASSWORD: from.password },
          ...(onLine && { onLine }),
        });
        if (end.exitCode !== 0) throw resticError(end, [...source.failures, ...target.failures], what);
        return () => target.counters;
      } finally {
        clearInterval(timer);
      }
    }),
  );
  // A gateway tells its last numbers when it ends.
  onProgress?.(counters().bytesStored);
}

/** Makes a repository that cuts files as another one does, so that what is copied between them is stored once only. */
export function createLike(from: RepositoryAccess, to: RepositoryAccess, options: CopyOptions = {}): Promise<void> {
  const args = ['init', '--repository-version', '2', '--copy-chunker-params'];
  return runBetween(from, to, 'Making the mirror', args, options);
}

/**
 * Copies these backups; what is there already is not sent again. In the target they have ids of their own, and
 * `Snapshot.original` names the one they were copied from.
 */
export async function copySnapshots(
  from: RepositoryAccess,
  to: RepositoryAccess,
  ids: readonly string[],
  options: CopyOptions = {},
): Promise<void> {
  if (ids.length > 0) await runBetween(from, to, 'Copying to the mirror', ['copy', '--', ...ids], options);
}
