import { Type } from 'typebox';
import { OptionValue } from '../platform/http/driver-schemas.ts';
import { ErrorView, Id, Nullable, NullableNumber, Time } from '../platform/http/schemas.ts';

const OVER_ALL = 'Over all work with the storage, on all servers; null: no limit';

const LIMITS = {
  uploadBytesPerSecond: NullableNumber('integer', { minimum: 1024, maximum: 1e12, description: OVER_ALL }),
  downloadBytesPerSecond: NullableNumber('integer', { minimum: 1024, maximum: 1e12, description: OVER_ALL }),
  concurrency: NullableNumber('integer', {
    minimum: 1,
    maximum: 1000,
    description: `Requests at once. ${OVER_ALL}`,
  }),
};

export const LimitsInput = Type.Partial(Type.Object(LIMITS, { additionalProperties: false }));

const Price = NullableNumber('number', { minimum: 0, maximum: 1e9 });

export const PricesSchema = Type.Object(
  {
    currency: Nullable(Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, e.g. CNY' })),
    storagePerGibMonth: Price,
    writePer10000: Price,
    readPer10000: Price,
    listPer10000: Price,
    deletePer10000: Price,
    downloadPerGib: Price,
  },
  { additionalProperties: false },
);

export const StorageSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  name: Type.String(),
  type: Type.String(),
  options: Type.Record(Type.String(), OptionValue, { description: 'Without secrets' }),
  sealedOptions: Type.Array(Type.String(), { description: 'Names of the secret options that are set' }),
  state: Type.String({ enum: ['new', 'ready', 'unreachable', 'refused'] }),
  error: Nullable(ErrorView),
  capabilities: Type.Array(Type.String(), { description: 'What its kind of storage can do' }),
  bucket: Nullable(Type.String()),
  nodeId: Nullable(Type.String({ description: 'The server whose folder it is' })),
  isHere: Type.Boolean({ description: 'Whether the server that answers can reach it' }),
  limits: Type.Object(LIMITS),
  prices: Nullable(PricesSchema),
  usage: Type.Object({
    objects: Nullable(Type.Integer()),
    bytes: Nullable(Type.Integer()),
    measuredAt: Nullable(Time),
  }),
  plansUsing: Type.Integer(),
  checkedAt: Nullable(Time),
  createdAt: Time,
  updatedAt: Time,
});

const TRAFFIC = {
  requests: Type.Object({
    write: Type.Integer(),
    read: Type.Integer(),
    list: Type.Integer(),
    delete: Type.Integer(),
    failed: Type.Integer({ description: 'Of the others, those that were refused or got no answer' }),
  }),
  bytesSent: Type.Integer(),
  bytesReceived: Type.Integer(),
  cost: Nullable(Type.Number({ description: 'In the currency of the prices' })),
};

export const UsageSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      day: Type.String({ description: 'UTC, e.g. 2026-11-21' }),
      objects: Nullable(Type.Integer({ description: 'As last measured on that day or before' })),
      bytes: Nullable(Type.Integer()),
      ...TRAFFIC,
    }),
  ),
  totals: Type.Object(TRAFFIC),
  prices: Nullable(PricesSchema),
});
