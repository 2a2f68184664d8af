import type { Generated, Selectable } from 'kysely';
import type { Flag, ResourceColumns } from '../platform/tables.ts';

export type Severity = 'info' | 'warning' | 'error';
export type Language = 'en' | 'zh-CN';
export type DigestMode = 'immediately' | 'hourly' | 'daily';

export interface ChannelRow extends ResourceColumns {
  name: string;
  name_key: string;
  sort_name: string;
  type: string;
  /** JSON of the options that are not secret. */
  options: string;
  /** Where it goes, without secrets. */
  destination: string;
  enabled: Flag;
  language: Language;
  digest: DigestMode;
  /** `hh:mm` in the zone; for daily digests. */
  digest_time: string;
  /** IANA name, e.g. Asia/Shanghai. */
  time_zone: string;
  /** Unresolved trouble is told again after so long; null: never. */
  repeat_after_ms: number | null;
  /** JSON, see rules.ts. */
  rules: string;
}

/** What the senders know of a channel; apart from the channel, which people edit. */
export interface ChannelStateRow {
  channel_id: string;
  lease_owner: string | null;
  lease_epoch: number;
  /** By the clock of the database. */
  lease_expires_at: number;
  /** After a refusal that concerns the channel as a whole, e.g. too many messages. */
  paused_until: number;
  last_state: 'sent' | 'failed' | null;
  last_error: string | null;
  last_at: number | null;
}

/** As it is read. */
export type NoticeRow = Selectable<NoticeTable>;

export interface NoticeTable {
  /** In the order of writing; what is told about one thing is told in this order. */
  sequence: Generated<number>;
  id: string;
  created_at: number;
  event: string;
  severity: Severity;
  subject_kind: string;
  subject_id: string;
  subject_name: string;
  /** JSON: `[{kind, id}]`. */
  related: string;
  repeat_key: string;
  resolves: string | null;
  /** JSON. */
  parameters: string;
  path: string;
  /** Null until it was decided which channels get it. */
  dispatched_at: number | null;
}

export type DeliveryState = 'queued' | 'waiting' | 'sent' | 'failed' | 'suppressed';
export type SuppressedBecause = 'repeat' | 'trouble_not_sent' | 'channel_disabled';

export interface DeliveryRow {
  id: string;
  channel_id: string;
  notice_sequence: number;
  state: DeliveryState;
  created_at: number;
  updated_at: number;
  /** When to try (again), or when the digest is due. */
  due_at: number;
  attempts: number;
  /** When it was tried first. */
  tried_at: number | null;
  /** How often the same came again meanwhile and was kept quiet. */
  repeats: number;
  /** Tells the end of a trouble: only after this one, and only if that one was sent. */
  after_id: string | null;
  /** The message that carried it, when that carried several. */
  message_id: string | null;
  reason: SuppressedBecause | null;
  /** JSON. */
  error: string | null;
}

/** Trouble that was told to a channel and has not ended. */
export interface TroubleRow {
  channel_id: string;
  repeat_key: string;
  severity: Severity;
  /** The delivery that told it last. */
  delivery_id: string;
  /** Whether one of its deliveries arrived. */
  sent: Flag;
  told_at: number;
  seen_at: number;
}

export interface NotificationTables {
  channels: ChannelRow;
  channel_secrets: { channel_id: string; field: string; sealed: Uint8Array };
  channel_states: ChannelStateRow;
  channel_troubles: TroubleRow;
  notices: NoticeTable;
  deliveries: DeliveryRow;
}
