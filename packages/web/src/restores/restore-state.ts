import type { Restore } from '../api/backup-resources.ts';

export const RESTORE_ACTIONS = ['new', 'overwritten', 'untouched', 'deleted'] as const;

/** An old engine does not count what it restores. */
export function isCounted({ files, untouched, deleted }: Restore): boolean {
  return files + untouched + deleted > 0;
}

export function isRestoreUnfinished(restore: Pick<Restore, 'state'> | undefined): boolean {
  return restore?.state === 'queued' || restore?.state === 'running';
}
