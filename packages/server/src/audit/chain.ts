import { createHash } from 'node:crypto';
import { canonicalJson } from '../platform/json.ts';
import type { AuditRow } from './tables.ts';

/** Hash of a row given the hash of the row before it: a row that was changed, removed or inserted breaks the chain. */
export function chainHash(previous: string, row: Omit<AuditRow, 'hash'>): string {
  return createHash('sha256').update(previous).update('\n').update(canonicalJson(row)).digest('hex');
}
