import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { request } from '../api/request.ts';
import type { AuditEvent, Page } from '../api/resources.ts';
import type { AuditSearch } from './audit-search.ts';

export function auditQuery({ page: _page, ...parameters }: AuditSearch) {
  return queryOptions({
    queryKey: queryKeys.list('audit-events', parameters),
    queryFn: ({ signal }) =>
      request<Page<AuditEvent>>('/audit-events', { query: { ...parameters, limit: 100 }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function verifyChain(): Promise<{ valid: boolean; checked: number; firstBroken: number | null }> {
  return request('/audit-events/verify');
}
