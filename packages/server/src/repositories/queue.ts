import { SampanError } from '@sampan/driver';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Change } from '../platform/changes.ts';
import type { Actor } from '../policy/actor.ts';
import { UNLOCK_KIND } from './kinds.ts';
import type { RepositoryRow } from './tables.ts';

export function repositoryBusy(): SampanError {
  return new SampanError('repository_in_use', 'An operation is still running on it.', {
    hint: 'Wait for it, or cancel it.',
  });
}

/** Queues an operation on a repository: one at a time, on the server that reaches its storage. */
export function queueOnRepository(
  operations: OperationService,
  change: Change,
  row: RepositoryRow,
  kind: string,
  actor: Actor,
  more: Record<string, string | number | boolean>,
  id?: string,
): Promise<OperationRow> {
  return operations.create(change, {
    id,
    kind,
    target: { kind: 'repository', id: row.id, name: row.name },
    hostId: null,
    actor,
    input: { repositoryId: row.id, ...more },
    // Taking locks away must not wait for what waits for the lock.
    locks: kind === UNLOCK_KIND ? [] : [`repository:${row.id}`],
    nodeId: row.node_id,
    uses: [row.storage_id],
  });
}
