import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Plan, Run } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationLog } from '../operations/operation-log.tsx';
import { OperationSteps } from '../operations/operation-steps.tsx';
import { operationQuery } from '../plans/plan-api.ts';
import type { Column } from '../table/column.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorLine, ErrorNotice } from '../ui/error-notice.tsx';
import { runsQuery } from './run-api.ts';
import { RunStateChip } from './run-state-chip.tsx';
import { UnreadList } from './unread-list.tsx';

/** All runs of a plan; each opens to its steps and log. */
export function RunsTab({ plan }: { plan: Plan }) {
  const { t } = useTexts();
  const search = useSearch({ from: '/shell/plans/$id' });
  const navigate = useNavigate({ from: '/plans/$id' });
  const runs = useQuery(runsQuery(plan.id, search.cursor));
  const columns = useRunColumns();
  const [opened, setOpened] = useState<string>();
  return (
    <div className="stack" data-testid="runs-tab">
      {runs.error && <ErrorNotice error={toErrorRecord(runs.error)} onRetry={() => runs.refetch()} />}
      <DataTable
        label={t('planTabs.runs')}
        columns={columns}
        rows={runs.data?.items}
        rowId={(run) => run.id}
        rowName={(run) => run.createdAt}
        rowTestId={(run) => `run-row-${run.id}`}
        expectedRows={3}
        outdated={runs.isPlaceholderData}
        opened={opened}
        onOpen={(id) => setOpened(opened === id ? undefined : id)}
        expansion={(run) => <RunDetails run={run} />}
        empty={<EmptyState text={t('runs.empty')} />}
      />
      <CursorPager
        position={search}
        nextCursor={runs.data?.nextCursor}
        onMove={({ cursor, page }) =>
          void navigate({ search: { tab: 'runs', ...(cursor && { cursor }), ...(page && { page }) } })
        }
      />
    </div>
  );
}

function RunDetails({ run }: { run: Run }) {
  const operation = useQuery(operationQuery(run.id));
  return (
    <div className="stack">
      {run.error && <ErrorLine error={run.error} />}
      {operation.error && <ErrorLine error={toErrorRecord(operation.error)} />}
      {operation.data && <OperationSteps kind={operation.data.kind} steps={operation.data.steps} />}
      {operation.data && <OperationLog operation={operation.data} />}
      {run.unreadCount > 0 && <UnreadList run={run} />}
    </div>
  );
}

function useRunColumns(): readonly Column<Run>[] {
  const { t, word, locale } = useTexts();
  return useMemo(
    () => [
      {
        key: 'time',
        title: t('operations.started'),
        narrow: 'title',
        cell: (run) => (
          <span className="cell-two">
            <span className="number">{formatDateTime(run.startedAt ?? run.createdAt, locale)}</span>
            <span className="cell-two-second">{word('runReasons', run.reason)}</span>
          </span>
        ),
      },
      { key: 'state', title: t('common.state'), width: '130px', cell: (run) => <RunStateChip state={run.state} /> },
      {
        key: 'duration',
        title: t('operations.duration'),
        width: '120px',
        cell: (run) => <Elapsed from={run.startedAt} to={run.finishedAt} />,
      },
      {
        key: 'files',
        title: t('runs.files'),
        width: '110px',
        align: 'end',
        narrow: 'labelled',
        cell: (run) => run.files !== null && <span className="number">{formatNumber(run.files, locale)}</span>,
      },
      {
        key: 'bytes',
        title: t('plans.size'),
        width: '110px',
        align: 'end',
        narrow: 'labelled',
        cell: (run) => run.bytes !== null && <span className="number">{formatBytes(run.bytes, locale)}</span>,
      },
      {
        key: 'added',
        title: t('backups.added'),
        width: '110px',
        align: 'end',
        narrow: 'labelled',
        cell: (run) => run.bytesAdded !== null && <span className="number">{formatBytes(run.bytesAdded, locale)}</span>,
      },
      {
        key: 'unread',
        title: t('runs.unreadShort'),
        width: '90px',
        align: 'end',
        narrow: 'hidden',
        cell: (run) =>
          run.unreadCount > 0 && <span className="number plan-bad">{formatNumber(run.unreadCount, locale)}</span>,
      },
    ],
    [t, word, locale],
  );
}
