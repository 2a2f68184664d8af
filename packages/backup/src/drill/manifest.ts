import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { SampanError } from '@sampan/driver';

/** What a file was on the source when it was backed up; kept outside the repository, so that it is a witness of its own. */
export interface SampleEntry {
  /** Absolute, on the source. */
  path: string;
  size: number;
  /** Permission bits. */
  mode: number;
  /** Milliseconds since 1970 UTC. */
  modified: number;
  /** Of the content, hex. */
  sha256: string;
}

export interface SampleCandidate {
  path: string;
  size: number;
}

/** The most that one file may cost to read again; larger ones are not chosen. */
const LARGEST_SAMPLE = 256 * 1024 * 1024;

/**
 * Chooses among a stream of files without keeping them: every file has the same chance. The newest choice each time makes
 * another one, so that over many runs all files come up.
 *
 * @param random between 0 and 1
 */
export class SampleChooser {
  readonly #count: number;
  readonly #random: () => number;
  readonly #chosen: SampleCandidate[] = [];
  #seen = 0;

  constructor(count: number, random: () => number = Math.random) {
    this.#count = count;
    this.#random = random;
  }

  offer(candidate: SampleCandidate): void {
    if (candidate.size > LARGEST_SAMPLE) return;
    this.#seen += 1;
    if (this.#chosen.length < this.#count) {
      this.#chosen.push(candidate);
      return;
    }
    const at = Math.floor(this.#random() * this.#seen);
    if (at < this.#count) this.#chosen[at] = candidate;
  }

  get chosen(): readonly SampleCandidate[] {
    return this.#chosen;
  }
}

/**
 * What a file of the source is now; null when it is no plain file any more, or changes while it is read: then it says
 * nothing about the backup.
 */
export async function witness(path: string, signal?: AbortSignal): Promise<SampleEntry | null> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    if (!(await lstat(path)).isFile()) return null;
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const before = await handle.stat();
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
      if (signal?.aborted) throw new SampanError('cancelled', 'It was cancelled.');
      hash.update(piece);
      size += piece.length;
    }
    const after = await handle.stat();
    if (!before.isFile() || size !== after.size || before.mtimeMs !== after.mtimeMs) return null;
    return { path, size, mode: after.mode & 0o7777, modified: after.mtimeMs, sha256: hash.digest('hex') };
  } catch (error) {
    if (error instanceof SampanError) throw error;
    return null;
  } finally {
    await handle.close();
  }
}

/** What a drill found about one file. */
export type DrillFinding =
  | { path: string; state: 'same' }
  /** It changed on the source between the backup and the look at it: not counted. */
  | { path: string; state: 'missing' }
  | { path: string; state: 'different'; differences: readonly ('size' | 'content' | 'mode' | 'modified')[] };

/** Compares a restored file with what the source was. @param restored where it was restored to */
export async function compareRestored(
  entry: SampleEntry,
  restored: string,
  signal?: AbortSignal,
): Promise<DrillFinding> {
  const found = await witness(restored, signal);
  const { path } = entry;
  if (!found) return { path, state: 'missing' };
  const differences: ('size' | 'content' | 'mode' | 'modified')[] = [];
  if (found.size !== entry.size) differences.push('size');
  if (found.sha256 !== entry.sha256) differences.push('content');
  if (found.mode !== entry.mode) differences.push('mode');
  // Some file systems keep times by the microsecond only.
  if (Math.abs(found.modified - entry.modified) > 1) differences.push('modified');
  return differences.length === 0 ? { path, state: 'same' } : { path, state: 'different', differences };
}
