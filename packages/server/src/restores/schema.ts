import { Type } from 'typebox';
import { ErrorView, Id, Nullable, Time } from '../platform/http/schemas.ts';

export const NewRestore = Type.Object(
  {
    id: Type.Optional(Id),
    backupId: Id,
    repositoryId: Type.Optional(Type.String({ description: 'A mirror; the first repository when not said' })),
    paths: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 4000 }), {
        ...{ minItems: 1, maxItems: 1000 },
        description: 'Files and folders of the backup by their names, no patterns; all of it when not said',
      }),
    ),
    target: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 4000 },
        description:
          'A folder, below which things get their whole paths; not said: where they were, for administrators',
      }),
    ),
    overwrite: Type.Optional(Type.String({ enum: ['always', 'if_changed', 'if_newer', 'never'] })),
    deleteOthers: Type.Optional(
      Type.Boolean({ description: 'Delete what the backup does not have, below what is chosen' }),
    ),
    verify: Type.Optional(Type.Boolean({ description: 'Read back what was written; true when not said' })),
    preview: Type.Optional(Type.Boolean({ description: 'Only say what would be done' })),
  },
  { additionalProperties: false },
);

const Items = Type.Object({
  count: Type.Integer(),
  bytes: Type.Number(),
  first: Type.Array(Type.Object({ path: Type.String(), size: Type.Number() })),
});

export const RestoreSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  planId: Id,
  backupId: Id,
  repositoryId: Id,
  preview: Type.Boolean(),
  paths: Nullable(Type.Array(Type.String())),
  target: Nullable(Type.String({ description: 'Null: where things were' })),
  overwrite: Type.String(),
  deleteOthers: Type.Boolean(),
  verify: Type.Boolean(),
  state: Type.String({
    enum: ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled', 'interrupted'],
  }),
  files: Type.Integer(),
  bytes: Type.Integer(),
  untouched: Type.Integer(),
  deleted: Type.Integer(),
  items: Nullable(
    Type.Object(
      { new: Items, overwritten: Items, untouched: Items, deleted: Items },
      {
        description: 'How many of each, and the first by name',
      },
    ),
  ),
  failures: Type.Array(Type.Object({ path: Type.String(), reason: Type.String() })),
  error: Nullable(ErrorView),
  createdAt: Time,
  finishedAt: Nullable(Time),
});
