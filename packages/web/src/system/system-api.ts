import { queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request } from '../api/request.ts';
import type { Operation } from '../api/resources.ts';
import type { NewRecoveryKey, SecretKey, System } from '../api/system-resources.ts';
import { operationsQuery } from '../operations/operation-api.ts';

export const systemQuery = queryOptions({
  queryKey: queryKeys.list('system', {}),
  queryFn: ({ signal }) => request<System>('/system', { signal }),
});

export const secretKeyQuery = queryOptions({
  queryKey: queryKeys.list('secret-key', {}),
  queryFn: ({ signal }) => request<SecretKey>('/secret-key', { signal }),
});

/** The change of the secret key that runs, or else the one before. */
export const lastRotationQuery = operationsQuery({ kind: 'secret_key.rotate', limit: 1 });

export function takeOver(): Promise<System> {
  return request('/system/take-over', { method: 'POST', body: {} });
}

export function rotateSecretKey(): Promise<Operation> {
  return request('/secret-key/rotate', { method: 'POST', body: {}, idempotencyKey: newId() });
}

/** The server keeps no answer of this for repetitions. */
export function makeRecoveryKey(replace: boolean): Promise<NewRecoveryKey> {
  return request('/secret-key/recovery-key', { method: 'POST', body: { replace } });
}

export function checkRecoveryKey(recoveryKey: string): Promise<unknown> {
  return request('/secret-key/recovery-key/check', { method: 'POST', body: { recoveryKey } });
}
