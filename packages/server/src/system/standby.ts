import type { OperationService } from '../operations/service.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJson } from '../platform/json.ts';
import { type Actor, SYSTEM } from '../policy/actor.ts';
import type { Db } from '../tables.ts';

/** Every copy that a plan made of the database carries it; see plans/own-database.ts. */
const COPIED = 'copied_from';
const STANDBY = 'standby';

/** Ids of resources are 32 hex characters; there is one system. */
export const SYSTEM_TARGET = { kind: 'system', id: '0'.repeat(32), name: 'Sampan' };

export interface StandbyState {
  /** When the copy was made from which this server was started. Milliseconds since 1970 UTC, as `since`. */
  copiedAt: number;
  since: number;
}

async function read<T>(db: Db, name: string): Promise<T | null> {
  const row = await db.selectFrom('properties').select('value').where('name', '=', name).executeTakeFirst();
  return row ? fromJson<T>(row.value) : null;
}

/**
 * A server that was started from a backup of its database does not know whether the one that the copy was made of still lives: two
 * that follow the same plans would prune each other's repositories. So it begins nothing by itself until somebody says that it takes
 * over, and what was under way in the copy is over: the other one did it, or nobody knows.
 */
export class Standby {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #operations: OperationService;
  #state: StandbyState | null = null;
  readonly #listeners: (() => Promise<void>)[] = [];

  constructor(parts: { database: Database; changes: Changes; operations: OperationService }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#operations = parts.operations;
  }

  /** Null: this server works. */
  get state(): StandbyState | null {
    return this.#state;
  }

  /** Called when somebody said that this server works from now on. */
  onTakeOver(listener: () => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** Before anything runs. */
  async begin(): Promise<void> {
    if (await read(this.#database.query, COPIED)) await this.#changes.run((change) => this.#beginOnCopy(change));
    this.#state = await read<StandbyState>(this.#database.query, STANDBY);
  }

  async #beginOnCopy(change: Change): Promise<void> {
    const copied = await read<{ copiedAt: number }>(change.db, COPIED);
    if (!copied) return;
    await change.db.deleteFrom('properties').where('name', 'in', [COPIED, STANDBY]).execute();
    const state: StandbyState = { copiedAt: copied.copiedAt, since: change.now };
    // From here on nobody is told what ends.
    this.#state = state;
    await change.db
      .insertInto('properties')
      .values({ name: STANDBY, value: JSON.stringify(state) })
      .execute();
    const ended = await this.#operations.interruptAll(change, {
      code: 'database_was_copied',
      message: 'This was under way when the copy of the database was made from which this server was started.',
      hint: 'Look whether it was done, and start it again if not.',
    });
    change.audit({
      ...{ actor: SYSTEM, action: 'system.standby', resource: SYSTEM_TARGET, result: 'succeeded' },
      difference: { copiedAt: new Date(copied.copiedAt).toISOString(), interrupted: ended },
    });
  }

  /** From now on plans run. Again is no error. */
  async takeOver(actor: Actor): Promise<void> {
    await this.#changes.run(async (change) => {
      const gone = await change.db.deleteFrom('properties').where('name', '=', STANDBY).executeTakeFirst();
      if (gone.numDeletedRows === 0n) return;
      change.event({ kind: 'system', id: SYSTEM_TARGET.id, action: 'changed' });
      change.audit({ actor, action: 'system.take_over', resource: SYSTEM_TARGET, result: 'succeeded' });
    });
    if (this.#state === null) return;
    this.#state = null;
    for (const listener of this.#listeners) await listener();
  }
}
