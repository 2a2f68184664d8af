import type { ObservedRequest, RequestClass } from '@sampan/storage';
import { sql } from 'kysely';
import { isForeignKeyViolation } from '../platform/database/errors.ts';
import type { Database } from '../platform/database/open.ts';
import type { Log } from '../platform/log.ts';

const FLUSH_EVERY_MS = 5_000;

const COLUMNS = [
  'write_requests',
  'read_requests',
  'list_requests',
  'delete_requests',
  'failed_requests',
  'bytes_sent',
  'bytes_received',
] as const;

type Counts = Record<(typeof COLUMNS)[number], number>;

/** The UTC day of a time, e.g. `2026-11-21`. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function isFailed({ status }: ObservedRequest): boolean {
  // What is not there is a plain answer to a question; so is what did not change.
  return status === null || (status >= 400 && status !== 404);
}

const CLASS_COLUMN: Readonly<Record<RequestClass, keyof Counts>> = {
  write: 'write_requests',
  read: 'read_requests',
  list: 'list_requests',
  delete: 'delete_requests',
};

/**
 * Counts what goes over the wire, per storage and day. Collected in memory and added to the table every few seconds: what a
 * killed server had not written yet is lost, a few seconds of a statistic.
 */
export class StorageTraffic {
  readonly #database: Database;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #waiting = new Map<string, { storageId: string; day: string; counts: Counts }>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(parts: { database: Database; log: Log; now?: () => number }) {
    this.#database = parts.database;
    this.#log = parts.log;
    this.#now = parts.now ?? Date.now;
    this.#timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
    this.#timer.unref();
  }

  record(storageId: string, request: ObservedRequest): void {
    this.#add(storageId, dayOf(this.#now()), {
      ...empty(),
      [CLASS_COLUMN[request.class]]: 1,
      failed_requests: isFailed(request) ? 1 : 0,
      bytes_sent: request.bytesSent,
      bytes_received: request.bytesReceived,
    });
  }

  /** Writes what was counted until now. What cannot be written is kept for the next time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush());
    return this.#flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #add(storageId: string, day: string, counts: Counts): void {
    const key = `${storageId} ${day}`;
    const waiting = this.#waiting.get(key) ?? { storageId, day, counts: empty() };
    for (const column of COLUMNS) waiting.counts[column] += counts[column];
    this.#waiting.set(key, waiting);
  }

  async #flush(): Promise<void> {
    const taken = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (const { storageId, day, counts } of taken) {
      try {
        await this.#write(storageId, day, counts);
      } catch (error) {
        // The storage was removed meanwhile.
        if (isForeignKeyViolation(error)) continue;
        this.#add(storageId, day, counts);
        this.#log.warn({ err: error }, 'the traffic of a storage could not be written; it is kept for later');
      }
    }
  }

  async #write(storageId: string, day: string, counts: Counts): Promise<void> {
    await this.#database.query
      .insertInto('storage_days')
      .values({ storage_id: storageId, day, ...counts, objects: null, bytes: null })
      .onConflict((conflict) =>
        conflict
          .columns(['storage_id', 'day'])
          .doUpdateSet(
            Object.fromEntries(
              COLUMNS.map((column) => [column, sql<number>`storage_days.${sql.ref(column)} + ${counts[column]}`]),
            ),
          ),
      )
      .execute();
  }
}

function empty(): Counts {
  return Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Counts;
}
