import type { OperationService } from '../operations/service.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { COPIED_FROM, readProperty, removeProperty, writeProperty } from '../platform/properties.ts';
import { type Actor, SYSTEM } from '../policy/actor.ts';
import { SYSTEM_TARGET } from './target.ts';

const STANDBY = 'standby';

export interface StandbyState {
  /** When the copy was made from which this server was started. Milliseconds since 1970 UTC, as `since`. */
  copiedAt: number;
  since: number;
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
    const { query } = this.#database;
    if (await readProperty(query, COPIED_FROM)) await this.#changes.run((change) => this.#beginOnCopy(change));
    this.#state = fromJsonOrNull<StandbyState>(await readProperty(query, STANDBY));
  }

  async #beginOnCopy(change: Change): Promise<void> {
    const copied = fromJsonOrNull<{ copiedAt: number }>(await readProperty(change.db, COPIED_FROM));
    if (!copied) return;
    await removeProperty(change.db, COPIED_FROM);
    const state: StandbyState = { copiedAt: copied.copiedAt, since: change.now };
    // From here on nobody is told what ends.
    this.#state = state;
    await writeProperty(change.db, STANDBY, JSON.stringify(state));
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
      if (!(await removeProperty(change.db, STANDBY))) return;
      change.event({ kind: 'system', id: SYSTEM_TARGET.id, action: 'changed' });
      change.audit({ actor, action: 'system.take_over', resource: SYSTEM_TARGET, result: 'succeeded' });
    });
    await this.#end();
  }

  /** Of several servers on one database, one was told to take over. */
  async follow(): Promise<void> {
    if (this.#state === null || (await readProperty(this.#database.query, STANDBY)) !== null) return;
    await this.#end();
  }

  async #end(): Promise<void> {
    if (this.#state === null) return;
    this.#state = null;
    for (const listener of this.#listeners) await listener();
  }
}
