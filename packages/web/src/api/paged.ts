import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Revised } from '../live/patch-items.ts';
import { recentResources } from '../live/recent-resources.ts';
import type { PatchedKind } from '../live/sort-changes.ts';
import { queryKeys } from './query-keys.ts';
import type { QueryValue } from './query-string.ts';
import { request } from './request.ts';
import type { Page } from './resources.ts';

/** One page of a list that events keep fresh. */
export function listQuery<T extends Revised>(kind: PatchedKind, query: Readonly<Record<string, QueryValue>>) {
  return queryOptions({
    queryKey: queryKeys.list(kind, query),
    queryFn: async ({ signal }) => {
      const page = await request<Page<T>>(`/${kind}`, { query, signal });
      return { ...page, items: recentResources.others(kind, page.items) };
    },
    placeholderData: keepPreviousData,
  });
}

/** One thing that events keep fresh. */
export function oneQuery<T extends Revised>(kind: PatchedKind, id: string) {
  return queryOptions({
    queryKey: queryKeys.one(kind, id),
    queryFn: async ({ signal }) => {
      const one = await request<T>(`/${kind}/${id}`, { signal });
      return recentResources.others(kind, [one])[0] ?? one;
    },
  });
}
