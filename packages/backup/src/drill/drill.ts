import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { SampanError, toSampanError } from '@sampan/driver';
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
  /** The repository does not hold what it should; false when only rights or times are not the same. */
  isOfRepository: boolean;
}

/** What is wrong with this machine, and not with the backup. */
const LOCAL = /no space left on device|disk quota exceeded|read-only file system|file too large|input\/output error/i;

function demandRoom(reason: string, folder: string): void {
  if (!LOCAL.test(reason)) return;
  throw new SampanError('drill_not_done', `The samples could not be restored to ${folder}: ${reason}`, {
    hint: 'Make room on the disk of SAMPAN_DATA, and drill again. This says nothing about the backup.',
  });
}

function isDamage(finding: DrillFinding): boolean {
  if (finding.state !== 'different') return finding.state === 'missing';
  return finding.differences.some((difference) => difference === 'size' || difference === 'content');
}

/**
 * Restores samples of a backup as a person would, and compares them with what the source was. That the storage cannot be
 * reached, or this machine has no room, is an error and no finding: it says nothing about the backup.
 *
 * @throws `drill_not_done`, what the storage says, `cancelled`
 */
export async function drill(access: RepositoryAccess, wish: DrillWish): Promise<DrillResult> {
  const { manifest, signal } = wish;
  const target = await mkdtemp(path.join(wish.workFolder, 'drill-'));
  try {
    let error: DrillResult['error'] = null;
    try {
      const { failures } = await restore(access, {
        snapshotId: wish.snapshotId,
        target,
        paths: manifest.map((entry) => entry.path),
        signal,
      });
      for (const { reason } of failures) demandRoom(reason, target);
    } catch (thrown) {
      const { code, message, parameters } = toSampanError(thrown);
      // Only what restic itself finds wrong with the repository is a verdict.
      const isVerdict = code === 'restic_failed' || code === 'nothing_to_restore';
      if (!isVerdict || parameters.signal !== undefined) throw thrown;
      demandRoom(message, target);
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
    const isOfRepository = error !== null || findings.some(isDamage);
    const state = isProven ? 'proven' : 'failed';
    return { state, compared: manifest.length, bytes, findings, error, isOfRepository };
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}
