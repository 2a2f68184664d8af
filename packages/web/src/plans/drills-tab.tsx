import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Drill, Plan } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import type { Column } from '../table/column.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { Ago } from '../ui/ago.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorLine, ErrorNotice } from '../ui/error-notice.tsx';
import { drillsQuery } from './plan-api.ts';
import { useScheduleText } from './use-schedule-text.ts';

const TONES: Readonly<Record<Drill['state'], Tone>> = {
  queued: 'idle',
  running: 'busy',
  proven: 'good',
  failed: 'bad',
  not_done: 'warning',
};

/** How often backups of a plan were proven by restoring samples, and what was found. */
export function DrillsTab({ plan }: { plan: Plan }) {
  const { t } = useTexts();
  const search = useSearch({ from: '/shell/plans/$id' });
  const navigate = useNavigate({ from: '/plans/$id' });
  const drills = useQuery(drillsQuery(plan.id, search.cursor));
  const columns = useDrillColumns();
  const scheduleText = useScheduleText();
  const [opened, setOpened] = useState<string>();
  return (
    <div className="stack" data-testid="drills-tab">
      <p className="quiet">
        {t('plans.drillsHelp')} {scheduleText(plan.drill.schedule)}.{' '}
        {plan.drill.nextAt && (
          <>
            {t('plans.nextDrill')} <Ago time={plan.drill.nextAt} />
          </>
        )}
      </p>
      {drills.error && <ErrorNotice error={toErrorRecord(drills.error)} onRetry={() => drills.refetch()} />}
      <DataTable
        label={t('planTabs.drills')}
        columns={columns}
        rows={drills.data?.items}
        rowId={(drill) => drill.id}
        rowName={(drill) => drill.createdAt}
        rowTestId={(drill) => `drill-row-${drill.id}`}
        expectedRows={2}
        outdated={drills.isPlaceholderData}
        opened={opened}
        onOpen={(id) => setOpened(opened === id ? undefined : id)}
        expansion={(drill) => <Findings drill={drill} />}
        empty={<EmptyState text={t('plans.drillsEmpty')} />}
      />
      <CursorPager
        position={search}
        nextCursor={drills.data?.nextCursor}
        onMove={({ cursor, page }) =>
          void navigate({ search: { tab: 'drills', ...(cursor && { cursor }), ...(page && { page }) } })
        }
      />
    </div>
  );
}

function Findings({ drill }: { drill: Drill }) {
  const { t, word, locale } = useTexts();
  return (
    <div className="stack">
      {drill.error && <ErrorLine error={drill.error} />}
      {drill.findings.length === 0 && !drill.error && <p className="quiet">{t('plans.noFindings')}</p>}
      {drill.findings.length > 0 && (
        <table className="small-table">
          <tbody>
            {drill.findings.map((finding) => (
              <tr key={finding.path}>
                <td className="mono finding">{finding.path}</td>
                <td>{word('findingStates', finding.state)}</td>
                <td className="quiet">{finding.differences.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {drill.affected.length > 0 && (
        <div>
          <h3>
            {t('plans.affected', { count: drill.affected.length, shown: formatNumber(drill.affected.length, locale) })}
          </h3>
          <ul className="flow">
            {drill.affected.slice(0, 50).map((id) => (
              <li key={id}>
                <Link to="/backups/$id" params={{ id }} className="mono">
                  {id.slice(0, 8)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <Link to="/backups/$id" params={{ id: drill.backupId }}>
          {t('plans.drilledBackup')}
        </Link>
      </div>
    </div>
  );
}

function useDrillColumns(): readonly Column<Drill>[] {
  const { t, word, locale } = useTexts();
  return useMemo(
    () => [
      {
        key: 'time',
        title: t('plans.drillTime'),
        narrow: 'title',
        cell: (drill) => <span className="number">{formatDateTime(drill.createdAt, locale)}</span>,
      },
      {
        key: 'state',
        title: t('operations.result'),
        width: '150px',
        cell: (drill) => (
          <span data-state={drill.state}>
            <Chip tone={TONES[drill.state] ?? 'idle'} moving={drill.state === 'queued' || drill.state === 'running'}>
              {word('drillStates', drill.state)}
            </Chip>
          </span>
        ),
      },
      {
        key: 'compared',
        title: t('plans.compared'),
        width: '170px',
        narrow: 'labelled',
        cell: (drill) => (
          <span className="number">
            {t('plans.fileCount', { count: drill.compared, shown: formatNumber(drill.compared, locale) })} ·{' '}
            {formatBytes(drill.bytes, locale)}
          </span>
        ),
      },
      {
        key: 'findings',
        title: t('plans.findings'),
        width: '130px',
        narrow: 'labelled',
        cell: (drill) => (
          <span className={drill.findings.length > 0 ? 'number plan-bad' : 'number quiet'}>
            {formatNumber(drill.findings.length, locale)}
          </span>
        ),
      },
    ],
    [t, word, locale],
  );
}
