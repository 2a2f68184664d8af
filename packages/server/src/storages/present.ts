import type { OptionValues } from '@sampan/driver';
import type { StorageDriverType } from '@sampan/storage';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { Prices } from './prices.ts';
import type { StorageRow } from './tables.ts';

export interface StoredError {
  code: string;
  message: string;
  hint: string | null;
  retryable: boolean;
  parameters: Record<string, string | number>;
}

export interface StorageLimits {
  uploadBytesPerSecond: number | null;
  downloadBytesPerSecond: number | null;
  /** Requests at once. */
  concurrency: number | null;
}

export function limitsOf(row: StorageRow): StorageLimits {
  return {
    uploadBytesPerSecond: row.upload_bytes_per_second,
    downloadBytesPerSecond: row.download_bytes_per_second,
    concurrency: row.concurrency,
  };
}

/** The bucket that a storage is about; null when its options name none. */
export function bucketOf(row: StorageRow): string | null {
  const { bucket } = fromJson<OptionValues>(row.options);
  return typeof bucket === 'string' ? bucket : null;
}

/** Below which its objects are kept; empty for all of the bucket. */
export function prefixOf(row: StorageRow): string {
  const { prefix } = fromJson<OptionValues>(row.options);
  return typeof prefix === 'string' ? prefix : '';
}

interface More {
  sealedOptions: readonly string[];
  /** Undefined when this version does not know the type (any more). */
  type: StorageDriverType | undefined;
  /** Of this server. */
  nodeId: string;
  /** How many backup plans keep something there. */
  plansUsing: number;
}

/** A storage as the API shows it: of its secrets only which are set. */
export function presentStorage(row: StorageRow, { sealedOptions, type, nodeId, plansUsing }: More) {
  return {
    id: row.id,
    revision: row.revision,
    name: row.name,
    type: row.type,
    options: fromJson<OptionValues>(row.options),
    sealedOptions: [...sealedOptions],
    state: row.state,
    error: fromJsonOrNull<StoredError>(row.error),
    capabilities: [...(type?.capabilities ?? [])] as string[],
    bucket: bucketOf(row),
    nodeId: row.node_id,
    isHere: row.node_id === null || row.node_id === nodeId,
    limits: limitsOf(row),
    prices: fromJsonOrNull<Prices>(row.prices),
    usage: { objects: row.objects, bytes: row.bytes, measuredAt: isoTimeOrNull(row.measured_at) },
    plansUsing,
    checkedAt: isoTimeOrNull(row.checked_at),
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  };
}

export type StorageView = ReturnType<typeof presentStorage>;
