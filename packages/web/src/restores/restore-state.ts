import type { Restore } from '../api/backup-resources.ts';

export const RESTORE_ACTIONS = ['new', 'overwritten', 'untouched', 'deleted'] as const;

export function isRestoreUnfinished(restore: Pick<Restore, 'state'> | undefined): boolean {
  return restore?.state === 'queued' || restore?.state === 'running';
}
