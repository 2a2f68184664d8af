import { type SampanError, toSampanError } from '@sampan/driver';
import { storedError } from '../operations/run.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import { type ChannelLease, holdChannel } from './channel-lease.ts';
import type { Message, Sender } from './senders/contract.ts';
import type { ChannelRow, DeliveryRow, NoticeRow } from './tables.ts';
import { composeMessage } from './texts/compose.ts';
import { GIVE_UP_AFTER_MS, ITEMS_AT_MOST, PAUSE_MS, SINGLY_AT_MOST, waitAfter } from './timing.ts';

export type Outcome = 'sent' | 'failed' | 'retried' | 'suppressed';

export interface TurnParts {
  database: Database;
  changes: Changes;
  now: () => number;
  publicUrl: string | null;
  leaseMs: number;
  sendTimeoutMs: number;
  /** A sender of the channel as it is saved now. */
  sender: (channel: ChannelRow) => Promise<Sender>;
  onOutcome: (type: string, outcome: Outcome, count: number) => void;
}

type Due = DeliveryRow & { notice: NoticeRow };

/** What one server does for one channel while it holds it: one message after the other, until nothing is due. */
export class ChannelTurn {
  readonly #parts: TurnParts;
  readonly #lease: ChannelLease;
  readonly #stopping: AbortSignal;

  constructor(parts: TurnParts, lease: ChannelLease, stopping: AbortSignal) {
    this.#parts = parts;
    this.#lease = lease;
    this.#stopping = stopping;
  }

  async run(): Promise<void> {
    while (!this.#stopping.aborted && (await this.#next())) {
      // As long as something was done.
    }
  }

  /** Sends the next message; false when there is none, or none may be sent now. */
  async #next(): Promise<boolean> {
    const { database, now } = this.#parts;
    const { query } = database;
    const channel = await query
      .selectFrom('channels')
      .selectAll()
      .where('id', '=', this.#lease.channelId)
      .executeTakeFirst();
    const state = await query
      .selectFrom('channel_states')
      .select('paused_until')
      .where('channel_id', '=', this.#lease.channelId)
      .executeTakeFirst();
    if (!channel || channel.enabled === 0 || !state || state.paused_until > now()) return false;
    const due = await this.#due();
    const ready = await this.#withoutOrphans(channel, due);
    if (ready === 'look again') return true;
    const group = nextGroup(ready);
    const [first] = group;
    if (!first) return false;
    const messageId = first.message_id ?? (group.length === 1 ? first.id : newId(now()));
    if (!(await this.#begin(group, messageId))) return false;
    const message = composeMessage(
      messageId,
      group.map((delivery) => delivery.notice),
      channel,
      this.#parts.publicUrl,
    );
    return this.#attempt(channel, group, message);
  }

  async #due(): Promise<Due[]> {
    const { database, now } = this.#parts;
    const rows = await database.query
      .selectFrom('deliveries')
      .selectAll()
      .where('channel_id', '=', this.#lease.channelId)
      .where('state', 'in', ['queued', 'waiting'])
      .where('due_at', '<=', now())
      .orderBy('notice_sequence')
      .limit(ITEMS_AT_MOST)
      .execute();
    if (rows.length === 0) return [];
    const notices = await database.query
      .selectFrom('notices')
      .selectAll()
      .where(
        'sequence',
        'in',
        rows.map((row) => row.notice_sequence),
      )
      .execute();
    const bySequence = new Map(notices.map((notice) => [notice.sequence, notice]));
    return rows.flatMap((row) => {
      const notice = bySequence.get(row.notice_sequence);
      return notice ? [{ ...row, notice }] : [];
    });
  }

  /** The end of a trouble is told after the trouble, and not at all where that did not arrive. */
  async #withoutOrphans(channel: ChannelRow, due: readonly Due[]): Promise<Due[] | 'look again'> {
    const { database, now } = this.#parts;
    const here = new Set(due.map((delivery) => delivery.id));
    const ready: Due[] = [];
    for (const delivery of due) {
      const trouble =
        delivery.after_id === null || here.has(delivery.after_id)
          ? undefined
          : await database.query
              .selectFrom('deliveries')
              .select(['state', 'due_at'])
              .where('id', '=', delivery.after_id)
              .executeTakeFirst();
      if (delivery.after_id === null || here.has(delivery.after_id) || trouble?.state === 'sent') ready.push(delivery);
      else if (trouble?.state === 'queued' || trouble?.state === 'waiting') {
        const due_at = Math.max(trouble.due_at, now() + 1_000);
        await database.query.updateTable('deliveries').set({ due_at }).where('id', '=', delivery.id).execute();
      } else {
        await this.#suppress(channel, delivery);
        return 'look again';
      }
    }
    return ready;
  }

  async #suppress(channel: ChannelRow, delivery: Due): Promise<void> {
    const { changes, now, onOutcome } = this.#parts;
    await changes.run(async (change) => {
      await change.db
        .updateTable('deliveries')
        .set({ state: 'suppressed', reason: 'trouble_not_sent', updated_at: now() })
        .where('id', '=', delivery.id)
        .execute();
      change.event({ kind: 'channel', id: channel.id, action: 'changed' });
    });
    onOutcome(channel.type, 'suppressed', 1);
  }

  /** Counted before it is sent, so that what kills the server does not go on for ever. False when the lease was lost. */
  #begin(group: readonly Due[], messageId: string): Promise<boolean> {
    const { database, changes, leaseMs, now } = this.#parts;
    return changes.run(async (change) => {
      if (!(await holdChannel(change.db, database.kind, this.#lease, leaseMs))) return false;
      for (const delivery of group) {
        await change.db
          .updateTable('deliveries')
          .set({
            attempts: delivery.attempts + 1,
            tried_at: delivery.tried_at ?? now(),
            message_id: group.length > 1 ? messageId : delivery.message_id,
          })
          .where('id', '=', delivery.id)
          .execute();
      }
      return true;
    });
  }

  async #attempt(channel: ChannelRow, group: readonly Due[], message: Message): Promise<boolean> {
    const timeout = AbortSignal.timeout(this.#parts.sendTimeoutMs);
    try {
      const sender = await this.#parts.sender(channel);
      await sender.send(message, AbortSignal.any([timeout, this.#stopping]));
    } catch (thrown) {
      // Whether it arrived nobody knows; the next start sends it again.
      if (this.#stopping.aborted) return false;
      return this.#failed(channel, group, toSampanError(thrown));
    }
    return this.#sent(channel, group);
  }

  async #sent(channel: ChannelRow, group: readonly Due[]): Promise<boolean> {
    const { changes, database, leaseMs, now, onOutcome } = this.#parts;
    const at = now();
    const isOurs = await changes.run(async (change) => {
      if (!(await holdChannel(change.db, database.kind, this.#lease, leaseMs))) return false;
      await change.db
        .updateTable('deliveries')
        .set({ state: 'sent', error: null, updated_at: at })
        .where(
          'id',
          'in',
          group.map((delivery) => delivery.id),
        )
        .execute();
      await change.db
        .updateTable('channel_troubles')
        .set({ sent: 1 })
        .where('channel_id', '=', channel.id)
        .where(
          'repeat_key',
          'in',
          group.map((delivery) => delivery.notice.repeat_key),
        )
        .execute();
      await change.db
        .updateTable('channel_states')
        .set({ last_state: 'sent', last_error: null, last_at: at, paused_until: 0 })
        .where('channel_id', '=', channel.id)
        .execute();
      change.event({ kind: 'channel', id: channel.id, action: 'changed' });
      return true;
    });
    onOutcome(channel.type, 'sent', group.length);
    return isOurs;
  }

  async #failed(channel: ChannelRow, group: readonly Due[], error: SampanError): Promise<boolean> {
    const { changes, database, leaseMs, now, onOutcome } = this.#parts;
    const at = now();
    const stored = storedError(error);
    let retried = 0;
    const isOurs = await changes.run(async (change) => {
      if (!(await holdChannel(change.db, database.kind, this.#lease, leaseMs))) return false;
      retried = 0;
      for (const delivery of group) {
        const isLast = !error.retryable || at - (delivery.tried_at ?? at) >= GIVE_UP_AFTER_MS;
        if (!isLast) retried += 1;
        await change.db
          .updateTable('deliveries')
          .set({
            state: isLast ? 'failed' : 'queued',
            error: stored,
            updated_at: at,
            ...(!isLast && { due_at: at + waitAfter(delivery.attempts + 1, error.retryAfterMs) }),
          })
          .where('id', '=', delivery.id)
          .execute();
      }
      await change.db
        .updateTable('channel_states')
        .set({
          last_state: 'failed',
          last_error: stored,
          last_at: at,
          paused_until: error.retryable ? at + Math.max(PAUSE_MS, error.retryAfterMs ?? 0) : 0,
        })
        .where('channel_id', '=', channel.id)
        .execute();
      change.event({ kind: 'channel', id: channel.id, action: 'changed' });
      return true;
    });
    if (retried > 0) onOutcome(channel.type, 'retried', retried);
    if (group.length > retried) onOutcome(channel.type, 'failed', group.length - retried);
    return isOurs;
  }
}

/**
 * What goes as one message: those of an earlier attempt together again, digests whole, and single notices one by one unless
 * there are so many that they would only be noise.
 */
function nextGroup(due: readonly Due[]): Due[] {
  const [first] = due;
  if (!first) return [];
  if (first.message_id !== null) return due.filter((delivery) => delivery.message_id === first.message_id);
  const fresh = due.filter((delivery) => delivery.message_id === null);
  const isTogether = first.state === 'waiting' || fresh.length > SINGLY_AT_MOST;
  return isTogether ? fresh : [first];
}
