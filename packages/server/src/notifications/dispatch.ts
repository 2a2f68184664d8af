import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { derivedId, newId } from '../platform/ids.ts';
import { dueAt } from './digest.ts';
import { isWanted } from './rules.ts';
import type { ChannelRow, DeliveryRow, NoticeRow, TroubleRow } from './tables.ts';
import { isAtLeast } from './texts/compose.ts';
import { knownEvent } from './texts/known-events.ts';
import { GIVE_UP_AFTER_MS } from './timing.ts';

const AT_ONCE = 100;
const LOCK = 'notice_dispatch';

/** Decides which channels get a notice, and makes a delivery for each. */
export class Dispatcher {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #now: () => number;
  readonly #onSuppressed: (type: string) => void;

  constructor(parts: {
    database: Database;
    changes: Changes;
    now: () => number;
    onSuppressed: (type: string) => void;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#now = parts.now;
    this.#onSuppressed = parts.onSuppressed;
  }

  /** Makes the row that whoever hands notices out holds meanwhile. */
  async prepare(): Promise<void> {
    await this.#database.query
      .insertInto('properties')
      .values({ name: LOCK, value: '' })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
  }

  /** Hands out everything that waits. */
  async run(): Promise<void> {
    for (;;) {
      const waiting = await this.#database.query
        .selectFrom('notices')
        .select('sequence')
        .where('dispatched_at', 'is', null)
        .limit(1)
        .executeTakeFirst();
      if (!waiting) return;
      const suppressed = await this.#changes.run((change) => this.#batch(change));
      for (const type of suppressed) this.#onSuppressed(type);
    }
  }

  /** @returns the types of the channels where something was kept quiet, each time once */
  async #batch(change: Change): Promise<string[]> {
    const { db } = change;
    const suppressed: string[] = [];
    const now = this.#now();
    // The lock: whoever comes second finds nothing left, and what is about one thing is handed out in order.
    await db
      .updateTable('properties')
      .set({ value: String(now) })
      .where('name', '=', LOCK)
      .execute();
    const notices = await db
      .selectFrom('notices')
      .selectAll()
      .where('dispatched_at', 'is', null)
      .orderBy('sequence')
      .limit(AT_ONCE)
      .execute();
    const channels = await db.selectFrom('channels').selectAll().where('enabled', '=', 1).orderBy('id').execute();
    const touched = new Set<string>();
    for (const notice of notices) {
      let isKept = false;
      for (const channel of channels) {
        const made = await this.#tell(change, channel, notice, now);
        if (made === 'kept quiet' || made === 'counted') suppressed.push(channel.type);
        if (made !== 'nothing') touched.add(channel.id);
        if (made === 'delivery' || made === 'kept quiet') isKept = true;
      }
      // What no delivery refers to would only fill the table.
      if (isKept)
        await db.updateTable('notices').set({ dispatched_at: now }).where('sequence', '=', notice.sequence).execute();
      else await db.deleteFrom('notices').where('sequence', '=', notice.sequence).execute();
    }
    for (const id of touched) change.event({ kind: 'channel', id, action: 'changed' });
    return suppressed;
  }

  async #tell(
    change: Change,
    channel: ChannelRow,
    notice: NoticeRow,
    now: number,
  ): Promise<'delivery' | 'kept quiet' | 'counted' | 'nothing'> {
    const isRecovery = knownEvent(notice.event)?.isRecovery === true;
    if (notice.resolves !== null) {
      const ended = await findTrouble(change, channel.id, notice.resolves);
      if (ended) await deleteTrouble(change, ended);
      if (ended && isRecovery) {
        await insertDelivery(change, channel, notice, now, { after_id: ended.sent === 1 ? null : ended.delivery_id });
        return 'delivery';
      }
    }
    if (isRecovery || !isWanted(channel, notice)) return 'nothing';
    const lasting = await findTrouble(change, channel.id, notice.repeat_key);
    if (lasting && !isToldAgain(channel, lasting, notice, now)) return keepQuiet(change, channel, lasting, notice, now);
    const id = await insertDelivery(change, channel, notice, now, {});
    const told = { severity: notice.severity, delivery_id: id, told_at: now, seen_at: now };
    await change.db
      .insertInto('channel_troubles')
      .values({ channel_id: channel.id, repeat_key: notice.repeat_key, sent: 0, ...told })
      .onConflict((conflict) => conflict.columns(['channel_id', 'repeat_key']).doUpdateSet(told))
      .execute();
    return 'delivery';
  }
}

/** After the time that the channel sets, and at once when it has become worse. */
function isToldAgain(channel: ChannelRow, trouble: TroubleRow, notice: NoticeRow, now: number): boolean {
  if (!isAtLeast(trouble.severity, notice.severity)) return true;
  // It was given up meanwhile: nobody was told yet.
  if (trouble.sent === 0 && now - trouble.told_at >= GIVE_UP_AFTER_MS) return true;
  return channel.repeat_after_ms !== null && now - trouble.told_at >= channel.repeat_after_ms;
}

/** One row for all repetitions between two that are told: a host that is looked at each minute would fill the table. */
async function keepQuiet(
  change: Change,
  channel: ChannelRow,
  trouble: TroubleRow,
  notice: NoticeRow,
  now: number,
): Promise<'kept quiet' | 'counted'> {
  const id = derivedId('repeats of', trouble.delivery_id);
  await change.db
    .updateTable('channel_troubles')
    .set({ seen_at: now })
    .where('channel_id', '=', channel.id)
    .where('repeat_key', '=', trouble.repeat_key)
    .execute();
  const counted = await change.db
    .updateTable('deliveries')
    .set((eb) => ({ repeats: eb('repeats', '+', 1), updated_at: now }))
    .where('id', '=', id)
    .executeTakeFirst();
  if (counted.numUpdatedRows > 0n) return 'counted';
  await insertDelivery(change, channel, notice, now, { id, state: 'suppressed', reason: 'repeat', repeats: 1 });
  return 'kept quiet';
}

async function insertDelivery(
  change: Change,
  channel: ChannelRow,
  notice: NoticeRow,
  now: number,
  more: Partial<DeliveryRow>,
): Promise<string> {
  const row: DeliveryRow = {
    id: newId(now),
    channel_id: channel.id,
    notice_sequence: notice.sequence,
    state: channel.digest === 'immediately' ? 'queued' : 'waiting',
    created_at: now,
    updated_at: now,
    due_at: dueAt(now, channel),
    attempts: 0,
    tried_at: null,
    repeats: 0,
    after_id: null,
    message_id: null,
    reason: null,
    error: null,
    ...more,
  };
  await change.db.insertInto('deliveries').values(row).execute();
  return row.id;
}

function findTrouble(change: Change, channelId: string, key: string): Promise<TroubleRow | undefined> {
  return change.db
    .selectFrom('channel_troubles')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('repeat_key', '=', key)
    .executeTakeFirst();
}

async function deleteTrouble(change: Change, trouble: TroubleRow): Promise<void> {
  await change.db
    .deleteFrom('channel_troubles')
    .where('channel_id', '=', trouble.channel_id)
    .where('repeat_key', '=', trouble.repeat_key)
    .execute();
}
