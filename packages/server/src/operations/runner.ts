import type { Changes } from '../platform/changes.ts';
import { isUniqueViolation } from '../platform/database/errors.ts';
import type { Database } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { tellTarget } from './events.ts';
import type { OperationKind } from './kinds.ts';
import { LEASE_MS } from './lease.ts';
import { Run } from './run.ts';
import { claim, expireAllLeases, LockHeld, renewLeases, runnableIds, trimOperations } from './store.ts';

const CONCURRENT_RUNS = 64;
const LOOK_EVERY_MS = 2_000;
const TRIM_EVERY_MS = 600_000;
const KEEP_ROUTINE_MS = 3_600_000;
const KEEP_MS = 90 * 86_400_000;

/** Takes operations from the database and runs them, on as many servers as there are. */
export class OperationRunner {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #log: Log;
  readonly #nodeId: string;
  readonly #leaseMs: number;
  readonly #owner = newId();
  readonly #kinds = new Map<string, OperationKind>();
  readonly #runs = new Map<string, { run: Run; done: Promise<void> }>();
  readonly #timers: NodeJS.Timeout[] = [];
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #started = false;
  #stopped = false;

  constructor(parts: { database: Database; changes: Changes; log: Log; nodeId: string; leaseMs?: number | undefined }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#log = parts.log;
    this.#nodeId = parts.nodeId;
    this.#leaseMs = parts.leaseMs ?? LEASE_MS;
  }

  register(kind: OperationKind): void {
    this.#kinds.set(kind.kind, kind);
  }

  /** How many run in this process now. */
  get running(): number {
    return this.#runs.size;
  }

  async start(): Promise<void> {
    if (this.#database.kind === 'sqlite') await expireAllLeases(this.#database);
    this.#every(LOOK_EVERY_MS, async () => this.wake());
    this.#every(this.#leaseMs / 3, () => this.#renew());
    this.#every(TRIM_EVERY_MS, () =>
      trimOperations(this.#database.query, Date.now() - KEEP_ROUTINE_MS, Date.now() - KEEP_MS),
    );
    this.#started = true;
    this.wake();
  }

  /** Something may have become runnable. */
  wake(): void {
    if (!this.#started || this.#stopped) return;
    this.#lookAgain = true;
    this.#looking ??= this.#lookUntilQuiet().finally(() => {
      this.#looking = undefined;
    });
  }

  /** A person cancelled: tells the run at once when it is ours; on another server the next renewal does. */
  cancel(operationId: string): void {
    this.#runs.get(operationId)?.run.end('cancelled');
  }

  /** Hands everything back and waits until all is written. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#looking;
    for (const { run } of this.#runs.values()) run.end('server_stops');
    await Promise.all([...this.#runs.values()].map(({ done }) => done));
  }

  #every(milliseconds: number, work: () => Promise<void>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      work()
        .catch((error) => this.#log.error({ err: error }, 'the operation runner failed'))
        .finally(() => {
          busy = false;
        });
    }, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }

  async #lookUntilQuiet(): Promise<void> {
    while (this.#lookAgain && !this.#stopped) {
      this.#lookAgain = false;
      try {
        await this.#look();
      } catch (error) {
        this.#log.error({ err: error }, 'operations could not be looked up');
        return;
      }
    }
  }

  async #look(): Promise<void> {
    const free = CONCURRENT_RUNS - this.#runs.size;
    if (free <= 0) return;
    for (const id of await runnableIds(this.#database, this.#nodeId, free)) {
      if (this.#stopped) return;
      if (!this.#runs.has(id)) await this.#take(id);
    }
  }

  async #take(id: string): Promise<void> {
    try {
      const row = await this.#changes.run(async (change) => {
        const claimed = await claim(change.db, this.#database, id, {
          owner: this.#owner,
          leaseMs: this.#leaseMs,
          now: change.now,
        });
        if (claimed?.background === 0) {
          change.event({ kind: 'operation', id, action: 'changed' });
          tellTarget(change, claimed);
        }
        return claimed;
      });
      if (!row) return;
      const kind = this.#kinds.get(row.kind) ?? unknownKind(row.kind);
      const run = new Run(this.#changes, kind, row, this.#owner);
      if (row.cancel_requested === 1) run.end('cancelled');
      const done = run
        .execute()
        .catch((error) => this.#log.error({ err: error, operation: id }, 'an operation could not be ended'))
        .finally(() => {
          this.#runs.delete(id);
          this.wake();
        });
      this.#runs.set(id, { run, done });
    } catch (error) {
      // Held already, or taken by another server between our look and our update.
      if (!(error instanceof LockHeld) && !isUniqueViolation(error)) throw error;
    }
  }

  async #renew(): Promise<void> {
    if (this.#runs.size === 0) return;
    const before = [...this.#runs];
    // Not all of this owner: what could not be ended here belongs to whoever takes it next.
    const ids = before.map(([id]) => id);
    const still = await renewLeases(this.#database, this.#owner, ids, this.#leaseMs);
    for (const [id, { run }] of before) {
      const lease = still.get(id);
      if (lease?.epoch !== run.lease.epoch) {
        if (this.#runs.get(id)?.run === run) run.end('lease_lost');
      } else if (lease.cancelRequested) run.end('cancelled');
    }
  }
}

function unknownKind(kind: string): OperationKind {
  return {
    kind,
    steps: [],
    run: async () => {
      throw new Error(`this server does not know operations of kind ${kind}`);
    },
  };
}
