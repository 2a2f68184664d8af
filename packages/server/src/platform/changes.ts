import type { Transaction } from 'kysely';
import { type AuditEntry, appendAudit } from '../audit/store.ts';
import { appendEvents, type NewEvent } from '../events/store.ts';
import type { Tables } from '../tables.ts';
import { isDeadlock } from './database/errors.ts';
import { changeInProgress } from './database/nested-queries.ts';
import type { Database } from './database/open.ts';
import { sleep } from './time.ts';

const MOST_ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 100;

/** One change in the making: what it writes, what it tells the audit log, and what it tells those who watch. */
export interface Change {
  readonly db: Transaction<Tables>;
  /** Milliseconds since 1970 at which the change began; use it for all its rows. */
  readonly now: number;
  audit(entry: AuditEntry): void;
  event(event: NewEvent): void;
}

/**
 * Runs changes: rows, audit entries and events of one change commit together or not at all.
 *
 * Audit entries and events are appended last and always in this order, so that their short locks are held briefly and
 * never wait for each other crosswise. Inside `work` use `change.db` only: on SQLite another query would wait for itself.
 */
export class Changes {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * @param work is called again when PostgreSQL ended it in favour of another change, with everything that it wrote taken back: what
   * it does beside the database must not add up
   */
  async run<T>(work: (change: Change) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isDeadlock(error)) throw error;
        // Two that ended each other do not meet again at the same moment.
        await sleep(Math.random() * LONGEST_PAUSE_MS);
      }
    }
  }

  async #attempt<T>(work: (change: Change) => Promise<T>): Promise<T> {
    const entries: AuditEntry[] = [];
    const events: NewEvent[] = [];
    const result = await this.#database.query
      .withoutPlugins()
      .transaction()
      .execute(async (db) => {
        const now = this.#now();
        const change: Change = { db, now, audit: (entry) => entries.push(entry), event: (event) => events.push(event) };
        const done = await changeInProgress.run(true, () => work(change));
        await appendAudit(db, entries, now);
        await appendEvents(db, this.#database.kind, events, now);
        return done;
      });
    if (events.length > 0) for (const listener of this.#listeners) listener();
    return result;
  }

  /** Called after each commit in this process that appended events. */
  onEvents(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
