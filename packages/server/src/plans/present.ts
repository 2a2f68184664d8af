import { nextRun } from '@sampan/backup';
import { presentNextRuns, presentSchedule } from '../platform/http/schedule-schema.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { StoredError } from '../storages/present.ts';
import { freshnessOf } from './freshness.ts';
import { settingsOf } from './settings.ts';
import type { PlanMirrorRow, PlanRow } from './tables.ts';

interface More {
  repositories: ReadonlyMap<string, { name: string; isDamaged: boolean }>;
  mirrors: readonly PlanMirrorRow[];
  operation: { id: string; kind: string; state: string } | null;
  /** Of its web hooks, by their ids: what may be shown of them. */
  origins: ReadonlyMap<string, string>;
  nodeId: string;
  now: number;
}

export function presentPlan(row: PlanRow, { repositories, mirrors, operation, origins, nodeId, now }: More) {
  const settings = settingsOf(row);
  const isPaused = row.paused === 1;
  const isDamaged = repositories.get(row.repository_id)?.isDamaged ?? false;
  const upcoming =
    isPaused || row.next_run_at === null
      ? []
      : [isoTime(row.next_run_at), ...presentNextRuns(settings.schedule, row.next_run_at, row.next_run_at, 4)];
  return {
    id: row.id,
    revision: row.revision,
    name: row.name,
    repositoryId: row.repository_id,
    repositoryName: repositories.get(row.repository_id)?.name ?? '',
    repositoryDamaged: isDamaged,
    nodeId: row.node_id,
    isHere: row.node_id === nodeId,
    sources: settings.sources,
    schedule: presentSchedule(settings.schedule),
    jitterMinutes: settings.jitterMinutes,
    catchUp: settings.catchUp,
    nextRuns: [...new Set(upcoming)],
    retention: settings.retention,
    timeZone: settings.timeZone,
    compression: settings.compression,
    limits: settings.limits,
    hooks: settings.hooks.map((hook) => ({ ...hook, url: origins.get(hook.id) ?? null })),
    drill: {
      schedule: presentSchedule(settings.drill.schedule),
      samples: settings.drill.samples,
      nextAt: isPaused ? null : isoTimeOrNull(row.next_drill_at),
    },
    tags: settings.tags,
    mirrors: mirrors.map((mirror) => ({
      repositoryId: mirror.repository_id,
      repositoryName: repositories.get(mirror.repository_id)?.name ?? '',
      repositoryDamaged: repositories.get(mirror.repository_id)?.isDamaged ?? false,
      state: mirror.state,
      error: fromJsonOrNull<StoredError>(mirror.error),
      copiedAt: isoTimeOrNull(mirror.copied_at),
      behind: mirror.behind,
    })),
    paused: isPaused,
    objectiveMinutes: row.objective_minutes,
    freshness: freshnessOf(row, now, isDamaged),
    overdueAt: isoTimeOrNull(row.overdue_at),
    operation,
    lastRun: row.last_run_id === null ? null : { id: row.last_run_id, state: row.last_run_state ?? 'queued' },
    lastCompleteAt: isoTimeOrNull(row.last_complete_at),
    lastBackupAt: isoTimeOrNull(row.last_backup_at),
    lastProvenAt: isoTimeOrNull(row.last_proven_at),
    lastDrill:
      row.last_drill_state !== null && row.last_drill_at !== null
        ? { state: row.last_drill_state, at: isoTime(row.last_drill_at) }
        : null,
    retentionError: fromJsonOrNull<StoredError>(row.retention_error),
    files: row.files,
    bytes: row.bytes,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  };
}

export type PlanView = ReturnType<typeof presentPlan>;

/** When a plan runs and is drilled next, as its row keeps it. */
export function nextTimes(
  row: Pick<PlanRow, 'settings' | 'last_begin_at'>,
  after: number,
  jitter: number,
): { next_run_at: number | null; next_drill_at: number | null } {
  const { schedule, drill } = settingsOf(row);
  const run = nextRun(schedule, after, row.last_begin_at);
  return {
    next_run_at: run === null ? null : run + jitter,
    // The first look is after the first interval: there is nothing to prove yet.
    next_drill_at: nextRun(drill.schedule, after, after),
  };
}
