import { fromJson, fromJsonOrNull, type Json } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { Step } from './kinds.ts';
import type { OperationRow } from './tables.ts';

interface StoredProgress {
  done: number;
  total: number | null;
  unit: 'bytes' | 'items' | 'steps';
  startedAt: number;
  at: number;
}

function presentProgress(stored: StoredProgress | null) {
  if (!stored) return null;
  const { done, total, unit, startedAt, at } = stored;
  const seconds = (at - startedAt) / 1000;
  const ratePerSecond = seconds > 0 ? done / seconds : null;
  const remainingMs = ratePerSecond && total !== null ? Math.round(((total - done) / ratePerSecond) * 1000) : null;
  return { done, total, unit, ratePerSecond, remainingMs };
}

/** An operation as the API shows it. */
export function presentOperation(
  row: OperationRow,
  more: { hostName: string | null; waitingFor: string | null; absentNode: string | null },
) {
  return {
    id: row.id,
    revision: row.revision,
    kind: row.kind,
    target: { kind: row.target_kind, id: row.target_id, name: row.target_name },
    hostId: row.host_id,
    hostName: more.hostName,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    state: row.state,
    cancelRequested: row.cancel_requested === 1,
    waitingFor: more.waitingFor === null ? null : { operationId: more.waitingFor },
    waitingForServer: more.absentNode,
    steps: fromJson<Step[]>(row.steps).map((step) => ({
      ...step,
      startedAt: isoTimeOrNull(step.startedAt),
      finishedAt: isoTimeOrNull(step.finishedAt),
    })),
    progress: presentProgress(fromJsonOrNull<StoredProgress>(row.progress)),
    error: fromJsonOrNull<{
      code: string;
      message: string;
      hint: string | null;
      retryable: boolean;
      parameters: Record<string, string | number>;
    }>(row.error),
    result: fromJsonOrNull<Record<string, Json>>(row.result),
    attempts: row.attempts,
    createdAt: isoTime(row.created_at),
    startedAt: isoTimeOrNull(row.started_at),
    finishedAt: isoTimeOrNull(row.finished_at),
  };
}

export type OperationView = ReturnType<typeof presentOperation>;
