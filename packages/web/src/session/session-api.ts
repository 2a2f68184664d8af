import { queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { request } from '../api/request.ts';
import type { CurrentSession, Page, Session, User } from '../api/resources.ts';

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: ({ signal }) => request<CurrentSession>('/sessions/current', { signal }),
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: queryKeys.setup,
  queryFn: ({ signal }) => request<{ needed: boolean }>('/setup', { signal }),
});

export const sessionsQuery = queryOptions({
  queryKey: queryKeys.list('sessions', {}),
  queryFn: ({ signal }) => request<Page<Session>>('/sessions', { signal }),
});

export function signIn(username: string, password: string): Promise<unknown> {
  return request('/sessions', { method: 'POST', body: { username, password } });
}

export function signOut(): Promise<void> {
  return request('/sessions/current', { method: 'DELETE' });
}

export function revokeSession(id: string): Promise<void> {
  return request(`/sessions/${id}`, { method: 'DELETE' });
}

export function setUp(token: string, username: string, password: string): Promise<unknown> {
  return request('/setup', { method: 'POST', body: { token, username, password } });
}

export interface OwnChanges {
  displayName?: string;
  password?: string;
  currentPassword?: string;
}

export function updateOwnUser(changes: OwnChanges): Promise<User> {
  return request('/users/current', { method: 'PATCH', body: changes });
}
