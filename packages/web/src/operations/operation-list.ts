import type { Operation, OperationState } from '../api/resources.ts';

/** What a list of operations asks the server for; all are newest first. */
export interface OperationListParameters {
  state?: readonly OperationState[];
  targetId?: string;
  kind?: string;
  cursor?: string;
  limit: number;
}

export function matchesParameters(operation: Operation, parameters: OperationListParameters): boolean {
  if (parameters.state?.length && !parameters.state.includes(operation.state)) return false;
  if (parameters.targetId && operation.target.id !== parameters.targetId) return false;
  return !parameters.kind || operation.kind === parameters.kind;
}

/** The list with operations that are new to it, in their places; only a first page can take them. */
export function insertOperations(
  items: readonly Operation[],
  candidates: Iterable<Operation>,
  parameters: OperationListParameters,
): readonly Operation[] {
  if (parameters.cursor) return items;
  const known = new Set(items.map((item) => item.id));
  const oldest = items.at(-1)?.createdAt ?? '';
  const added = [...candidates].filter(
    (candidate) =>
      !known.has(candidate.id) &&
      matchesParameters(candidate, parameters) &&
      (items.length < parameters.limit || candidate.createdAt > oldest),
  );
  if (added.length === 0) return items;
  return newestFirst([...items, ...added]).slice(0, parameters.limit);
}

/** Both lists as one, newest first, each operation once. */
export function mergeOperations(first: readonly Operation[], second: readonly Operation[]): Operation[] {
  const merged = new Map<string, Operation>();
  for (const operation of [...first, ...second]) {
    const known = merged.get(operation.id);
    if (!known || known.revision < operation.revision) merged.set(operation.id, operation);
  }
  return newestFirst([...merged.values()]);
}

function newestFirst(operations: Operation[]): Operation[] {
  return operations.sort((a, b) =>
    a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? 1 : -1,
  );
}
