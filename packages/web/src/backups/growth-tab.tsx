import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { backupsQuery } from './backup-api.ts';
import { GrowthChart } from './growth-chart.tsx';

/** How many backups the charts show. */
const SHOWN = 200;

/** How large backups are, and how much each added. */
export function GrowthTab({ plan }: { plan: Plan }) {
  const { t } = useTexts();
  const backups = useQuery(backupsQuery(plan.id, undefined, SHOWN));
  const items = backups.data?.items;
  const series = useMemo(() => {
    const oldestFirst = items?.toReversed() ?? [];
    return {
      times: oldestFirst.map(({ time }) => Date.parse(time) / 1000),
      bytes: oldestFirst.map(({ bytes }) => bytes),
      added: oldestFirst.map(({ bytesAdded }) => bytesAdded),
    };
  }, [items]);
  if (backups.error) return <ErrorNotice error={toErrorRecord(backups.error)} onRetry={() => backups.refetch()} />;
  if (items?.length === 0) return <EmptyState text={t('backups.empty')} />;
  return (
    <div className="usage-charts" aria-busy={!items} data-testid="growth-tab">
      <GrowthChart title={t('backups.sizeChart')} times={series.times} values={series.bytes} shape="line" />
      <GrowthChart title={t('backups.addedChart')} times={series.times} values={series.added} shape="bars" />
    </div>
  );
}
