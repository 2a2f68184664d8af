import type { Notifications } from '../notifications/notifications.ts';
import type { Notice } from '../notifications/publish.ts';
import type { Changes } from '../platform/changes.ts';
import type { RepositoryNews } from '../repositories/kinds.ts';
import type { RepositoryRow } from '../repositories/tables.ts';
import type { PlanNews } from './news.ts';
import type { PlanRow } from './tables.ts';

const MINUTE_MS = 60_000;

function about(plan: PlanRow) {
  return {
    subject: { kind: 'plan' as const, id: plan.id, name: plan.name },
    related: [{ kind: 'repository', id: plan.repository_id }],
    path: `/plans/${plan.id}`,
  };
}

function since(time: number | null, now: number): number {
  return time === null ? 0 : Math.max(0, now - time);
}

/** Tells people what becomes known of plans. */
export function planNews(notifications: Notifications): PlanNews {
  return {
    async runEnded(change, plan, run) {
      const event = `plan.run_${run.state}` as const;
      const { code = '', message = '', hint = '' } = run.error ?? {};
      // What is not good again and again is one trouble until a run is good; a worse one is told at once.
      const trouble = `plan.run:${plan.id}`;
      const isTrouble = run.state === 'failed' || run.state === 'interrupted';
      await notifications.publish(change, {
        ...about(plan),
        event,
        severity: run.state === 'succeeded' ? 'info' : run.state === 'failed' ? 'error' : 'warning',
        repeatKey: run.state === 'succeeded' ? `${event}:${run.id}` : trouble,
        ...(run.state === 'succeeded' && { resolves: trouble }),
        parameters: {
          ...(run.state === 'partial' && { unread: run.unreadCount }),
          ...(isTrouble && { code, reason: message }),
          ...(run.state === 'failed' && { hint: hint ?? '' }),
        },
      });
    },
    overdue: (change, plan) =>
      notifications.publish(change, {
        ...about(plan),
        event: 'plan.overdue',
        severity: 'error',
        repeatKey: `plan.overdue:${plan.id}`,
        parameters: {
          objective: (plan.objective_minutes ?? 0) * MINUTE_MS,
          lastGoodAt: plan.last_backup_at ?? 0,
        },
      }),
    recovered: (change, plan) =>
      notifications.publish(change, {
        ...about(plan),
        event: 'plan.recovered',
        severity: 'info',
        repeatKey: `plan.recovered:${plan.id}:${change.now}`,
        resolves: `plan.overdue:${plan.id}`,
        parameters: { lastGoodAt: plan.last_backup_at ?? change.now },
      }),
    async drillEnded(change, plan, drill) {
      if (drill.isProven) {
        return notifications.publish(change, {
          ...about(plan),
          event: 'drill.succeeded',
          severity: 'info',
          repeatKey: `drill.succeeded:${drill.id}`,
          resolves: `drill.failed:${plan.id}`,
          parameters: { backupAt: drill.backupTime },
        });
      }
      await notifications.publish(change, {
        ...about(plan),
        event: 'drill.failed',
        severity: 'error',
        repeatKey: `drill.failed:${plan.id}`,
        parameters: { code: 'drill_failed', difference: drill.what, backups: drill.affected },
      });
    },
    mirrorCaughtUp: (change, plan, repositoryId) =>
      notifications.publish(change, {
        ...about(plan),
        event: 'mirror.recovered',
        severity: 'info',
        repeatKey: `mirror.recovered:${plan.id}:${repositoryId}:${change.now}`,
        resolves: `mirror.behind:${plan.id}:${repositoryId}`,
        parameters: {},
      }),
    mirrorFailed: (change, plan, mirror) =>
      notifications.publish(change, {
        ...about(plan),
        event: 'mirror.behind',
        severity: 'warning',
        repeatKey: `mirror.behind:${plan.id}:${mirror.repositoryId}`,
        parameters: { backups: mirror.behind, behind: since(mirror.copiedAt ?? plan.created_at, change.now) },
      }),
  };
}

/** The same of repositories. */
export function repositoryNews(changes: Changes, notifications: Notifications): RepositoryNews {
  const publish = (row: RepositoryRow, more: Omit<Notice, 'subject' | 'path'>): Promise<void> =>
    changes.run((change) =>
      notifications.publish(change, {
        subject: { kind: 'repository', id: row.id, name: row.name },
        path: `/repositories/${row.id}`,
        ...more,
      }),
    );
  const recovered = (row: RepositoryRow, trouble: string): Promise<void> =>
    publish(row, {
      ...{ event: 'repository.recovered', severity: 'info', parameters: {}, resolves: trouble },
      repeatKey: `${trouble}:recovered:${Date.now()}`,
    });
  return {
    checkFailed: (row, problems) =>
      publish(row, {
        ...{ event: 'repository.check_failed', severity: 'error', repeatKey: `repository.check:${row.id}` },
        parameters: { reason: problems[0] ?? '' },
      }),
    checkPassed: (row) => recovered(row, `repository.check:${row.id}`),
    pruneFailed: (row, error) =>
      publish(row, {
        ...{ event: 'repository.maintenance_failed', severity: 'warning', repeatKey: `repository.prune:${row.id}` },
        parameters: { code: error.code, reason: error.message },
      }),
    prunePassed: (row) => recovered(row, `repository.prune:${row.id}`),
  };
}
