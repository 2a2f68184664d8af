import { Type } from 'typebox';
import { ErrorView, Id, Nullable, Time } from '../platform/http/schemas.ts';

export const OPERATION_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;

export const OperationSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  kind: Type.String({ description: 'Noun and verb, e.g. instance.start' }),
  target: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }),
  hostId: Nullable(Id),
  hostName: Nullable(Type.String()),
  actor: Type.Object({ kind: Type.String(), id: Nullable(Type.String()), name: Type.String() }),
  state: Type.String({ enum: [...OPERATION_STATES] }),
  cancelRequested: Type.Boolean(),
  waitingFor: Nullable(Type.Object({ operationId: Id }, { description: 'What a queued one waits for' })),
  waitingForServer: Nullable(
    Type.String({ description: 'The only server that may do it, by its nodeId, when that server does not live' }),
  ),
  steps: Type.Array(
    Type.Object({
      name: Type.String(),
      state: Type.String({ enum: ['pending', 'running', 'succeeded', 'failed', 'skipped'] }),
      startedAt: Nullable(Time),
      finishedAt: Nullable(Time),
      message: Type.String(),
    }),
  ),
  progress: Nullable(
    Type.Object({
      done: Type.Number(),
      total: Nullable(Type.Number()),
      unit: Type.String({ enum: ['bytes', 'items', 'steps'] }),
      ratePerSecond: Nullable(Type.Number()),
      remainingMs: Nullable(Type.Number()),
    }),
  ),
  error: Nullable(ErrorView),
  result: Nullable(Type.Record(Type.String(), Type.Unknown())),
  attempts: Type.Integer({ description: 'More than 1: it was resumed' }),
  createdAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
});
