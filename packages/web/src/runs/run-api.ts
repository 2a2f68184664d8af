import { queryOptions } from '@tanstack/react-query';
import type { Run } from '../api/backup-resources.ts';
import { listQuery, oneQuery } from '../api/paged.ts';
import { queryKeys } from '../api/query-keys.ts';
import { request } from '../api/request.ts';

export const runQuery = (id: string) => oneQuery<Run>('runs', id);

export function runsQuery(planId: string, cursor: string | undefined) {
  return listQuery<Run>('runs', { planId, cursor, limit: 25 });
}

export interface Unread {
  items: { path: string; reason: string }[];
  count: number;
}

export function unreadQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.one('runs', `${id} unread`),
    queryFn: ({ signal }) => request<Unread>(`/runs/${id}/unread`, { signal }),
  });
}

export function setRunPaused(id: string, isPaused: boolean): Promise<Run> {
  return request(`/runs/${id}/${isPaused ? 'pause' : 'resume'}`, { method: 'POST' });
}
