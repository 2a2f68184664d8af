import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request } from '../api/request.ts';
import type { Page, Role, User } from '../api/resources.ts';

export const ROLES: readonly Role[] = ['administrator', 'operator', 'read_only'];

export function usersQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: queryKeys.list('users', { cursor }),
    queryFn: ({ signal }) => request<Page<User>>('/users', { query: { limit: 100, cursor }, signal }),
    placeholderData: keepPreviousData,
  });
}

export interface UserInput {
  username: string;
  displayName: string;
  role: Role;
  password: string;
}

export function createUser(input: UserInput): Promise<User> {
  return request('/users', { method: 'POST', body: input, idempotencyKey: newId() });
}

export interface UserChanges {
  displayName?: string;
  role?: Role;
  disabled?: boolean;
  password?: string;
}

export function updateUser(user: User, changes: UserChanges): Promise<User> {
  return request(`/users/${user.id}`, { method: 'PATCH', body: changes, ifMatch: user.revision });
}

export function deleteUser(user: User): Promise<void> {
  return request(`/users/${user.id}`, { method: 'DELETE', ifMatch: user.revision });
}
