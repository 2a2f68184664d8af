import { queryOptions } from '@tanstack/react-query';
import type {
  RecoverySheet,
  Repository,
  RepositoryLock,
  RepositorySnapshot,
  Schedule,
} from '../api/backup-resources.ts';
import { listQuery, oneQuery } from '../api/paged.ts';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request } from '../api/request.ts';
import type { Operation } from '../api/resources.ts';
import { type RepositoriesSearch, repositoryListParameters } from './repositories-search.ts';

export const repositoriesQuery = (search: RepositoriesSearch) =>
  listQuery<Repository>('repositories', repositoryListParameters(search));

/** For choosing one; there are tens of them. */
export const someRepositoriesQuery = listQuery<Repository>('repositories', { limit: 200 });

export const repositoryQuery = (id: string) => oneQuery<Repository>('repositories', id);

export function locksQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.one('repository-locks', id),
    queryFn: ({ signal }) => request<{ items: RepositoryLock[] }>(`/repositories/${id}/locks`, { signal }),
    staleTime: 0,
    retry: false,
  });
}

export function snapshotsQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.one('repository-snapshots', id),
    queryFn: ({ signal }) => request<{ items: RepositorySnapshot[] }>(`/repositories/${id}/snapshots`, { signal }),
    staleTime: 0,
    retry: false,
  });
}

export interface MaintenanceInput {
  prune?: { schedule: Schedule; maximumUnusedPercent: number };
  check?: { schedule: Schedule; readDataPercent: number };
}

export interface RepositoryInput {
  name: string;
  storageId: string;
  folder: string;
  adopt: boolean;
  password?: string;
  appendOnly: boolean;
}

export interface RepositoryEditInput {
  name?: string;
  appendOnly?: boolean;
  maintenance?: MaintenanceInput;
}

export function createRepository(input: RepositoryInput, idempotencyKey: string): Promise<Repository> {
  return request('/repositories', { method: 'POST', body: input, idempotencyKey });
}

export function updateRepository(repository: Repository, input: RepositoryEditInput): Promise<Repository> {
  return request(`/repositories/${repository.id}`, { method: 'PATCH', body: input, ifMatch: repository.revision });
}

export function deleteRepository(repository: Repository): Promise<void> {
  return request(`/repositories/${repository.id}`, { method: 'DELETE', ifMatch: repository.revision });
}

export type RepositoryVerb = 'check' | 'prune' | 'unlock' | 'password';

export function actOnRepository(id: string, verb: RepositoryVerb, body: object = {}): Promise<Operation> {
  return request(`/repositories/${id}/${verb}`, { method: 'POST', body, idempotencyKey: newId() });
}

/** Tells the password that somebody knows; it is kept when it opens the repository. */
export function setRepositoryPassword(id: string, password: string): Promise<Repository> {
  return request(`/repositories/${id}/password`, { method: 'PUT', body: { password } });
}

/** Asked for by a click and kept by nobody but the page: it holds the password. */
export function readRecoverySheet(id: string): Promise<RecoverySheet> {
  return request(`/repositories/${id}/recovery-sheet`, { method: 'POST' });
}
