import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import type { Egress } from '../platform/egress.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { isoTime } from '../platform/time.ts';
import type { Outcome } from './channel-turn.ts';
import { DeliveryWork } from './delivery-work.ts';
import { Dispatcher } from './dispatch.ts';
import { insertNotice, type Notice, type Publisher } from './publish.ts';
import type { ChannelType, Message } from './senders/contract.ts';
import { channelTypes } from './senders/index.ts';
import { ChannelService, ChannelTypes } from './service.ts';
import type { ChannelRow } from './tables.ts';
import { composeMessage } from './texts/compose.ts';
import { LEASE_MS, SEND_TIMEOUT_MS } from './timing.ts';

const LOOK_EVERY_MS = 1_000;

/** Replaceable for tests. */
export interface NotificationParts {
  channelTypes?: readonly ChannelType[];
  now?: () => number;
  lookEveryMs?: number;
  leaseMs?: number;
  sendTimeoutMs?: number;
}

/** What people are told, and by which channels: the way in for other features is `publish`. */
export class Notifications implements Publisher {
  readonly channels: ChannelService;
  readonly #work: DeliveryWork;
  readonly #now: () => number;
  readonly #publicUrl: string | null;
  #isFresh = false;
  #isHeld: () => boolean = () => false;

  constructor(
    parts: {
      database: Database;
      changes: Changes;
      sealer: Sealer;
      egress: Egress;
      metrics: Pick<Metrics, 'notifications'>;
      log: Log;
      publicUrl: string | null;
    },
    replaceable: NotificationParts = {},
  ) {
    const { database, changes, sealer, egress, metrics, publicUrl } = parts;
    const now = replaceable.now ?? Date.now;
    this.#now = now;
    this.#publicUrl = publicUrl;
    this.channels = new ChannelService({
      database,
      changes,
      sealer,
      types: new ChannelTypes(replaceable.channelTypes ?? channelTypes),
      environment: { fetch: egress.fetch, lookup: egress.lookup, allowsAddress: egress.allowsAddress, now },
    });
    const onOutcome = (type: string, result: Outcome, count: number) =>
      metrics.notifications.inc({ type, result }, count);
    this.#work = new DeliveryWork({
      database,
      changes,
      now,
      publicUrl,
      log: parts.log,
      lookEveryMs: replaceable.lookEveryMs ?? LOOK_EVERY_MS,
      leaseMs: replaceable.leaseMs ?? LEASE_MS,
      sendTimeoutMs: replaceable.sendTimeoutMs ?? SEND_TIMEOUT_MS,
      dispatcher: new Dispatcher({
        database,
        changes,
        now,
        onSuppressed: (type) => onOutcome(type, 'suppressed', 1),
      }),
      sender: async (channel) => (await this.channels.sender(channel)).sender,
      onOutcome,
    });
    changes.onEvents(() => {
      if (!this.#isFresh) return;
      this.#isFresh = false;
      this.#work.wake();
    });
  }

  /** Nobody is told anything while it says so, but tests that somebody asks for. */
  useHold(isHeld: () => boolean): void {
    this.#isHeld = isHeld;
  }

  /** @see Publisher.publish */
  async publish(change: Change, notice: Notice): Promise<void> {
    if (this.#isHeld()) return;
    await insertNotice(change, notice, this.#now());
    this.#isFresh = true;
  }

  /** What a test sends. */
  testMessage(id: string, channel: Pick<ChannelRow, 'language' | 'time_zone'> & { name: string }): Message {
    const now = this.#now();
    const notice = {
      id,
      created_at: now,
      event: 'test',
      severity: 'info' as const,
      subject_kind: 'system',
      subject_id: 'test',
      subject_name: channel.name,
      parameters: JSON.stringify({ sentAt: isoTime(now) }),
      path: '/notifications',
    };
    return composeMessage(id, [notice], channel, this.#publicUrl);
  }

  start(): Promise<void> {
    return this.#work.start();
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  /** Removes what is too old; done by itself every ten minutes. */
  trim(): Promise<void> {
    return this.#work.trim();
  }
}
