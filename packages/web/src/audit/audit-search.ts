import type { AuditEvent } from '../api/resources.ts';
import { oneOf, pageNumberOf, textOf } from '../table/search-params.ts';

export const AUDIT_RESULTS: readonly AuditEvent['result'][] = ['succeeded', 'refused', 'failed'];

/** What the address of the audit page says. */
export interface AuditSearch {
  search?: string;
  action?: string;
  result?: AuditEvent['result'];
  cursor?: string;
  page?: number;
}

export function readAuditSearch(raw: Readonly<Record<string, unknown>>): AuditSearch {
  const search = textOf(raw.search);
  const action = textOf(raw.action);
  const result = oneOf(raw.result, AUDIT_RESULTS);
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  return {
    ...(search && { search }),
    ...(action && { action }),
    ...(result && { result }),
    ...(cursor && { cursor }),
    ...(page && { page }),
  };
}
