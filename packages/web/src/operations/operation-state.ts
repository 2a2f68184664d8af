import type { Operation, OperationState } from '../api/resources.ts';

export const OPERATION_STATES: readonly OperationState[] = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
];

/** Whether the operation still has something before it. */
export function isUnfinished(state: OperationState): boolean {
  return state === 'queued' || state === 'running';
}

export function unfinishedCount(operations: readonly Operation[]): number {
  return operations.filter((operation) => isUnfinished(operation.state)).length;
}

/** Share that is done, 0 to 100, or null when the total is not known. */
export function donePercent(operation: Pick<Operation, 'progress' | 'steps' | 'state'>): number | null {
  if (operation.state === 'succeeded') return 100;
  const { progress, steps } = operation;
  if (progress?.total) return Math.min(100, Math.floor((progress.done / progress.total) * 100));
  if (steps.length === 0) return null;
  const ended = steps.filter((step) => step.state === 'succeeded' || step.state === 'skipped').length;
  return Math.floor((ended / steps.length) * 100);
}
