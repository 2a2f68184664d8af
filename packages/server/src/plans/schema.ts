import { Type } from 'typebox';
import { Localized, Name } from '../platform/http/driver-schemas.ts';
import { ScheduleSchema } from '../platform/http/schedule-schema.ts';
import { ErrorView, Id, Nullable, NullableNumber, Time } from '../platform/http/schemas.ts';

const AbsolutePath = Type.String({ minLength: 1, maxLength: 4000 });

export const PRESET_NAMES = ['caches', 'temporary', 'dependencies', 'trash', 'machine_images'] as const;

export const SourcesInput = Type.Object(
  {
    paths: Type.Array(AbsolutePath, { maxItems: 500 }),
    includes: Type.Optional(
      Type.Array(AbsolutePath, {
        ...{ maxItems: 100 },
        description: 'Patterns of paths, e.g. /home/*/documents, looked up when it runs',
      }),
    ),
    excludes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
        maxItems: 2000,
        description: 'Patterns, e.g. *.tmp or /home/*/Downloads',
      }),
    ),
    presets: Type.Optional(Type.Array(Type.String({ enum: [...PRESET_NAMES] }), { maxItems: 20 })),
    oneFileSystem: Type.Optional(Type.Boolean({ description: 'Stay on the file systems of the paths' })),
    ownDatabase: Type.Optional(Type.Boolean({ description: 'A copy of Sampan’s own database goes with it' })),
  },
  { additionalProperties: false },
);

const Count = Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 }));

export const RetentionInput = Type.Object(
  {
    last: Count,
    hourly: Count,
    daily: Count,
    weekly: Count,
    monthly: Count,
    yearly: Count,
    withinDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 36_500, description: 'Days before the latest backup' }),
    ),
  },
  { additionalProperties: false, description: 'Empty: everything is kept' },
);

export const LimitsInput = Type.Partial(
  Type.Object(
    {
      uploadBytesPerSecond: NullableNumber('integer', {
        minimum: 1024,
        maximum: 1e12,
        description: 'On top of the limit of the storage',
      }),
      downloadBytesPerSecond: NullableNumber('integer', {
        minimum: 1024,
        maximum: 1e12,
        description: 'On top of the limit of the storage',
      }),
      nice: NullableNumber('integer', { minimum: 0, maximum: 19, description: 'Lower priority of the CPU' }),
      processors: NullableNumber('integer', { minimum: 1, maximum: 1024, description: 'Processors that it may use' }),
      readConcurrency: NullableNumber('integer', { minimum: 1, maximum: 64, description: 'Files read at once' }),
    },
    { additionalProperties: false },
  ),
);

export const HookInput = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Of a hook that is there' })),
    moment: Type.String({ enum: ['before', 'after', 'failure', 'before_restore', 'after_restore'] }),
    kind: Type.String({ enum: ['web', 'command'] }),
    url: Type.Optional(
      Type.String({ maxLength: 2000, description: 'Sealed; absent: that of the hook with this id is kept' }),
    ),
    command: Type.Optional(
      Type.Array(Type.String({ maxLength: 4000 }), {
        maxItems: 100,
        description: 'Program and arguments, no shell; only where SAMPAN_ALLOW_COMMAND_HOOKS is set',
      }),
    ),
    timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
    onFailure: Type.Optional(Type.String({ enum: ['stop', 'continue'] })),
  },
  { additionalProperties: false },
);

const MirrorInput = Type.Object(
  {
    repositoryId: Type.Optional(Id),
    storageId: Type.Optional(Id),
    folder: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false, description: 'A repository, or a storage on which one is made' },
);

const Settings = {
  schedule: Type.Optional(ScheduleSchema),
  jitterMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 720 })),
  catchUp: Type.Optional(Type.Boolean({ description: 'One run makes up for those that were missed' })),
  retention: Type.Optional(RetentionInput),
  timeZone: Type.Optional(Type.String({ maxLength: 60, description: 'Whose days retention counts' })),
  compression: Type.Optional(Type.String({ enum: ['auto', 'off', 'max'] })),
  limits: Type.Optional(LimitsInput),
  hooks: Type.Optional(Type.Array(HookInput, { maxItems: 20 })),
  drill: Type.Optional(
    Type.Object(
      { schedule: ScheduleSchema, samples: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) },
      { additionalProperties: false },
    ),
  ),
  tags: Type.Optional(Type.Array(Type.String({ pattern: '^[^,\\s]{1,50}$' }), { maxItems: 20 })),
  objectiveMinutes: Type.Optional(
    NullableNumber('integer', {
      minimum: 10,
      maximum: 527_040,
      description: 'How old the last backup may become; null: no objective',
    }),
  ),
  mirrors: Type.Optional(Type.Array(MirrorInput, { maxItems: 10 })),
};

export const NewPlan = Type.Object(
  {
    id: Type.Optional(Id),
    name: Name,
    sources: SourcesInput,
    repositoryId: Type.Optional(Id),
    storageId: Type.Optional(Type.String({ description: 'Instead of a repository: one is made here' })),
    folder: Type.Optional(Type.String({ maxLength: 500, description: 'Of the repository that is made' })),
    paused: Type.Optional(Type.Boolean()),
    runNow: Type.Optional(Type.Boolean({ description: 'The first run begins at once' })),
    ...Settings,
  },
  { additionalProperties: false },
);

export const PlanEdit = Type.Object(
  { name: Type.Optional(Name), sources: Type.Optional(SourcesInput), ...Settings },
  { additionalProperties: false },
);

const Sized = Type.Array(Type.Object({ path: Type.String(), bytes: Type.Number() }));

export const SourcePreviewSchema = Type.Object({
  paths: Type.Array(Type.String(), { description: 'With what the patterns of paths found' }),
  files: Type.Integer(),
  folders: Type.Integer(),
  bytes: Type.Number(),
  excluded: Type.Object({ count: Type.Integer(), first: Type.Array(Type.String()) }),
  unreadable: Type.Object({
    count: Type.Integer(),
    first: Type.Array(Type.Object({ path: Type.String(), reason: Type.String() })),
  }),
  largestFiles: Sized,
  largestFolders: Sized,
  isCut: Type.Boolean({ description: 'It was ended before everything was looked at' }),
});

export const SchedulePreview = Type.Object(
  { schedule: ScheduleSchema, jitterMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 720 })) },
  { additionalProperties: false },
);

export const RetentionPreview = Type.Object(
  {
    planId: Type.Optional(Id),
    schedule: Type.Optional(ScheduleSchema),
    retention: RetentionInput,
    timeZone: Type.Optional(Type.String({ maxLength: 60 })),
  },
  { additionalProperties: false },
);

export const RetentionVerdicts = Type.Object({
  items: Type.Array(
    Type.Object({
      backupId: Nullable(Id),
      time: Time,
      reasons: Type.Array(Type.String(), { description: 'Empty: it goes' }),
    }),
  ),
});

const MirrorView = Type.Object({
  repositoryId: Id,
  repositoryName: Type.String(),
  repositoryDamaged: Type.Boolean(),
  state: Type.String({ enum: ['new', 'current', 'waiting', 'copying', 'failed'] }),
  error: Nullable(ErrorView),
  copiedAt: Nullable(Time),
  behind: Type.Integer({ description: 'Backups that are still to be copied' }),
});

const HookView = Type.Object({
  id: Type.String(),
  moment: Type.String(),
  kind: Type.String(),
  url: Nullable(Type.String({ description: 'Without path and query, which may hold a token' })),
  command: Type.Array(Type.String()),
  timeoutSeconds: Type.Integer(),
  onFailure: Type.String(),
});

export const PlanSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  name: Type.String(),
  repositoryId: Id,
  repositoryName: Type.String(),
  repositoryDamaged: Type.Boolean({ description: 'A check or a drill found it damaged' }),
  nodeId: Type.String(),
  isHere: Type.Boolean(),
  sources: Type.Object({
    paths: Type.Array(Type.String()),
    includes: Type.Array(Type.String()),
    excludes: Type.Array(Type.String()),
    presets: Type.Array(Type.String()),
    oneFileSystem: Type.Boolean(),
    ownDatabase: Type.Boolean(),
  }),
  schedule: ScheduleSchema,
  jitterMinutes: Type.Integer(),
  catchUp: Type.Boolean(),
  nextRuns: Type.Array(Time),
  retention: RetentionInput,
  timeZone: Type.String(),
  compression: Type.String(),
  limits: Type.Object({
    uploadBytesPerSecond: Nullable(Type.Integer()),
    downloadBytesPerSecond: Nullable(Type.Integer()),
    nice: Nullable(Type.Integer()),
    processors: Nullable(Type.Integer()),
    readConcurrency: Nullable(Type.Integer()),
  }),
  hooks: Type.Array(HookView),
  drill: Type.Object({ schedule: ScheduleSchema, samples: Type.Integer(), nextAt: Nullable(Time) }),
  tags: Type.Array(Type.String()),
  mirrors: Type.Array(MirrorView),
  paused: Type.Boolean(),
  objectiveMinutes: Nullable(Type.Integer()),
  freshness: Type.String({ enum: ['green', 'amber', 'red', 'none', 'paused'] }),
  overdueAt: Nullable(Time),
  operation: Nullable(Type.Object({ id: Id, kind: Type.String(), state: Type.String() })),
  lastRun: Nullable(Type.Object({ id: Id, state: Type.String() })),
  lastCompleteAt: Nullable(Time),
  lastBackupAt: Nullable(Time),
  lastProvenAt: Nullable(Time),
  lastDrill: Nullable(Type.Object({ state: Type.String(), at: Time })),
  retentionError: Nullable(ErrorView),
  files: Nullable(Type.Integer()),
  bytes: Nullable(Type.Integer()),
  createdAt: Time,
  updatedAt: Time,
});

export const PresetSchema = Type.Object({
  name: Type.String(),
  label: Localized,
  patterns: Type.Array(Type.String()),
});
