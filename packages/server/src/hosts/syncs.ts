import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { notFound } from '../platform/http/problem.ts';
import { type Actor, SYSTEM } from '../policy/actor.ts';
import { findHost } from './store.ts';
import { SYNC_KIND } from './sync.ts';
import type { HostRow } from './tables.ts';

/** When hosts are synchronised: asked for, after a change of options, and as routine. */
export class HostSyncs {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #operations: OperationService;

  constructor(parts: { database: Database; changes: Changes; operations: OperationService }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#operations = parts.operations;
  }

  /** Queues a synchronisation that a person asks for; one that still waits, or was asked for by this very request, serves. */
  async request(id: string, actor: Actor, operationId: string | undefined): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await findHost(change.db, id);
      if (!row) throw notFound('host', id);
      const waiting = await this.#operations.waitingOrSame(change, id, operationId);
      if (waiting) return waiting;
      change.audit({ actor, action: 'host.sync', resource: { kind: 'host', id, name: row.name }, result: 'succeeded' });
      return this.queue(change, row, actor, false, operationId);
    });
  }

  /** Queues a routine synchronisation for each host that is due; another server may have done so already. */
  async queueDue(now: number, everyMs: number): Promise<void> {
    const due = await this.#database.query
      .selectFrom('hosts')
      .select('id')
      .where('next_sync_at', '<=', now)
      .limit(50)
      .execute();
    for (const { id } of due) {
      await this.#changes.run(async (change) => {
        const row = await change.db
          .updateTable('hosts')
          .set({ next_sync_at: now + everyMs })
          .where('id', '=', id)
          .where('next_sync_at', '<=', now)
          .returningAll()
          .executeTakeFirst();
        if (row && (await this.#operations.unfinishedOfTarget(change, id)).length === 0)
          await this.queue(change, row, SYSTEM, true);
      });
    }
    if (due.length > 0) this.#operations.wakeRunner();
  }

  /** Within a change: it is synchronised exactly if the change commits. */
  queue(change: Change, row: HostRow, actor: Actor, background: boolean, id?: string): Promise<OperationRow> {
    return this.#operations.create(change, {
      id,
      kind: SYNC_KIND,
      target: { kind: 'host', id: row.id, name: row.name },
      hostId: row.id,
      actor,
      input: { hostId: row.id },
      locks: [`host-sync:${row.id}`],
      background,
    });
  }
}
