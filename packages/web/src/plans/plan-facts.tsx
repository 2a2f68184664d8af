import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';

/** The numbers that one wants to see first. */
export function PlanFacts({ plan }: { plan: Plan }) {
  const { t, locale } = useTexts();
  const isFailed = plan.lastDrill?.state === 'failed';
  return (
    <section className="card plan-facts" aria-label={t('plans.facts')} data-testid="plan-facts">
      <Fact label={t('plans.lastBackup')}>
        <Ago time={plan.lastBackupAt} />
        <span className="quiet">
          {plan.objectiveMinutes === null
            ? t('plans.noObjective')
            : t('plans.objectiveOf', { time: formatDuration(plan.objectiveMinutes * 60_000, locale) })}
        </span>
      </Fact>
      <Fact label={t('plans.nextRun')}>
        {plan.paused ? t('plans.isPaused') : <Ago time={plan.nextRuns[0] ?? null} otherwise={t('plans.noNext')} />}
      </Fact>
      <Fact label={t('plans.lastProven')}>
        <Ago time={plan.lastProvenAt} />
        {isFailed && <span className="plan-bad">{t('plans.lastDrillFailed')}</span>}
      </Fact>
      <Fact label={t('plans.size')}>
        {plan.bytes === null ? (
          <span className="quiet">–</span>
        ) : (
          <>
            <span className="number">{formatBytes(plan.bytes, locale)}</span>
            <span className="quiet number">
              {t('plans.fileCount', { count: plan.files ?? 0, shown: formatNumber(plan.files ?? 0, locale) })}
            </span>
          </>
        )}
      </Fact>
      <Fact label={t('repositories.repository')}>
        <Link to="/repositories/$id" params={{ id: plan.repositoryId }}>
          {plan.repositoryName}
        </Link>
      </Fact>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="plan-fact">
      <span>{label}</span>
      {children}
    </div>
  );
}
