import { statfs } from 'node:fs/promises';

/** Kept free for the index: on a full disk one must still be able to delete. */
const RESERVE_BYTES = 32 * 1024 * 1024;
const FRESH_MS = 500;

/** How much may still be stored; looked up at most twice a second. */
export class FreeSpace {
  private readonly path: string;
  private readonly now: () => number;
  private looked = Number.NEGATIVE_INFINITY;
  private free: Promise<number> = Promise.resolve(Number.POSITIVE_INFINITY);

  constructor(path: string, now: () => number) {
    this.path = path;
    this.now = now;
  }

  /** Throws like a full disk (`ENOSPC`) when `bytes` more do not fit. */
  async claim(bytes: number): Promise<void> {
    const now = this.now();
    if (Math.abs(now - this.looked) > FRESH_MS) {
      this.looked = now;
      // A file system that cannot tell is taken to have room; writing to it will tell.
      this.free = statfs(this.path).then(
        ({ bavail, bsize, blocks }) => bavail * bsize - Math.min(RESERVE_BYTES, (blocks * bsize) / 20),
        () => Number.POSITIVE_INFINITY,
      );
    }
    if ((await this.free) < bytes) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }
}
