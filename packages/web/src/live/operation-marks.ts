import type { Instance, Operation } from '../api/resources.ts';
import { isUnfinished } from '../operations/operation-state.ts';

/**
 * Instances with the mark of the operation that works on them, as the newest versions of operations say.
 *
 * The mark is not the state: what the cloud has not confirmed is not shown as if it were so.
 */
export function markInstances(items: readonly Instance[], operations: Iterable<Operation>): readonly Instance[] {
  const byTarget = new Map<string, Operation>();
  for (const operation of operations) {
    if (operation.target.kind !== 'instance') continue;
    const known = byTarget.get(operation.target.id);
    // Two operations on one instance: the one that has not ended is what the row shows.
    if (!known || isUnfinished(operation.state) || !isUnfinished(known.state))
      byTarget.set(operation.target.id, operation);
  }
  let changed = false;
  const marked = items.map((item) => {
    const operation = byTarget.get(item.id);
    if (!operation) return item;
    const mark = markOf(item, operation);
    if (mark?.id === item.operation?.id && mark?.state === item.operation?.state) return item;
    changed = true;
    return { ...item, operation: mark };
  });
  return changed ? marked : items;
}

function markOf(instance: Instance, operation: Operation): Instance['operation'] {
  if (isUnfinished(operation.state)) return { id: operation.id, kind: operation.kind, state: operation.state };
  return instance.operation?.id === operation.id ? null : instance.operation;
}
