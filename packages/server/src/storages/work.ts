import { SampanError } from '@sampan/driver';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { type Actor, SYSTEM } from '../policy/actor.ts';
import { CHECK_KIND } from './check-kind.ts';
import { MEASURE_KIND } from './measure-kind.ts';
import { readStorage } from './store.ts';
import type { StorageRow } from './tables.ts';

interface Routine {
  kind: typeof CHECK_KIND | typeof MEASURE_KIND;
  column: 'next_check_at' | 'next_measure_at';
  everyMs: number;
}

/** What Sampan does by itself, and how old its result may become. */
export const ROUTINES: { check: Routine; measure: Routine } = {
  check: { kind: CHECK_KIND, column: 'next_check_at', everyMs: 30 * 60_000 },
  measure: { kind: MEASURE_KIND, column: 'next_measure_at', everyMs: 86_400_000 },
};

/** Operations on storages: asked for, after a change of options, and as routine. */
export class StorageWork {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #operations: OperationService;

  constructor(parts: { database: Database; changes: Changes; operations: OperationService }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#operations = parts.operations;
  }

  /** Queues a measurement that a person asks for; one that still waits, or was asked for by this very request, serves. */
  async measure(id: string, actor: Actor, operationId: string | undefined): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readStorage(change.db, id);
      const waiting = await this.#operations.waitingOrSame(change, id, operationId, MEASURE_KIND);
      if (waiting) return waiting;
      change.audit({
        actor,
        action: MEASURE_KIND,
        resource: { kind: 'storage', id, name: row.name },
        result: 'succeeded',
      });
      return this.queue(change, row, ROUTINES.measure, actor, operationId);
    });
  }

  /** Within a change: it runs exactly if the change commits. Without an actor it is Sampan's own routine. */
  queue(change: Change, row: StorageRow, routine: Routine, actor?: Actor, id?: string): Promise<OperationRow> {
    return this.#operations.create(change, {
      id,
      kind: routine.kind,
      target: { kind: 'storage', id: row.id, name: row.name },
      hostId: null,
      actor: actor ?? SYSTEM,
      input: { storageId: row.id },
      locks: [`${routine.kind}:${row.id}`],
      background: actor === undefined,
      nodeId: row.node_id,
      uses: [row.id],
    });
  }

  /** Queues a routine for each storage that is due; another server may have done so already. */
  async queueDue(routine: Routine, now: number): Promise<void> {
    const { column, kind, everyMs } = routine;
    const due = await this.#database.query
      .selectFrom('storages')
      .select('id')
      .where(column, '<=', now)
      .limit(50)
      .execute();
    for (const { id } of due) {
      await this.#changes.run(async (change) => {
        const row = await change.db
          .updateTable('storages')
          .set({ [column]: now + everyMs })
          .where('id', '=', id)
          .where(column, '<=', now)
          .returningAll()
          .executeTakeFirst();
        if (row && (await this.#operations.unfinishedOfTarget(change, id, kind)).length === 0)
          await this.queue(change, row, routine);
      });
    }
    if (due.length > 0) this.#operations.wakeRunner();
  }

  /** @throws SampanError `storage_in_use` while a person's operation runs on it or waits for it */
  async demandUnused(change: Change, row: StorageRow): Promise<void> {
    const busy = await this.#operations.unfinishedUsing(change, row.id);
    if (!busy) return;
    throw new SampanError('storage_in_use', `${busy.kind} is still running on ${row.name}.`, {
      hint: 'Wait for it, or cancel it, then remove the storage.',
      parameters: { operation: busy.id },
    });
  }
}
