import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Blobs } from './blobs.ts';
import type { Committer } from './committer.ts';

/**
 * Data files that lost their last reference. They are noted in the transaction that takes the reference away, removed
 * after it is durable, and then forgotten, so that no crash leaves a file that nobody knows.
 */
export class Trash {
  private readonly committer: Committer;
  private readonly blobs: Blobs;
  private readonly add: StatementSync;
  private readonly forget: StatementSync;
  private readonly all: StatementSync;
  private noted: number[] = [];
  private working: Promise<void> | undefined;

  constructor(database: DatabaseSync, committer: Committer, blobs: Blobs) {
    this.committer = committer;
    this.blobs = blobs;
    this.add = database.prepare('INSERT OR IGNORE INTO trash VALUES (?)');
    this.forget = database.prepare('DELETE FROM trash WHERE blob = ?');
    this.all = database.prepare('SELECT blob FROM trash');
  }

  /** Inside of a transaction. */
  note(blobs: readonly number[]): void {
    for (const blob of blobs) if (blob > 0) this.add.run(blob);
  }

  /** After that transaction is durable. */
  sweep(blobs: readonly number[]): void {
    for (const blob of blobs) if (blob > 0) this.noted.push(blob);
    if (this.noted.length === 0) return;
    this.working ??= this.work();
  }

  private async work(): Promise<void> {
    while (this.noted.length > 0) {
      const batch = this.noted.splice(0, 500);
      const gone: number[] = [];
      for (const blob of batch) {
        // What cannot be removed now stays noted and goes at the next start.
        if (await this.blobs.remove(blob).catch(() => false)) gone.push(blob);
      }
      await this.committer
        .run(() => {
          for (const blob of gone) this.forget.run(blob);
        })
        .catch(() => undefined);
    }
    this.working = undefined;
  }

  /** At the start: whatever an earlier run could not remove. */
  async empty(): Promise<void> {
    this.sweep(this.all.all().map(({ blob }) => Number(blob)));
    await this.settle();
  }

  async settle(): Promise<void> {
    while (this.working) await this.working;
  }
}
