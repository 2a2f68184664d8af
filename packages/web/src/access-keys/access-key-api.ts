import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { request } from '../api/request.ts';
import type { AccessKey, Page, Permission } from '../api/resources.ts';

export function accessKeysQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: queryKeys.list('access-keys', { cursor }),
    queryFn: ({ signal }) => request<Page<AccessKey>>('/access-keys', { query: { limit: 100, cursor }, signal }),
    placeholderData: keepPreviousData,
  });
}

export const permissionsQuery = queryOptions({
  queryKey: queryKeys.list('permissions', {}),
  queryFn: ({ signal }) => request<{ items: Permission[] }>('/permissions', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export interface AccessKeyInput {
  description: string;
  scopes: string[];
  expiresAt: string | null;
  allowedAddresses: string[];
}

/** The only answer that ever holds the secret. */
export type CreatedAccessKey = AccessKey & { accessKeySecret: string };

export function createAccessKey(input: AccessKeyInput, idempotencyKey: string): Promise<CreatedAccessKey> {
  return request('/access-keys', { method: 'POST', body: input, idempotencyKey });
}

export function deleteAccessKey(key: AccessKey): Promise<void> {
  return request(`/access-keys/${key.id}`, { method: 'DELETE', ifMatch: key.revision });
}
