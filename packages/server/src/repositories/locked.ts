import { hostname } from 'node:os';
import { type Lock, listLocks, type RepositoryAccess, removeStaleLocks } from '@sampan/backup';
import { SampanError, toSampanError } from '@sampan/driver';
import type { OperationContext } from '../operations/kinds.ts';
import { sleep } from '../platform/time.ts';

/** Together some ten minutes: a prune of another plan takes that long. */
const PAUSES_MS = [5, 10, 20, 30, 60, 60, 120, 120, 120].map((seconds) => seconds * 1000);

export type LockOwner = 'alive' | 'gone' | 'elsewhere';

/** Whether the process that made a lock still lives; of other machines nobody can tell. */
export function ownerOf(lock: Lock): LockOwner {
  if (lock.hostname !== hostname()) return 'elsewhere';
  try {
    process.kill(lock.pid, 0);
    return 'alive';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'alive' : 'gone';
  }
}

function sentence(lock: Lock): string {
  const since = new Date(lock.time).toISOString();
  const kind = lock.isExclusive ? 'exclusive lock' : 'lock';
  return `${kind} of process ${lock.pid} on ${lock.hostname}, since ${since}`;
}

/**
 * Does something with a repository that somebody else may have locked: tells who, takes away locks whose owners are gone, and
 * waits for the others.
 * @param options.onLocked called each time that somebody holds it
 * @throws SampanError `repository_locked` naming the holder after ten minutes
 */
export async function whenUnlocked<T>(
  context: Pick<OperationContext, 'signal' | 'stepMessage' | 'log'>,
  access: RepositoryAccess,
  work: () => Promise<T>,
  { onLocked }: { onLocked?: () => Promise<void> } = {},
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = toSampanError(thrown);
      if (error.code !== 'repository_locked') throw error;
      const locks = await listLocks(access, { signal: context.signal });
      const left = locks.filter((lock) => ownerOf(lock) === 'gone');
      for (const lock of left) await context.log('warning', `Stale: ${sentence(lock)}. It is taken away.`);
      if (left.length > 0) await removeStaleLocks(access, { signal: context.signal });
      const others = locks.filter((lock) => !left.includes(lock));
      const pause = PAUSES_MS[attempt];
      if (pause === undefined) {
        const holder = others[0] ? sentence(others[0]) : 'another process';
        throw new SampanError('repository_locked', `The repository is locked: ${holder}.`, {
          hint: 'A check or tidying that takes long can be cancelled. If that process is no more, remove the lock on the page of the repository.',
          retryable: true,
          parameters: { holder },
        });
      }
      if (others.length === 0) continue;
      await onLocked?.();
      const [first] = others;
      if (first) await context.stepMessage(`waits for the ${sentence(first)}`);
      await sleep(pause, context.signal);
    }
  }
}
