import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { RunStateChip } from '../runs/run-state-chip.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { Ago } from '../ui/ago.tsx';
import { FreshnessChip } from './freshness-chip.tsx';
import { PLAN_ACTION_PERMISSIONS, PlanActions, type PlanRequest } from './plan-actions.tsx';

export function usePlanColumns(onRequest: (request: PlanRequest) => void): readonly Column<Plan>[] {
  const { t, locale } = useTexts();
  const may = usePermission();
  const mayAct = PLAN_ACTION_PERMISSIONS.some(may);
  return useMemo(() => {
    const columns: Column<Plan>[] = [
      {
        key: 'name',
        title: t('common.name'),
        narrow: 'title',
        sort: { ascending: 'name', descending: '-name' },
        cell: (plan) => (
          <span className="cell-two">
            <Link to="/plans/$id" params={{ id: plan.id }} className="plan-name" data-testid="plan-open">
              {plan.name}
            </Link>
            <span className="cell-two-second cell-clip">{plan.repositoryName}</span>
          </span>
        ),
      },
      {
        key: 'freshness',
        title: t('plans.freshness'),
        width: '104px',
        cell: (plan) => <FreshnessChip plan={plan} />,
      },
      {
        key: 'lastBackup',
        title: t('plans.lastBackup'),
        width: '128px',
        narrow: 'labelled',
        cell: (plan) => (
          <span className="cell-two">
            <Ago time={plan.lastBackupAt} />
            <span className="cell-two-second">
              {plan.objectiveMinutes === null
                ? t('plans.noObjective')
                : t('plans.within', { time: formatDuration(plan.objectiveMinutes * 60_000, locale) })}
            </span>
          </span>
        ),
      },
      {
        key: 'lastRun',
        title: t('plans.lastRun'),
        width: '112px',
        cell: (plan) =>
          plan.lastRun ? (
            <Link to="/plans/$id" params={{ id: plan.id }} search={{ tab: 'runs' }}>
              <RunStateChip state={plan.lastRun.state} />
            </Link>
          ) : (
            <span className="quiet">–</span>
          ),
      },
      {
        key: 'proven',
        title: t('plans.lastProven'),
        width: '104px',
        narrow: 'labelled',
        cell: (plan) => (
          <span className={plan.lastDrill?.state === 'failed' ? 'plan-bad' : undefined}>
            <Ago time={plan.lastProvenAt} />
          </span>
        ),
      },
      {
        key: 'next',
        title: t('plans.nextRun'),
        width: '104px',
        narrow: 'labelled',
        cell: (plan) => <Ago time={plan.nextRuns[0] ?? null} otherwise={t('plans.noNext')} />,
      },
      {
        key: 'size',
        title: t('plans.size'),
        width: '96px',
        align: 'end',
        cell: (plan) =>
          plan.bytes !== null && (
            <span className="cell-two">
              <span className="number">{formatBytes(plan.bytes, locale)}</span>
              <span className="cell-two-second number">
                {t('plans.fileCount', { count: plan.files ?? 0, shown: formatNumber(plan.files ?? 0, locale) })}
              </span>
            </span>
          ),
      },
    ];
    if (mayAct) {
      columns.push({
        key: 'actions',
        title: t('common.actions'),
        width: '152px',
        align: 'end',
        cell: (plan) => <PlanActions plan={plan} onRequest={onRequest} />,
      });
    }
    return columns;
  }, [t, locale, mayAct, onRequest]);
}
