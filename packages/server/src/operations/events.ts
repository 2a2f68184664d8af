import type { Change } from '../platform/changes.ts';
import type { OperationRow } from './tables.ts';

/** A list shows with each thing the operation that runs on it: so the thing changes with its operation. */
export function tellTarget(change: Change, row: OperationRow): void {
  if (row.target_kind === 'instance' || row.target_kind === 'host' || row.target_kind === 'storage') {
    change.event({ kind: row.target_kind, id: row.target_id, action: 'changed' });
  }
}
