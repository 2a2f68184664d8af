import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Backup, BackupNode, FoundNode, NodeDifference } from '../api/backup-resources.ts';
import { listQuery, oneQuery } from '../api/paged.ts';
import { queryString } from '../api/query-string.ts';
import { BASE, newId, request } from '../api/request.ts';
import type { Operation } from '../api/resources.ts';

export const backupQuery = (id: string) => oneQuery<Backup>('backups', id);

export function backupsQuery(planId: string, cursor: string | undefined, limit = 50) {
  return listQuery<Backup>('backups', { planId, cursor, limit });
}

/** How many entries of a folder are shown at once; a folder may have 100,000. */
export const FOLDER_PAGE = 300;

export interface FolderPage {
  items: BackupNode[];
  nextAfter: string | null;
}

export function backupFilesQuery(id: string, path: string, after: string | undefined) {
  return queryOptions({
    queryKey: ['backup-files', id, path, after ?? ''],
    queryFn: ({ signal }) =>
      request<FolderPage>(`/backups/${id}/files`, { query: { path, after, limit: FOLDER_PAGE }, signal }),
    // What a backup holds never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function backupSearchQuery(planId: string, text: string, backupId: string | undefined) {
  return queryOptions({
    queryKey: ['backup-files', 'search', planId, text, backupId ?? ''],
    queryFn: ({ signal }) =>
      request<{ items: FoundNode[] }>(`/plans/${planId}/search`, { query: { text, backupId, limit: 200 }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function compareQuery(id: string, other: string, after: number | undefined) {
  return queryOptions({
    queryKey: ['backup-files', 'compare', id, other, after ?? 0],
    queryFn: ({ signal }) =>
      request<{ items: NodeDifference[]; next: number | null }>(`/backups/${id}/compare`, {
        query: { with: other, after, limit: 300 },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** Where a file, or a folder as an archive, is downloaded from. */
export function backupContentUrl(id: string, path: string, archive?: 'tar' | 'zip', repositoryId?: string): string {
  return `${BASE}/backups/${id}/content${queryString({ path, archive, repositoryId })}`;
}

export interface BackupEdit {
  title?: string;
  note?: string;
  pinned?: boolean;
}

export function updateBackup(backup: Backup, edit: BackupEdit): Promise<Backup> {
  return request(`/backups/${backup.id}`, { method: 'PATCH', body: edit, ifMatch: backup.revision });
}

export function deleteBackup(id: string): Promise<Operation> {
  return request(`/backups/${id}`, { method: 'DELETE', idempotencyKey: newId() });
}
