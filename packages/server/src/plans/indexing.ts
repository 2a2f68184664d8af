import {
  type BackupNode,
  listNodes,
  type RepositoryAccess,
  SampleChooser,
  type SampleEntry,
  witness,
} from '@sampan/backup';
import type { Catalogs } from '../backups/catalogs.ts';

const BATCH = 2_000;
/** So many are chosen for one that is wanted: some change or go before they are looked at. */
const SPARE = 3;

/**
 * Lists the files of a backup once, into the catalog of its plan; on the way some are chosen whose content is to be known.
 *
 * @returns how many there are, and the chosen ones
 * @throws RangeError when a later backup is in the catalog already
 */
export async function indexBackup(
  catalogs: Catalogs,
  wish: {
    access: RepositoryAccess;
    planId: string;
    backup: { id: string; time: number; snapshotId: string };
    samples?: number;
    signal: AbortSignal;
    onCount?: (count: number) => void;
  },
): Promise<{ count: number; candidates: readonly { path: string; size: number }[] }> {
  const { access, planId, backup, signal, onCount } = wish;
  const indexing = await catalogs.begin(planId, { id: backup.id, time: backup.time });
  const chooser = new SampleChooser((wish.samples ?? 0) * SPARE);
  let batch: BackupNode[] = [];
  let count = 0;
  let pushing: Promise<void> = Promise.resolve();
  let failure: unknown;
  try {
    await listNodes(
      access,
      backup.snapshotId,
      (node) => {
        if (node.kind === 'file' && wish.samples) chooser.offer(node);
        batch.push(node);
        count += 1;
        if (batch.length < BATCH) return;
        const some = batch;
        batch = [];
        onCount?.(count);
        pushing = pushing
          .then(() => indexing.push(some))
          .catch((error) => {
            failure ??= error;
          });
        return pushing;
      },
      { signal },
    );
    await pushing;
    if (batch.length > 0 && failure === undefined) await indexing.push(batch);
    if (failure !== undefined) throw failure;
  } catch (error) {
    await indexing.giveUp();
    throw error;
  }
  await indexing.finish();
  return { count, candidates: chooser.chosen };
}

/** What the chosen files are on the source now: as many as are wanted that stay the same while they are read. */
export async function witnesses(
  candidates: readonly { path: string }[],
  wanted: number,
  signal: AbortSignal,
): Promise<SampleEntry[]> {
  const found: SampleEntry[] = [];
  for (const { path } of candidates) {
    if (found.length === wanted) break;
    const entry = await witness(path, signal);
    if (entry) found.push(entry);
  }
  return found;
}
