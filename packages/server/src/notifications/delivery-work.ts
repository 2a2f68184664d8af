import type { Database } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { claimChannel, expireAllChannels, releaseChannel } from './channel-lease.ts';
import { ChannelTurn, type TurnParts } from './channel-turn.ts';
import type { Dispatcher } from './dispatch.ts';

const TRIM_EVERY_MS = 600_000;
const KEEP_MS = 30 * 86_400_000;
const KEEP_NOTICES = 50_000;

/** Hands notices out and sends them, on as many servers as there are; a slow channel holds up nobody but itself. */
export class DeliveryWork {
  readonly #parts: TurnParts & { log: Log; dispatcher: Dispatcher; lookEveryMs: number };
  readonly #database: Database;
  readonly #owner = newId();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #started = false;

  constructor(parts: TurnParts & { log: Log; dispatcher: Dispatcher; lookEveryMs: number }) {
    this.#parts = parts;
    this.#database = parts.database;
  }

  async start(): Promise<void> {
    if (this.#database.kind === 'sqlite') await expireAllChannels(this.#database);
    await this.#parts.dispatcher.prepare();
    this.#started = true;
    this.#every(this.#parts.lookEveryMs, async () => this.wake());
    this.#every(TRIM_EVERY_MS, () => this.trim());
    this.wake();
  }

  /** Something may have become due. */
  wake(): void {
    if (!this.#started || this.#stop.signal.aborted) return;
    this.#lookAgain = true;
    this.#looking ??= this.#lookUntilQuiet().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Ends what is being sent; whether that arrived nobody knows, and it is sent again by whoever goes on. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the server stops'));
    for (const timer of this.#timers) clearInterval(timer);
    await this.#looking;
    await Promise.all(this.#turns.values());
  }

  /** Forgets what is older than 30 days, and the oldest beyond the number that is kept. */
  async trim(): Promise<void> {
    const { query } = this.#database;
    const oldest = this.#parts.now() - KEEP_MS;
    await query.deleteFrom('notices').where('created_at', '<', oldest).execute();
    const last = await query
      .selectFrom('notices')
      .select('sequence')
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last)
      await query
        .deleteFrom('notices')
        .where('sequence', '<=', last.sequence - KEEP_NOTICES)
        .where('dispatched_at', 'is not', null)
        .execute();
    await query.deleteFrom('channel_troubles').where('seen_at', '<', oldest).execute();
  }

  #every(milliseconds: number, work: () => Promise<void>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      work()
        .catch((error) => this.#parts.log.error({ err: error }, 'old notifications could not be removed'))
        .finally(() => {
          busy = false;
        });
    }, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }

  async #lookUntilQuiet(): Promise<void> {
    while (this.#lookAgain && !this.#stop.signal.aborted) {
      this.#lookAgain = false;
      try {
        await this.#parts.dispatcher.run();
        await this.#startTurns();
      } catch (error) {
        this.#parts.log.error({ err: error }, 'notifications could not be handed out');
        return;
      }
    }
  }

  async #startTurns(): Promise<void> {
    const now = this.#parts.now();
    const due = await this.#database.query
      .selectFrom('deliveries')
      .innerJoin('channel_states', 'channel_states.channel_id', 'deliveries.channel_id')
      .select('deliveries.channel_id')
      .distinct()
      .where('deliveries.state', 'in', ['queued', 'waiting'])
      .where('deliveries.due_at', '<=', now)
      .where('channel_states.paused_until', '<=', now)
      .execute();
    for (const { channel_id } of due) {
      if (this.#stop.signal.aborted) return;
      if (!this.#turns.has(channel_id)) this.#turns.set(channel_id, this.#turn(channel_id));
    }
  }

  async #turn(channelId: string): Promise<void> {
    try {
      const lease = await claimChannel(this.#database, channelId, this.#owner, this.#parts.leaseMs);
      if (!lease) return;
      try {
        await new ChannelTurn(this.#parts, lease, this.#stop.signal).run();
      } finally {
        await releaseChannel(this.#database, lease);
      }
    } catch (error) {
      this.#parts.log.error({ err: error, channel: channelId }, 'a channel could not be worked on');
    } finally {
      this.#turns.delete(channelId);
    }
  }
}
