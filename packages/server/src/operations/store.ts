import { sql, type Transaction } from 'kysely';
import { type Database, databaseNow } from '../platform/database/open.ts';
import { storable } from '../platform/storable-text.ts';
import type { Db, Tables } from '../tables.ts';
import { type Lease, RunEnd } from './lease.ts';
import type { OperationRow } from './tables.ts';

export async function findOperation(db: Db, id: string): Promise<OperationRow | undefined> {
  return db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function insertOperation(
  db: Transaction<Tables>,
  row: OperationRow,
  wish: { locks: readonly string[]; uses?: readonly string[] },
): Promise<void> {
  await db.insertInto('operations').values(row).execute();
  const uses = [...new Set(wish.uses)].map((resource_id) => ({ resource_id, operation_id: row.id }));
  if (uses.length > 0) await db.insertInto('operation_uses').values(uses).execute();
  const wanted = [...new Set(wish.locks)]
    .sort()
    .map((resource) => ({ resource, operation_id: row.id, wanted_at: row.created_at, held: 0 as const }));
  if (wanted.length > 0) await db.insertInto('operation_locks').values(wanted).execute();
}

/** Whether lock row `other` goes before lock row `mine`: it is held, or it was wanted earlier. Ids break ties only. */
const GOES_BEFORE = sql<boolean>`(other.held = 1 or (other.wanted_at, other.operation_id) < (mine.wanted_at, mine.operation_id))`;

/** Candidates for a runner: queued ones, oldest first, and running ones whose runner has gone silent. */
export async function runnableIds(database: Database, nodeId: string, limit: number): Promise<string[]> {
  const now = databaseNow(database.kind);
  const rows = await database.query
    .selectFrom('operations')
    .select('id')
    .where((eb) =>
      eb.or([eb('state', '=', 'queued'), eb.and([eb('state', '=', 'running'), eb('lease_expires_at', '<', now)])]),
    )
    .where((eb) => eb.or([eb('node_id', 'is', null), eb('node_id', '=', nodeId)]))
    // Blocked ones wait behind the holder of their lock and must not hide the others from us.
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('operation_locks as mine')
            .innerJoin('operation_locks as other', 'other.resource', 'mine.resource')
            .select('mine.resource')
            .whereRef('mine.operation_id', '=', 'operations.id')
            .whereRef('other.operation_id', '<>', 'operations.id')
            .where('mine.held', '=', 0)
            .where(GOES_BEFORE),
        ),
      ),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** The operation that holds, or was first to want, a lock that this one waits for. */
export async function blockedBy(db: Db, operationId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('operation_locks as mine')
    .innerJoin('operation_locks as other', 'other.resource', 'mine.resource')
    .select('other.operation_id')
    .where('mine.operation_id', '=', operationId)
    .where('mine.held', '=', 0)
    .where('other.operation_id', '<>', operationId)
    .where(GOES_BEFORE)
    .orderBy('other.held', 'desc')
    .orderBy('other.wanted_at')
    .limit(1)
    .executeTakeFirst();
  return row?.operation_id;
}

/**
 * Takes an operation: first its row, then its locks in id order. Returns undefined when somebody else was faster or a lock
 * is held; then nothing was changed.
 */
export async function claim(
  db: Transaction<Tables>,
  database: Database,
  id: string,
  runner: { owner: string; leaseMs: number; now: number },
): Promise<OperationRow | undefined> {
  const { owner, leaseMs, now } = runner;
  const dbNow = databaseNow(database.kind);
  const row = await db
    .updateTable('operations')
    .set((eb) => ({
      state: 'running' as const,
      lease_owner: owner,
      lease_epoch: eb('lease_epoch', '+', 1),
      lease_expires_at: sql<number>`${dbNow} + ${leaseMs}`,
      attempts: eb('attempts', '+', 1),
      revision: eb('revision', '+', 1),
      started_at: sql<number>`coalesce(started_at, ${now})`,
      updated_at: now,
    }))
    .where('id', '=', id)
    .where((eb) =>
      eb.or([eb('state', '=', 'queued'), eb.and([eb('state', '=', 'running'), eb('lease_expires_at', '<', dbNow)])]),
    )
    .returningAll()
    .executeTakeFirst();
  if (!row) return undefined;
  if (await blockedBy(db, id)) throw new LockHeld();
  const locks = await db
    .selectFrom('operation_locks')
    .select('resource')
    .where('operation_id', '=', id)
    .where('held', '=', 0)
    .orderBy('resource')
    .execute();
  // One after the other in id order: the unique index lets one of two servers wait here, and then fail.
  for (const { resource } of locks) {
    await db
      .updateTable('operation_locks')
      .set({ held: 1 })
      .where('operation_id', '=', id)
      .where('resource', '=', resource)
      .execute();
  }
  return row;
}

/** Rolls the claim back; the operation waits. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';
}

export type RunnerWrite = Partial<
  Pick<
    OperationRow,
    | 'state'
    | 'checkpoint'
    | 'steps'
    | 'progress'
    | 'error'
    | 'result'
    | 'finished_at'
    | 'lease_expires_at'
    | 'lease_owner'
  >
>;

/** Every write of a runner: only with the epoch it holds. @throws RunEnd `lease_lost` */
export async function writeLeased(db: Db, lease: Lease, write: RunnerWrite, now: number): Promise<OperationRow> {
  const row = await db
    .updateTable('operations')
    .set((eb) => ({ ...write, revision: eb('revision', '+', 1), updated_at: now }))
    .where('id', '=', lease.operationId)
    .where('lease_epoch', '=', lease.epoch)
    .where('lease_owner', '=', lease.owner)
    .where('state', '=', 'running')
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new RunEnd('lease_lost');
  return row;
}

/** Prolongs all leases of a runner at once; answers those it still has, with whether a person asked to cancel. */
export async function renewLeases(
  database: Database,
  owner: string,
  ids: readonly string[],
  leaseMs: number,
): Promise<Map<string, { epoch: number; cancelRequested: boolean }>> {
  const rows = await database.query
    .updateTable('operations')
    .set({ lease_expires_at: sql<number>`${databaseNow(database.kind)} + ${leaseMs}` })
    .where('id', 'in', [...ids])
    .where('state', '=', 'running')
    .where('lease_owner', '=', owner)
    .returning(['id', 'lease_epoch', 'cancel_requested'])
    .execute();
  return new Map(rows.map((row) => [row.id, { epoch: row.lease_epoch, cancelRequested: row.cancel_requested === 1 }]));
}

/** On SQLite there is one server only: what an earlier process left as running has no runner any more. */
export async function expireAllLeases(database: Database): Promise<void> {
  await database.query.updateTable('operations').set({ lease_expires_at: 0 }).where('state', '=', 'running').execute();
}

export async function releaseLocks(db: Db, operationId: string): Promise<void> {
  await db.deleteFrom('operation_locks').where('operation_id', '=', operationId).execute();
}

export async function appendLog(
  db: Db,
  operationId: string,
  entry: { time: number; level: 'info' | 'warning' | 'error'; message: string },
): Promise<void> {
  await db
    .insertInto('operation_logs')
    .values((eb) => ({
      operation_id: operationId,
      sequence: eb
        .selectFrom('operation_logs as earlier')
        .select((inner) => sql<number>`coalesce(${inner.fn.max('earlier.sequence')}, 0) + 1`.as('next'))
        .where('earlier.operation_id', '=', operationId),
      ...entry,
      // A hook prints what it likes.
      message: storable(entry.message),
    }))
    .execute();
}

/** Removes routine operations that ended well before `before`, and everything that ended before `beforeAny`. */
export async function trimOperations(db: Db, before: number, beforeAny: number): Promise<void> {
  await db.deleteFrom('operations').where('background', '=', 1).where('finished_at', '<', before).execute();
  await db.deleteFrom('operations').where('finished_at', '<', beforeAny).execute();
}
