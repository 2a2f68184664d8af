import { queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request, requestLines } from '../api/request.ts';
import type { Host, HostType, Operation, OptionsInput, Page, SimulatedCloud } from '../api/resources.ts';
import type { TestRequest } from '../connection-test/use-connection-test.ts';
import { recentResources } from '../live/recent-resources.ts';

/** All hosts; there are tens of them, not thousands. */
export const hostsQuery = queryOptions({
  queryKey: queryKeys.list('hosts', { sort: 'name', limit: 200 }),
  queryFn: async ({ signal }) => {
    const page = await request<Page<Host>>('/hosts', { query: { sort: 'name', limit: 200 }, signal });
    return { ...page, items: recentResources.hosts(page.items) };
  },
});

export const hostTypesQuery = queryOptions({
  queryKey: queryKeys.list('host-types', {}),
  queryFn: ({ signal }) => request<{ items: HostType[] }>('/host-types', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export interface HostInput {
  name: string;
  type: string;
  options: OptionsInput;
}

export function createHost(input: HostInput, idempotencyKey: string): Promise<Host> {
  return request('/hosts', { method: 'POST', body: input, idempotencyKey });
}

export function updateHost(
  id: string,
  revision: number,
  input: { name: string; options: OptionsInput },
): Promise<Host> {
  return request(`/hosts/${id}`, { method: 'PATCH', body: input, ifMatch: revision });
}

export function deleteHost(host: Host): Promise<void> {
  return request(`/hosts/${host.id}`, { method: 'DELETE', ifMatch: host.revision });
}

export function syncHost(id: string): Promise<Operation> {
  return request(`/hosts/${id}/sync`, { method: 'POST', body: {}, idempotencyKey: newId() });
}

/** What is to be tested: a host as it is stored, or what a form holds (with `hostId`, blank secrets are the stored ones). */
export type TestSubject =
  | { kind: 'stored'; id: string }
  | { kind: 'form'; type: string; options: OptionsInput; hostId?: string };

/** The request that tests it, one line for each step. */
export function testHost(subject: TestSubject): TestRequest {
  return (onLine, signal) => {
    if (subject.kind === 'stored') {
      return requestLines(`/hosts/${subject.id}/test`, { method: 'POST', body: {}, signal }, onLine);
    }
    const { type, options, hostId } = subject;
    const body = { type, options, ...(hostId && { hostId }) };
    return requestLines('/hosts/test', { method: 'POST', body, signal }, onLine);
  };
}

export function createSimulatedCloud(): Promise<SimulatedCloud> {
  return request('/simulated-clouds', { method: 'POST', body: { type: 'qingzhou' }, idempotencyKey: newId() });
}

export function deleteSimulatedCloud(id: string): Promise<void> {
  return request(`/simulated-clouds/${id}`, { method: 'DELETE' });
}
