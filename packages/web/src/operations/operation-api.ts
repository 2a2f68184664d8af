import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request } from '../api/request.ts';
import type { Operation, OperationLogEntry, Page } from '../api/resources.ts';
import { recentResources } from '../live/recent-resources.ts';
import type { OperationListParameters } from './operation-list.ts';

export function operationsQuery(parameters: OperationListParameters) {
  return queryOptions({
    queryKey: queryKeys.list('operations', parameters),
    queryFn: async ({ signal }) => {
      const page = await request<Page<Operation>>('/operations', { query: { ...parameters }, signal });
      return { ...page, items: recentResources.operations(page.items) };
    },
    placeholderData: keepPreviousData,
  });
}

/** Operations that have something before them, and the latest ones: what the drawer and its button show. */
export const unfinishedOperationsQuery = operationsQuery({ state: ['queued', 'running'], limit: 200 });
export const latestOperationsQuery = operationsQuery({ limit: 30 });

export function operationLogQuery(id: string) {
  return queryOptions({
    queryKey: ['operations', 'log', id],
    queryFn: ({ signal }) => request<{ items: OperationLogEntry[] }>(`/operations/${id}/log`, { signal }),
    staleTime: 0,
  });
}

export function cancelOperation(id: string): Promise<Operation> {
  return request(`/operations/${id}/cancel`, { method: 'POST', body: {}, idempotencyKey: newId() });
}
