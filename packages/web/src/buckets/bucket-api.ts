import { queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request } from '../api/request.ts';
import type { Bucket, LocalizedText } from '../api/resources.ts';

/** The buckets that the key of a storage may see; the cloud is asked each time. */
export function bucketsQuery(storageId: string) {
  return queryOptions({
    queryKey: queryKeys.list('buckets', { storageId }),
    queryFn: ({ signal }) => request<{ items: Bucket[] }>(`/storages/${storageId}/buckets`, { signal }),
    retry: false,
  });
}

export interface NewBucket {
  name: string;
  zone?: string;
  access: 'private' | 'public_read';
}

export function createBucket(storageId: string, wish: NewBucket): Promise<{ name: string; zone: string | null }> {
  return request(`/storages/${storageId}/buckets`, { method: 'POST', body: wish, idempotencyKey: newId() });
}

export function deleteBucket(storageId: string, { name, zone }: Bucket): Promise<void> {
  return request(`/storages/${storageId}/buckets/${encodeURIComponent(name)}`, { method: 'DELETE', query: { zone } });
}

export function bucketPolicyQuery(storageId: string, bucket: string, prefix: string) {
  return queryOptions({
    queryKey: [...queryKeys.one('buckets', storageId), 'policy', bucket, prefix],
    queryFn: ({ signal }) =>
      request<{ document: string; note: LocalizedText }>(
        `/storages/${storageId}/buckets/${encodeURIComponent(bucket)}/policy`,
        { query: { prefix }, signal },
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
