import type { FileHandle } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';

interface Work {
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** So that one turn of the event loop stays short. */
const MOST_PER_TRANSACTION = 200;

/**
 * Changes of the index. What is asked for while a sync is under way is done in one transaction after it, so that many
 * uploads at once pay for one sync. A promise resolves when its change is on the disk.
 */
export class Committer {
  private readonly database: DatabaseSync;
  private readonly log: FileHandle;
  private queue: Work[] = [];
  private running: Promise<void> | undefined;
  private broken: unknown;

  /** @param log the write-ahead log of the database */
  constructor(database: DatabaseSync, log: FileHandle) {
    this.database = database;
    this.log = log;
  }

  /** `work` runs inside of a transaction; when it throws, its own changes are undone and the promise rejects. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ run: work, resolve: resolve as (value: unknown) => void, reject });
      this.running ??= new Promise<void>((done) => setImmediate(done)).then(() => this.drain());
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, MOST_PER_TRANSACTION);
      let answers: (() => void)[];
      try {
        if (this.broken !== undefined) throw this.broken;
        answers = this.transaction(batch);
        await this.sync();
      } catch (error) {
        answers = batch.map((work) => () => work.reject(error));
      }
      for (const answer of answers) answer();
    }
    // At once, not in a later turn: what is asked for in between would wait for ever.
    this.running = undefined;
  }

  private transaction(batch: readonly Work[]): (() => void)[] {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const answers = batch.map((work) => this.one(work));
      this.database.exec('COMMIT');
      return answers;
    } catch (error) {
      // A full disk may have rolled it back already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  private one(work: Work): () => void {
    this.database.exec('SAVEPOINT work');
    try {
      const value = work.run();
      this.database.exec('RELEASE work');
      return () => work.resolve(value);
    } catch (error) {
      if (!this.database.isTransaction) throw error;
      this.database.exec('ROLLBACK TO work; RELEASE work');
      return () => work.reject(error);
    }
  }

  private async sync(): Promise<void> {
    try {
      await this.log.datasync();
    } catch (error) {
      // What the disk has now is unknown (a second sync could claim success): only a restart can tell.
      this.broken = error;
      throw error;
    }
  }
}
