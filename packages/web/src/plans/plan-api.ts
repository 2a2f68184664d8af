import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  BackupEngine,
  Drill,
  Plan,
  PlanSources,
  Retention,
  RetentionVerdict,
  Schedule,
  SourceFolder,
  SourcePreset,
  SourcePreview,
} from '../api/backup-resources.ts';
import { listQuery, oneQuery } from '../api/paged.ts';
import { queryKeys } from '../api/query-keys.ts';
import { newId, request } from '../api/request.ts';
import type { Operation, Page } from '../api/resources.ts';
import type { PlanEditInput, PlanInput } from './plan-input.ts';
import { type PlansSearch, planListParameters } from './plans-search.ts';

export function plansQuery(search: PlansSearch) {
  return queryOptions({
    ...listQuery<Plan>('plans', planListParameters(search)),
    // Freshness passes with time alone, which has no events.
    refetchInterval: 60_000,
  });
}

/** All plans of a small installation, for the start page and choices. */
export const somePlansQuery = queryOptions({
  ...listQuery<Plan>('plans', { limit: 200 }),
  refetchInterval: 60_000,
});

export const planQuery = (id: string) => oneQuery<Plan>('plans', id);

export const engineQuery = queryOptions({
  queryKey: queryKeys.list('backup-engine', {}),
  queryFn: ({ signal }) => request<BackupEngine>('/backup-engine', { signal }),
  staleTime: 60_000,
});

export const presetsQuery = queryOptions({
  queryKey: queryKeys.list('source-presets', {}),
  queryFn: ({ signal }) => request<{ items: SourcePreset[] }>('/source-presets', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** @param path null: the allowed folders */
export function sourceFolderQuery(path: string | null) {
  return queryOptions({
    queryKey: queryKeys.list('source-folders', { path }),
    queryFn: ({ signal }) => request<SourceFolder>('/source-folders', { query: { path }, signal }),
    staleTime: 5_000,
    retry: false,
  });
}

export function previewSources(sources: PlanSources, signal: AbortSignal): Promise<SourcePreview> {
  return request('/plans/preview-sources', { method: 'POST', body: sources, signal });
}

export function drillsQuery(planId: string, cursor: string | undefined) {
  return queryOptions({
    queryKey: queryKeys.list('drills', { planId, cursor }),
    queryFn: ({ signal }) => request<Page<Drill>>(`/plans/${planId}/drills`, { query: { cursor, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function nextRunsQuery(schedule: Schedule, jitterMinutes: number) {
  return queryOptions({
    queryKey: ['plans', 'preview-schedule', schedule, jitterMinutes],
    queryFn: ({ signal }) =>
      request<{ items: string[] }>('/plans/preview-schedule', {
        method: 'POST',
        body: { schedule, jitterMinutes },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
}

export interface RetentionWish {
  planId?: string;
  schedule: Schedule;
  retention: Retention;
  timeZone: string;
}

export function retentionQuery(wish: RetentionWish) {
  return queryOptions({
    queryKey: ['plans', 'preview-retention', wish],
    queryFn: ({ signal }) =>
      request<{ items: RetentionVerdict[] }>('/plans/preview-retention', { method: 'POST', body: wish, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function createPlan(input: PlanInput, idempotencyKey: string): Promise<Plan> {
  return request('/plans', { method: 'POST', body: input, idempotencyKey });
}

export function updatePlan(id: string, revision: number, input: PlanEditInput): Promise<Plan> {
  return request(`/plans/${id}`, { method: 'PATCH', body: input, ifMatch: revision });
}

export function deletePlan(plan: Plan): Promise<void> {
  return request(`/plans/${plan.id}`, { method: 'DELETE', ifMatch: plan.revision });
}

export type PlanVerb = 'run' | 'pause' | 'resume' | 'skip' | 'drill' | 'mirror';

export async function actOnPlan(id: string, verb: PlanVerb, body: object = {}): Promise<void> {
  const isOperation = verb === 'run' || verb === 'drill' || verb === 'mirror';
  await request(`/plans/${id}/${verb}`, {
    method: 'POST',
    ...(isOperation && { body, idempotencyKey: newId() }),
  });
}

export function operationQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.one('operations', id),
    queryFn: ({ signal }) => request<Operation>(`/operations/${id}`, { signal }),
  });
}
