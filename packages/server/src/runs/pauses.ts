import type { ResticProcess } from '@sampan/backup';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { findRun, writeRun } from './store.ts';

/** restic's lock would be taken for a stale one after half an hour. */
const LONGEST_PAUSE_MS = 15 * 60_000;
const LOOK_EVERY_MS = 1_000;

export interface PauseParts {
  database: Database;
  changes: Changes;
  /** How long a run may stay paused; for tests. */
  longestPauseMs?: number | undefined;
}

/** Stops and continues restic as people ask for it, on whichever server they ask. */
export class RunPauses {
  readonly #parts: PauseParts;
  readonly #runId: string;
  readonly #longestMs: number;
  readonly #giveUp = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #process: ResticProcess | null = null;
  #pausedAt: number | null = null;
  #busy = false;

  constructor(parts: PauseParts, runId: string) {
    this.#parts = parts;
    this.#runId = runId;
    this.#longestMs = parts.longestPauseMs ?? LONGEST_PAUSE_MS;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  get gaveUp(): AbortSignal {
    return this.#giveUp.signal;
  }

  watch(process: ResticProcess): void {
    this.#process = process;
    if (this.#pausedAt !== null) process.pause();
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#pausedAt !== null) this.#process?.resume();
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const row = await findRun(this.#parts.database.query, this.#runId);
      if (!row) return;
      const isAsked = row.pause_requested === 1;
      if (isAsked && this.#pausedAt === null) {
        this.#process?.pause();
        this.#pausedAt = Date.now();
        await this.#write({ state: 'paused', paused_at: this.#pausedAt });
      } else if (!isAsked && this.#pausedAt !== null) {
        this.#process?.resume();
        this.#pausedAt = null;
        await this.#write({ state: 'running', paused_at: null });
      } else if (this.#pausedAt !== null && Date.now() - this.#pausedAt > this.#longestMs) {
        this.#process?.resume();
        this.#giveUp.abort(new Error('paused for too long'));
      }
    } catch {
      // The next look is in a second.
    } finally {
      this.#busy = false;
    }
  }

  #write(write: Parameters<typeof writeRun>[2]): Promise<void> {
    return this.#parts.changes.run((change) => writeRun(change, this.#runId, write));
  }
}
