import { type TSchema, Type } from 'typebox';
import { ID_PATTERN } from '../ids.ts';
import { MAXIMUM_LIMIT } from './page.ts';

/** The shapes that many routes share. */
export const Id = Type.String({ pattern: ID_PATTERN, description: '32 lower-case hex characters' });
export const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** A number or null. One schema, not a union: in a union 0 would be taken for null, and a limit of nothing for no limit. */
export function NullableNumber(
  type: 'integer' | 'number',
  options: { minimum: number; maximum: number; description?: string },
) {
  return Type.Unsafe<number | null>({ type: [type, 'null'], ...options });
}
export const IdParams = Type.Object({ id: Id });
/** The body of a route that begins an operation and needs nothing but its id, if any. */
export const OperationRequest = Type.Union([
  Type.Null(),
  Type.Object({ id: Type.Optional(Id) }, { additionalProperties: false }),
]);
export const Empty = Type.Null({ description: 'No content' });

export const ErrorView = Type.Object({
  code: Type.String(),
  message: Type.String(),
  hint: Nullable(Type.String()),
  retryable: Type.Boolean(),
  parameters: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
});

export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: MAXIMUM_LIMIT, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 1000, description: '`nextCursor` of the page before' })),
  sort: Type.Optional(Type.String({ maxLength: 50, description: 'Field, with - in front for the other direction' })),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  count: Type.Boolean({ default: false, description: 'Answer `count` too' }),
};

export const Repeated = <T extends TSchema>(schema: T) => Type.Optional(Type.Array(schema, { maxItems: 100 }));

export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    nextCursor: Nullable(Type.String()),
    count: Type.Optional(Type.Object({ value: Type.Integer(), exact: Type.Boolean() })),
  });
