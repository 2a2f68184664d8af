import { Type } from 'typebox';
import { Id, Nullable, Time } from '../platform/http/schemas.ts';

export const BackupSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  planId: Id,
  planName: Type.String(),
  runId: Nullable(Id),
  snapshotId: Type.String({ description: 'As restic names it' }),
  time: Time,
  state: Type.String({ enum: ['complete', 'partial'] }),
  unreadCount: Type.Integer(),
  files: Type.Integer(),
  bytes: Type.Integer(),
  bytesAdded: Type.Integer({ description: 'New in the repository, after compression' }),
  filesNew: Type.Integer(),
  filesChanged: Type.Integer(),
  paths: Type.Array(Type.String()),
  tags: Type.Array(Type.String()),
  title: Type.String(),
  note: Type.String(),
  pinned: Type.Boolean({ description: 'Retention never lets it go' }),
  isIndexed: Type.Boolean({ description: 'Its files can be looked at at once' }),
  provenAt: Nullable(Time),
  damagedAt: Nullable(Time),
  places: Type.Array(
    Type.Object({
      repositoryId: Id,
      repositoryName: Type.String(),
      repositoryDamaged: Type.Boolean({ description: 'A check or a drill found it damaged' }),
      snapshotId: Type.String(),
      isMirror: Type.Boolean(),
    }),
  ),
});

export const BackupEdit = Type.Object(
  {
    title: Type.Optional(Type.String({ maxLength: 200 })),
    note: Type.Optional(Type.String({ maxLength: 4000 })),
    pinned: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

const NODE = {
  path: Type.String(),
  name: Type.String(),
  kind: Type.String({ enum: ['file', 'folder', 'link', 'other'] }),
  size: Type.Number(),
  mode: Type.Integer(),
  modified: Time,
};

export const NodeSchema = Type.Object(NODE);

export const FoundSchema = Type.Object({
  ...NODE,
  firstBackupId: Id,
  lastBackupId: Id,
});

export const DifferenceSchema = Type.Object({
  path: Type.String(),
  change: Type.String({ enum: ['added', 'removed', 'changed'] }),
  before: Nullable(NodeSchema),
  after: Nullable(NodeSchema),
});
