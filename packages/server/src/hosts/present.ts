import type { OptionValues } from '@sampan/driver';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { HostRow } from './tables.ts';

export interface StoredError {
  code: string;
  message: string;
  hint: string | null;
  retryable: boolean;
  parameters: Record<string, string | number>;
}

/** A host as the API shows it: of its secrets only which are set. */
export function presentHost(row: HostRow, more: { sealedOptions: readonly string[]; simulatedCloudId: string | null }) {
  return {
    id: row.id,
    revision: row.revision,
    name: row.name,
    type: row.type,
    options: fromJson<OptionValues>(row.options),
    sealedOptions: [...more.sealedOptions],
    state: row.state,
    error: fromJsonOrNull<StoredError>(row.error),
    simulated: row.simulated === 1,
    simulatedCloudId: more.simulatedCloudId,
    instanceCount: row.instance_count,
    syncedAt: isoTimeOrNull(row.synced_at),
    syncDurationMs: row.sync_duration_ms,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  };
}

export type HostView = ReturnType<typeof presentHost>;
