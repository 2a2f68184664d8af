import { queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request, requestLines } from '../api/request.ts';
import type {
  LocalizedText,
  Operation,
  OptionsInput,
  Page,
  Storage,
  StorageLimits,
  StoragePrices,
  StorageType,
  StorageUsage,
} from '../api/resources.ts';
import type { TestRequest } from '../connection-test/use-connection-test.ts';
import { recentResources } from '../live/recent-resources.ts';
import type { DeepTestLine } from './deep-test-lines.ts';

/** All storages; there are tens of them, not thousands. */
export const storagesQuery = queryOptions({
  queryKey: queryKeys.list('storages', { sort: 'name', limit: 200 }),
  queryFn: async ({ signal }) => {
    const page = await request<Page<Storage>>('/storages', { query: { sort: 'name', limit: 200 }, signal });
    return { ...page, items: recentResources.storages(page.items) };
  },
});

export function storageQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.one('storages', id),
    queryFn: async ({ signal }) => {
      const storage = await request<Storage>(`/storages/${id}`, { signal });
      return recentResources.storages([storage])[0] ?? storage;
    },
  });
}

export const storageTypesQuery = queryOptions({
  queryKey: queryKeys.list('storage-types', {}),
  queryFn: ({ signal }) => request<{ items: StorageType[] }>('/storage-types', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const USAGE_DAYS = 30;

export function storageUsageQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.one('storage-usage', id),
    queryFn: ({ signal }) => request<StorageUsage>(`/storages/${id}/usage`, { query: { days: USAGE_DAYS }, signal }),
    // Requests are counted all the time, and have no events.
    refetchInterval: 60_000,
  });
}

export interface StorageInput {
  name: string;
  options: OptionsInput;
  limits: StorageLimits;
}

export function createStorage(input: StorageInput & { type: string }, idempotencyKey: string): Promise<Storage> {
  return request('/storages', { method: 'POST', body: input, idempotencyKey });
}

export function updateStorage(id: string, revision: number, input: Partial<StorageInput>): Promise<Storage> {
  return request(`/storages/${id}`, { method: 'PATCH', body: input, ifMatch: revision });
}

export function deleteStorage(storage: Storage): Promise<void> {
  return request(`/storages/${storage.id}`, { method: 'DELETE', ifMatch: storage.revision });
}

export function setPrices(storage: Storage, prices: StoragePrices): Promise<Storage> {
  return request(`/storages/${storage.id}/prices`, { method: 'PUT', body: prices, ifMatch: storage.revision });
}

export function measureStorage(id: string): Promise<Operation> {
  return request(`/storages/${id}/measure`, { method: 'POST', body: {}, idempotencyKey: newId() });
}

/** What is to be tested: a storage as it is saved, or what a form holds (with `storageId`, blank secrets are the saved ones). */
export type TestSubject =
  | { kind: 'saved'; id: string }
  | { kind: 'form'; type: string; options: OptionsInput; storageId?: string };

/** The request that tests it, one line for each step. */
export function testStorage(subject: TestSubject): TestRequest {
  return (onLine, signal) => {
    if (subject.kind === 'saved') {
      return requestLines(`/storages/${subject.id}/test`, { method: 'POST', body: {}, signal }, onLine);
    }
    const { type, options, storageId } = subject;
    const body = { type, options, ...(storageId && { storageId }) };
    return requestLines('/storages/test', { method: 'POST', body, signal }, onLine);
  };
}

export function deepTestStorage(id: string) {
  return (onLine: (line: DeepTestLine) => void, signal: AbortSignal): Promise<void> =>
    requestLines(`/storages/${id}/deep-test`, { method: 'POST', body: {}, signal }, onLine);
}

export type ZoneLine =
  | {
      kind: 'zone';
      zone: string;
      label: LocalizedText;
      host: string;
      /** Null when it was not reached. */
      latencyMs: number | null;
      error?: { code: string; message: string };
    }
  | { kind: 'result'; zone: string | null; latencyMs: number | null; durationMs: number };

export function measureZones(type: string, options: OptionsInput) {
  return (onLine: (line: ZoneLine) => void, signal: AbortSignal): Promise<void> =>
    requestLines('/storages/zones/test', { method: 'POST', body: { type, options }, signal }, onLine);
}
