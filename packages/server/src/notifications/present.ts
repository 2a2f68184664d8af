import type { OptionValues } from '@sampan/driver';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { Rule } from './rules.ts';
import type { ChannelRow, ChannelStateRow, DeliveryRow, DigestMode, NoticeRow } from './tables.ts';
import { knownEvent } from './texts/known-events.ts';
import { oneLine, writeEvent } from './texts/write.ts';

const HOUR_MS = 3_600_000;

export interface StoredError {
  code: string;
  message: string;
  hint: string | null;
  retryable: boolean;
  parameters: Record<string, string | number>;
}

export interface Digest {
  mode: DigestMode;
  /** `hh:mm` in the zone of the channel; for daily digests. */
  time: string;
}

/** A channel as the API shows it: of its secrets only which are set. */
export function presentChannel(
  row: ChannelRow,
  sealedOptions: readonly string[],
  state: ChannelStateRow | undefined,
  pending: number,
) {
  return {
    id: row.id,
    revision: row.revision,
    name: row.name,
    type: row.type,
    options: fromJson<OptionValues>(row.options),
    sealedOptions: [...sealedOptions],
    destination: row.destination,
    enabled: row.enabled === 1,
    language: row.language,
    digest: { mode: row.digest, time: row.digest_time },
    timeZone: row.time_zone,
    repeatAfterHours: row.repeat_after_ms === null ? null : row.repeat_after_ms / HOUR_MS,
    rules: fromJson<Rule[]>(row.rules),
    lastDelivery:
      state?.last_state && state.last_at !== null
        ? {
            state: state.last_state,
            at: isoTime(state.last_at),
            error: fromJsonOrNull<StoredError>(state.last_error),
          }
        : null,
    pending,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  };
}

export type ChannelView = ReturnType<typeof presentChannel>;

export type DeliveryWithNotice = DeliveryRow &
  Pick<NoticeRow, 'event' | 'severity' | 'subject_kind' | 'subject_id' | 'subject_name' | 'parameters' | 'path'> & {
    notice_created_at: number;
  };

function titleOf(row: DeliveryWithNotice) {
  const known = knownEvent(row.event);
  const plain = `${row.event}: ${oneLine(row.subject_name)}`;
  if (!known) return { en: plain, zh: plain };
  const parameters = fromJson<Record<string, string | number>>(row.parameters);
  const write = (language: 'en' | 'zh-CN') =>
    writeEvent(known, row.subject_name, parameters, { language, timeZone: 'UTC' }).title;
  return { en: write('en'), zh: write('zh-CN') };
}

export function presentDelivery(row: DeliveryWithNotice) {
  const isPending = row.state === 'queued' || row.state === 'waiting';
  return {
    id: row.id,
    state: row.state,
    event: row.event,
    severity: row.severity,
    title: titleOf(row),
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    path: row.path,
    happenedAt: isoTime(row.notice_created_at),
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
    dueAt: isoTimeOrNull(isPending ? row.due_at : null),
    attempts: row.attempts,
    repeats: row.repeats,
    messageId: row.message_id,
    reason: row.reason,
    error: fromJsonOrNull<StoredError>(row.error),
  };
}

export type DeliveryView = ReturnType<typeof presentDelivery>;
