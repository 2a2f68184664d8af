import { presentSchedule } from '../platform/http/schedule-schema.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { StoredError } from '../storages/present.ts';
import { damageOf, REPOSITORY_DAMAGED } from './damage.ts';
import { maintenanceOf } from './maintenance.ts';
import type { RepositoryRow } from './tables.ts';

interface More {
  storage: { name: string; type: string };
  operation: { id: string; kind: string; state: string } | null;
  plans: { id: string; name: string; isMirror: boolean }[];
  nodeId: string;
  /** Whether the operation that found damage can still be looked at. */
  isFindingKept: boolean;
}

/** A repository as the API shows it: never its password. */
export function presentRepository(row: RepositoryRow, { storage, operation, plans, nodeId, isFindingKept }: More) {
  const { prune, check } = maintenanceOf(row);
  const damage = damageOf(row);
  return {
    id: row.id,
    revision: row.revision,
    name: row.name,
    storageId: row.storage_id,
    storageName: storage.name,
    storageType: storage.type,
    folder: row.folder,
    resticId: row.restic_id,
    appendOnly: row.append_only === 1,
    // That it cannot be reached is what is to be mended first.
    state: damage && row.state === 'ready' ? ('damaged' as const) : row.state,
    error:
      fromJsonOrNull<StoredError>(row.error) ?? (damage && { ...REPOSITORY_DAMAGED, retryable: false, parameters: {} }),
    damage: damage && {
      ...{ foundBy: damage.foundBy, provenBy: damage.provenBy },
      ...{ foundAt: isoTime(damage.foundAt), firstFoundAt: isoTime(damage.firstFoundAt) },
      operationId: isFindingKept ? damage.operationId : null,
    },
    nodeId: row.node_id,
    isHere: row.node_id === null || row.node_id === nodeId,
    operation,
    plans,
    maintenance: {
      prune: { ...prune, schedule: presentSchedule(prune.schedule), nextAt: isoTimeOrNull(row.next_prune_at) },
      check: { ...check, schedule: presentSchedule(check.schedule), nextAt: isoTimeOrNull(row.next_check_at) },
    },
    prunedAt: isoTimeOrNull(row.pruned_at),
    pruneError: fromJsonOrNull<StoredError>(row.prune_error),
    checkedAt: isoTimeOrNull(row.checked_at),
    check: fromJsonOrNull<{ isSound: boolean; problems: string[]; readDataPercent: number }>(row.check_result),
    bytes: row.bytes,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  };
}

export type RepositoryView = ReturnType<typeof presentRepository>;
