import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { queryString } from '../api/query-string.ts';
import { BASE, newId, request } from '../api/request.ts';
import type { ObjectHead, ObjectPage, Operation } from '../api/resources.ts';

/** Objects of a storage, or of another bucket that its key reaches. */
export interface ObjectPlace {
  storageId: string;
  bucket?: string | undefined;
}

const PAGE = 200;

/** What lies in one folder, page after page. */
export function objectsQuery({ storageId, bucket }: ObjectPlace, prefix: string) {
  return infiniteQueryOptions({
    queryKey: queryKeys.list('objects', { storageId, bucket, prefix }),
    queryFn: ({ pageParam, signal }) =>
      listFolder({ storageId, bucket }, { prefix, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ObjectPage) => page.nextCursor,
    // What others write has no events.
    staleTime: 5_000,
  });
}

export function listFolder(
  { storageId, bucket }: ObjectPlace,
  page: { prefix: string; cursor: string | null; limit: number },
  signal?: AbortSignal,
): Promise<ObjectPage> {
  return request(`/storages/${storageId}/objects`, { query: { ...page, delimiter: '/', bucket }, signal });
}

export function objectHead({ storageId, bucket }: ObjectPlace, key: string, signal?: AbortSignal): Promise<ObjectHead> {
  return request(`/storages/${storageId}/objects/head`, { query: { key, bucket }, signal });
}

export function objectHeadQuery(place: ObjectPlace, key: string) {
  return queryOptions({
    queryKey: [...queryKeys.one('objects', place.storageId), place.bucket, key],
    queryFn: ({ signal }) => objectHead(place, key, signal),
  });
}

/** The address of an object's content: to download it, or to upload it. */
export function contentUrl(
  { storageId, bucket }: ObjectPlace,
  key: string,
  more: { operation?: boolean } = {},
): string {
  return `${BASE}/storages/${storageId}/objects/content${queryString({ key, bucket, ...more })}`;
}

export type Selection = { keys: string[] } | { prefix: string };

export function deleteObjects({ storageId, bucket }: ObjectPlace, selection: Selection): Promise<Operation> {
  const body = { ...selection, ...(bucket !== undefined && { bucket }) };
  return request(`/storages/${storageId}/objects/delete`, { method: 'POST', body, idempotencyKey: newId() });
}

export interface CopyTarget {
  storageId: string;
  prefix: string;
}

/** @param base is taken away from the front of each key before the prefix of the target is put there */
export function copyObjects(
  { storageId, bucket }: ObjectPlace,
  selection: Selection,
  base: string,
  target: CopyTarget,
): Promise<Operation> {
  const body = { ...selection, base, target, ...(bucket !== undefined && { bucket }) };
  return request(`/storages/${storageId}/objects/copy`, { method: 'POST', body, idempotencyKey: newId() });
}

export function presign(
  { storageId, bucket }: ObjectPlace,
  key: string,
  expiresInSeconds: number,
): Promise<{ url: string; expiresAt: string }> {
  const downloadName = key
    .split('/')
    .findLast((part) => part !== '')
    ?.slice(0, 255);
  const body = {
    key,
    expiresInSeconds,
    ...(downloadName && { downloadName }),
    ...(bucket !== undefined && { bucket }),
  };
  return request(`/storages/${storageId}/objects/presign`, { method: 'POST', body });
}
