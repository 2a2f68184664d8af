import type { OverwriteRule, Restore } from '../api/backup-resources.ts';
import { listQuery, oneQuery } from '../api/paged.ts';
import { newId, request } from '../api/request.ts';

export const restoreQuery = (id: string) => oneQuery<Restore>('restores', id);

export function restoresQuery(planId: string, cursor: string | undefined) {
  return listQuery<Restore>('restores', { planId, cursor, limit: 25 });
}

export interface RestoreInput {
  backupId: string;
  repositoryId?: string;
  paths?: string[];
  /** Not said: where things were. */
  target?: string;
  overwrite: OverwriteRule;
  deleteOthers: boolean;
  verify: boolean;
}

export function createRestore(input: RestoreInput, preview: boolean): Promise<Restore> {
  return request('/restores', { method: 'POST', body: { ...input, preview }, idempotencyKey: newId() });
}
