import { Type } from 'typebox';
import { Localized, OptionValue } from '../platform/http/driver-schemas.ts';
import { ErrorView, Id, Nullable, Time } from '../platform/http/schemas.ts';
import type { ResourceReference, Rule } from './rules.ts';

const SEVERITIES = ['info', 'warning', 'error'] as const;

const Reference = Type.Object(
  {
    kind: Type.String({ maxLength: 50, description: 'plan, host, storage, repository …' }),
    id: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false },
);

/** Not a union with null: what is given would be coerced to the first that fits. */
const RuleInput = Type.Object(
  {
    events: Type.Unsafe<readonly string[] | null>({
      type: ['array', 'null'],
      items: { type: 'string', maxLength: 100 },
      maxItems: 100,
      description: 'Names of events, see /channel-events; null: all',
    }),
    severity: Type.Unsafe<Rule['severity']>({ type: 'string', enum: SEVERITIES, description: 'This or worse' }),
    resources: Type.Unsafe<readonly ResourceReference[] | null>({
      type: ['array', 'null'],
      items: Reference,
      maxItems: 1000,
      description: 'What it must be about, itself or by relation; null: anything',
    }),
  },
  { additionalProperties: false },
);

const RuleView = Type.Unsafe<Rule>(
  Type.Object({
    events: Nullable(Type.Array(Type.String())),
    severity: Type.String(),
    resources: Nullable(Type.Array(Reference)),
  }),
);

const DigestInput = Type.Object(
  {
    mode: Type.Unsafe<'immediately' | 'hourly' | 'daily'>({ type: 'string', enum: ['immediately', 'hourly', 'daily'] }),
    time: Type.Optional(
      Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'hh:mm in the zone; for daily digests' }),
    ),
  },
  { additionalProperties: false },
);

/** What of a channel can be set beside name, type and options. */
export const ChannelSettings = {
  enabled: Type.Optional(Type.Boolean()),
  language: Type.Optional(Type.Unsafe<'en' | 'zh-CN'>({ type: 'string', enum: ['en', 'zh-CN'] })),
  digest: Type.Optional(DigestInput),
  timeZone: Type.Optional(Type.String({ maxLength: 100, description: 'IANA name, e.g. Asia/Shanghai' })),
  repeatAfterHours: Type.Optional(
    Type.Unsafe<1 | 6 | 24 | null>({
      type: ['integer', 'null'],
      enum: [1, 6, 24, null],
      description: 'Trouble that lasts is told again after so long; null: never',
    }),
  ),
  rules: Type.Optional(
    Type.Array(RuleInput, { maxItems: 50, description: 'A channel tells what any rule lets through; none: nothing' }),
  ),
};

export const ChannelSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  name: Type.String(),
  type: Type.String(),
  options: Type.Record(Type.String(), OptionValue, { description: 'Without secrets' }),
  sealedOptions: Type.Array(Type.String(), { description: 'Names of the secret options that are set' }),
  destination: Type.String({ description: 'Where it goes, without secrets' }),
  enabled: Type.Boolean(),
  language: Type.String({ enum: ['en', 'zh-CN'] }),
  digest: Type.Object({ mode: Type.String({ enum: ['immediately', 'hourly', 'daily'] }), time: Type.String() }),
  timeZone: Type.String(),
  repeatAfterHours: Nullable(Type.Integer()),
  rules: Type.Array(RuleView),
  lastDelivery: Nullable(
    Type.Object({
      state: Type.String({ enum: ['sent', 'failed'], description: 'failed also while it is tried again' }),
      at: Time,
      error: Nullable(ErrorView),
    }),
  ),
  pending: Type.Integer({ description: 'Deliveries that wait, for their turn or for a digest' }),
  createdAt: Time,
  updatedAt: Time,
});

export const DELIVERY_STATES = ['queued', 'waiting', 'sent', 'failed', 'suppressed'] as const;

export const DeliverySchema = Type.Object({
  id: Id,
  state: Type.String({
    enum: [...DELIVERY_STATES],
    description: 'waiting: for a digest; suppressed: kept quiet, see reason',
  }),
  event: Type.String(),
  severity: Type.String({ enum: [...SEVERITIES] }),
  title: Localized,
  subject: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }),
  path: Type.String({ description: 'Page of the console' }),
  happenedAt: Time,
  createdAt: Time,
  updatedAt: Time,
  dueAt: Nullable(Time),
  attempts: Type.Integer(),
  repeats: Type.Integer({ description: 'How often the same came again and was kept quiet' }),
  messageId: Nullable(Type.String({ description: 'Of the message that carried it together with others' })),
  reason: Nullable(Type.String({ enum: ['repeat', 'trouble_not_sent', 'channel_disabled'] })),
  error: Nullable(ErrorView),
});

export const EventSchema = Type.Object({
  event: Type.String(),
  severity: Type.String({ enum: [...SEVERITIES] }),
  isRecovery: Type.Boolean({ description: 'Told exactly where the trouble that it ends was told' }),
  label: Localized,
});
