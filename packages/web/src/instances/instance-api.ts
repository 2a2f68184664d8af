import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request } from '../api/request.ts';
import type { Instance, Operation, Page } from '../api/resources.ts';
import { recentResources } from '../live/recent-resources.ts';
import type { InstanceAction } from './instance-actions.ts';
import type { InstanceListParameters } from './instances-search.ts';

export function instancesQuery(parameters: InstanceListParameters) {
  return queryOptions({
    queryKey: queryKeys.list('instances', parameters),
    queryFn: async ({ signal }) => {
      const page = await request<Page<Instance>>('/instances', { query: parameters, signal });
      return { ...page, items: recentResources.instances(page.items) };
    },
    placeholderData: keepPreviousData,
  });
}

export function instanceQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.one('instances', id),
    queryFn: async ({ signal }) => {
      const instance = await request<Instance>(`/instances/${id}`, { signal });
      return recentResources.instances([instance])[0] ?? instance;
    },
  });
}

/** How many instances match, without the instances. */
export function instanceCountQuery(filter: { state?: string[] }) {
  return queryOptions({
    queryKey: ['instances', 'count', filter],
    queryFn: async ({ signal }) => {
      const page = await request<Page<Instance>>('/instances', { query: { ...filter, limit: 1, count: true }, signal });
      return page.count ?? { value: page.items.length, exact: page.nextCursor === null };
    },
  });
}

/** Asks for the operation; its progress comes by events. */
export function actOnInstance(id: string, action: InstanceAction, options: { force?: true }): Promise<Operation> {
  return request(`/instances/${id}/${action}`, { method: 'POST', body: options, idempotencyKey: newId() });
}
