import { isQingStorError, type QingStorError } from './error.ts';
import { instantOf, isRecord, numberOf, readJson, textOf } from './json.ts';
import type { Requests } from './requests.ts';

interface Cancel {
  signal?: AbortSignal | undefined;
}

export interface BucketStats {
  name: string;
  zone: string;
  status: string;
  /** Objects. */
  count: number;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970 UTC. */
  created: number | undefined;
}

function ambiguity(): { onRetry: (error: QingStorError, may: boolean) => void; mayBeDone: () => boolean } {
  let done = false;
  return {
    onRetry: (_, may) => {
      done ||= may;
    },
    mayBeDone: () => done,
  };
}

/** Creates the bucket in the client's zone. Rejects with `bucket_exists`, also when it is one's own. */
export async function createBucket(requests: Requests, bucket: string, { signal }: Cancel = {}): Promise<void> {
  const { onRetry, mayBeDone } = ambiguity();
  try {
    await requests.send({ method: 'PUT', bucket, expect: 201, signal, onRetry });
  } catch (error) {
    // The first attempt may have made it, and its answer was lost.
    const made =
      mayBeDone() && isQingStorError(error, 'bucket_exists') && (await bucketExists(requests, bucket, { signal }));
    if (!made) throw error;
  }
}

/** Whether the bucket is there and the key may see it; rejects with `permission_denied` for someone else's. */
export async function bucketExists(requests: Requests, bucket: string, { signal }: Cancel = {}): Promise<boolean> {
  try {
    await requests.send({ method: 'HEAD', bucket, expect: 200, signal });
    return true;
  } catch (error) {
    if (isQingStorError(error, 'bucket_not_found')) return false;
    throw error;
  }
}

/** Deletes an empty bucket. */
export async function deleteBucket(requests: Requests, bucket: string, { signal }: Cancel = {}): Promise<void> {
  const { onRetry, mayBeDone } = ambiguity();
  try {
    await requests.send({ method: 'DELETE', bucket, expect: 204, signal, onRetry });
  } catch (error) {
    if (!mayBeDone() || !isQingStorError(error, 'bucket_not_found')) throw error;
  }
}

/** Size and number of objects; for its owner only. */
export async function bucketStats(requests: Requests, bucket: string, { signal }: Cancel = {}): Promise<BucketStats> {
  const query = [['stats', '']] as const;
  const body = readJson(await requests.send({ method: 'GET', bucket, query, expect: 200, signal }));
  return {
    name: textOf(body, 'name'),
    zone: textOf(body, 'location'),
    status: textOf(body, 'status'),
    count: numberOf(body, 'count'),
    size: numberOf(body, 'size'),
    created: instantOf(body, 'created'),
  };
}

export interface Owner {
  id: string;
  name: string;
}

export function readOwner(value: unknown): Owner {
  return isRecord(value) ? { id: textOf(value, 'id'), name: textOf(value, 'name') } : { id: '', name: '' };
}
