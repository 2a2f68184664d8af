import { presentSchedule } from '../platform/http/schedule-schema.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { StoredError } from '../storages/present.ts';
import { maintenanceOf } from './maintenance.ts';
import type { RepositoryRow } from './tables.ts';

interface More {
  storage: { name: string; type: string };
  operation: { id: string; kind: string; state: string } | null;
  plans: { id: string; name: string; isMirror: boolean }[];
  nodeId: string;
}

/** A repository as the API shows it: never its password. */
export function presentRepository(row: RepositoryRow, { storage, operation, plans, nodeId }: More) {
  const { prune, check } = maintenanceOf(row);
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
    state: row.state,
    error: fromJsonOrNull<StoredError>(row.error),
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
