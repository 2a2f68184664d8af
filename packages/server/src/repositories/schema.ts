import { Type } from 'typebox';
import { Name } from '../platform/http/driver-schemas.ts';
import { ScheduleSchema } from '../platform/http/schedule-schema.ts';
import { ErrorView, Id, Nullable, Time } from '../platform/http/schemas.ts';

export const REPOSITORY_STATES = ['new', 'ready', 'unreachable', 'refused', 'damaged'] as const;

export const Folder = Type.String({
  maxLength: 500,
  description: 'Folder of the storage, e.g. `backups/web`; empty: the top',
});

export const MaintenanceInput = Type.Object(
  {
    prune: Type.Optional(
      Type.Object(
        {
          schedule: ScheduleSchema,
          maximumUnusedPercent: Type.Integer({ minimum: 0, maximum: 100, default: 5 }),
        },
        { additionalProperties: false },
      ),
    ),
    check: Type.Optional(
      Type.Object(
        {
          schedule: ScheduleSchema,
          readDataPercent: Type.Integer({
            ...{ minimum: 0, maximum: 100, default: 5 },
            description: 'How much of the stored data is read back; 0: the structure only',
          }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

export const RepositoryPassword = Type.String({
  ...{ minLength: 1, maxLength: 1000 },
  description: 'Of what is there already; that of a new repository is made by Sampan',
});

export const NewRepository = Type.Object(
  {
    id: Type.Optional(Id),
    name: Name,
    storageId: Id,
    folder: Type.Optional(Folder),
    adopt: Type.Boolean({ default: false, description: 'It is there already; its password is needed' }),
    password: Type.Optional(RepositoryPassword),
    appendOnly: Type.Boolean({ default: false, description: 'Nothing of it is deleted or replaced by Sampan' }),
    maintenance: Type.Optional(MaintenanceInput),
  },
  { additionalProperties: false },
);

export const RepositoryEdit = Type.Object(
  {
    name: Type.Optional(Name),
    appendOnly: Type.Optional(Type.Boolean()),
    maintenance: Type.Optional(MaintenanceInput),
  },
  { additionalProperties: false },
);

export const RepositorySchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  name: Type.String(),
  storageId: Id,
  storageName: Type.String(),
  storageType: Type.String(),
  folder: Type.String(),
  resticId: Nullable(Type.String({ description: 'The id that restic gave it' })),
  appendOnly: Type.Boolean(),
  state: Type.String({ enum: [...REPOSITORY_STATES] }),
  error: Nullable(ErrorView),
  damage: Nullable(
    Type.Object({
      foundAt: Time,
      firstFoundAt: Time,
      foundBy: Type.String({ enum: ['check', 'drill'] }),
      operationId: Nullable(Id),
      provenBy: Type.String({
        enum: ['structure', 'all_data'],
        description: 'What a check has to read before the repository counts for sound again',
      }),
    }),
  ),
  nodeId: Nullable(Type.String()),
  isHere: Type.Boolean(),
  operation: Nullable(Type.Object({ id: Id, kind: Type.String(), state: Type.String() })),
  plans: Type.Array(Type.Object({ id: Id, name: Type.String(), isMirror: Type.Boolean() })),
  maintenance: Type.Object({
    prune: Type.Object({ schedule: ScheduleSchema, maximumUnusedPercent: Type.Integer(), nextAt: Nullable(Time) }),
    check: Type.Object({ schedule: ScheduleSchema, readDataPercent: Type.Integer(), nextAt: Nullable(Time) }),
  }),
  prunedAt: Nullable(Time),
  pruneError: Nullable(ErrorView),
  checkedAt: Nullable(Time),
  check: Nullable(
    Type.Object({ isSound: Type.Boolean(), problems: Type.Array(Type.String()), readDataPercent: Type.Integer() }),
  ),
  bytes: Nullable(Type.Integer()),
  createdAt: Time,
  updatedAt: Time,
});

export const LockSchema = Type.Object({
  id: Type.String(),
  time: Time,
  isExclusive: Type.Boolean(),
  hostname: Type.String(),
  username: Type.String(),
  pid: Type.Integer(),
  owner: Type.String({
    enum: ['alive', 'gone', 'elsewhere'],
    description: '`elsewhere`: on another machine, so that nobody can tell from here',
  }),
});

export const SnapshotSchema = Type.Object({
  id: Type.String(),
  time: Time,
  hostname: Type.String(),
  paths: Type.Array(Type.String()),
  tags: Type.Array(Type.String()),
  backupId: Nullable(Id),
});
