import type { EventKind } from '../events/tables.ts';
import type { Change } from '../platform/changes.ts';
import type { OperationRow } from './tables.ts';

/** What shows the operation that runs on it. */
const SHOWN_WITH: ReadonlySet<string> = new Set<EventKind>([
  'instance',
  'host',
  'storage',
  'repository',
  'plan',
  'system',
]);

/** A list shows with each thing the operation that runs on it: so the thing changes with its operation. */
export function tellTarget(change: Change, row: OperationRow): void {
  if (SHOWN_WITH.has(row.target_kind)) {
    change.event({ kind: row.target_kind as EventKind, id: row.target_id, action: 'changed' });
  }
}
