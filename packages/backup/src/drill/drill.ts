import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { toSampanError } from '@sampan/driver';
import { restore } from '../restore.ts';
import type { RepositoryAccess } from '../session.ts';
import { compareRestored, type DrillFinding, type SampleEntry } from './manifest.ts';

export interface DrillWish {
  snapshotId: string;
  manifest: readonly SampleEntry[];
  /** Where things are restored to for the comparison; a folder of its own is made in it and removed. */
  workFolder: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface DrillResult {
  /** `failed`: the backup does not bring back what was there. */
  state: 'proven' | 'failed';
  compared: number;
  bytes: number;
  /** What is not the same. */
  findings: readonly Exclude<DrillFinding, { state: 'same' }>[];
  /** Why nothing could be restored; null otherwise. */
  error: { code: string; message: string } | null;
}

/**
 * Restores samples of a backup as a person would, and compares them with what the source was. That the storage cannot be
 * reached is an error, not a finding: it says nothing about the backup.
 *
 * @throws what the storage says, `cancelled`
 */
export async function drill(access: RepositoryAccess, wish: DrillWish): Promise<DrillResult> {
  const { manifest, signal } = wish;
  const target = await mkdtemp(path.join(wish.workFolder, 'drill-'));
  try {
    let error: DrillResult['error'] = null;
    try {
      await restore(access, {
        snapshotId: wish.snapshotId,
        target,
        paths: manifest.map((entry) => entry.path),
        signal,
      });
    } catch (thrown) {
      const { code, message } = toSampanError(thrown);
      // Only what restic itself finds wrong with the repository is a verdict.
      if (code !== 'restic_failed' && code !== 'nothing_to_restore') throw thrown;
      error = { code, message };
    }
    const findings: Exclude<DrillFinding, { state: 'same' }>[] = [];
    let bytes = 0;
    for (const [index, entry] of manifest.entries()) {
      const finding = await compareRestored(entry, path.join(target, entry.path), signal);
      if (finding.state !== 'same') findings.push(finding);
      bytes += entry.size;
      wish.onProgress?.(index + 1, manifest.length);
    }
    const isProven = findings.length === 0 && error === null && manifest.length > 0;
    return { state: isProven ? 'proven' : 'failed', compared: manifest.length, bytes, findings, error };
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}
