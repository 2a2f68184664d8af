import type { Run } from '../api/backup-resources.ts';

/** Share that is read, 0 to 100; null while nobody knows how much there is. By bytes, or by files when all are empty. */
export function runPercent({ progress, state }: Pick<Run, 'progress' | 'state'>): number | null {
  if (state === 'queued') return 0;
  if (!progress) return null;
  const { bytes, bytesDone, files, filesDone } = progress;
  const share = bytes ? bytesDone / bytes : files ? filesDone / files : null;
  return share === null ? null : Math.max(0, Math.min(100, Math.floor(share * 100)));
}
