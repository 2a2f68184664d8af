import { Type } from 'typebox';
import { ErrorView, Id, Nullable, Time } from '../platform/http/schemas.ts';

export const RUN_STATES = [
  ...['queued', 'running', 'paused', 'succeeded', 'partial', 'failed', 'cancelled', 'interrupted'],
] as const;

export const RunSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  planId: Id,
  planName: Type.String(),
  reason: Type.String({ enum: ['schedule', 'catch_up', 'manual'] }),
  state: Type.String({ enum: [...RUN_STATES] }),
  pauseRequested: Type.Boolean(),
  pausedAt: Nullable(Time),
  backupId: Nullable(Id),
  progress: Nullable(
    Type.Object({
      filesDone: Type.Integer(),
      files: Nullable(Type.Integer()),
      bytesDone: Type.Number(),
      bytes: Nullable(Type.Number()),
      bytesSent: Type.Number({ description: 'After compression, without what was there already' }),
      ratePerSecond: Nullable(Type.Number()),
      remainingMs: Nullable(Type.Number()),
      currentFiles: Type.Array(Type.String()),
      at: Type.Integer(),
    }),
  ),
  unreadCount: Type.Integer(),
  error: Nullable(ErrorView),
  files: Nullable(Type.Integer()),
  bytes: Nullable(Type.Integer()),
  bytesAdded: Nullable(Type.Integer()),
  createdAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
});

export const DrillSchema = Type.Object({
  id: Id,
  planId: Id,
  backupId: Id,
  repositoryId: Id,
  state: Type.String({ enum: ['queued', 'running', 'proven', 'failed', 'not_done'] }),
  compared: Type.Integer(),
  bytes: Type.Integer(),
  findings: Type.Array(
    Type.Object({
      path: Type.String(),
      state: Type.String({ enum: ['missing', 'different'] }),
      differences: Type.Array(Type.String()),
    }),
  ),
  affected: Type.Array(Id, { description: 'Backups that hold what was found to be damaged' }),
  error: Nullable(ErrorView),
  createdAt: Time,
  finishedAt: Nullable(Time),
});
