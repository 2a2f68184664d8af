import { type Kysely, sql, type Transaction } from 'kysely';
import type { DatabaseKind } from '../platform/database/open.ts';
import type { Json } from '../platform/json.ts';
import type { Tables } from '../tables.ts';
import type { EventAction, EventKind, EventRow } from './tables.ts';

export interface NewEvent {
  kind: EventKind;
  id: string | null;
  action: EventAction;
  data?: Json;
}

/** Channel of PostgreSQL notifications; a notification only wakes readers, who then read the table. */
export const NOTIFY_CHANNEL = 'sampan_events';

/** Appends in commit order: the update of the counter is a lock that is held until the transaction ends. */
export async function appendEvents(
  transaction: Transaction<Tables>,
  kind: DatabaseKind,
  events: readonly NewEvent[],
  time: number,
): Promise<void> {
  if (events.length === 0) return;
  const { value } = await transaction
    .updateTable('sequences')
    .set((eb) => ({ value: eb('value', '+', events.length) }))
    .where('name', '=', 'events')
    .returning('value')
    .executeTakeFirstOrThrow();
  const rows = events.map((event, index) => ({
    sequence: value - events.length + 1 + index,
    time,
    kind: event.kind,
    resource_id: event.id,
    action: event.action,
    data: event.data === undefined ? null : JSON.stringify(event.data),
  }));
  await transaction.insertInto('events').values(rows).execute();
  if (kind === 'postgres') await sql`select pg_notify(${NOTIFY_CHANNEL}, '')`.execute(transaction);
}

export async function lastSequence(query: Kysely<Tables>): Promise<number> {
  const row = await query
    .selectFrom('sequences')
    .select('value')
    .where('name', '=', 'events')
    .executeTakeFirstOrThrow();
  return row.value;
}

/** Oldest event that can still be replayed; null when there is none. */
export async function firstSequence(query: Kysely<Tables>): Promise<number | null> {
  const row = await query.selectFrom('events').select('sequence').orderBy('sequence').limit(1).executeTakeFirst();
  return row?.sequence ?? null;
}

export function readEvents(query: Kysely<Tables>, after: number, limit: number): Promise<EventRow[]> {
  return query
    .selectFrom('events')
    .selectAll()
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute();
}

/** Forgets events that no browser will ask for any more. */
export async function trimEvents(query: Kysely<Tables>, olderThan: number, keepLast: number): Promise<void> {
  const last = await lastSequence(query);
  await query
    .deleteFrom('events')
    .where('sequence', '<=', last - keepLast)
    .execute();
  await query.deleteFrom('events').where('time', '<', olderThan).where('sequence', '<', last).execute();
}
