import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Plan, Restore } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { backupQuery } from '../backups/backup-api.ts';
import { backupName } from '../backups/backup-name.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationDetails } from '../operations/operation-details.tsx';
import { operationQuery } from '../plans/plan-api.ts';
import { RunStateChip } from '../runs/run-state-chip.tsx';
import type { Column } from '../table/column.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { restoresQuery } from './restore-api.ts';
import { RestoreResult } from './restore-progress.tsx';
import { isCounted, isRestoreUnfinished } from './restore-state.ts';

/** What was restored of a plan. */
export function RestoresTab({ plan }: { plan: Plan }) {
  const { t } = useTexts();
  const search = useSearch({ from: '/shell/plans/$id' });
  const navigate = useNavigate({ from: '/plans/$id' });
  const restores = useQuery(restoresQuery(plan.id, search.cursor));
  const columns = useRestoreColumns();
  const [opened, setOpened] = useState<string>();
  return (
    <div className="stack" data-testid="restores-tab">
      {restores.error && <ErrorNotice error={toErrorRecord(restores.error)} onRetry={() => restores.refetch()} />}
      <DataTable
        label={t('planTabs.restores')}
        columns={columns}
        rows={restores.data?.items}
        rowId={(restore) => restore.id}
        rowName={(restore) => restore.createdAt}
        rowTestId={(restore) => `restore-row-${restore.id}`}
        expectedRows={2}
        outdated={restores.isPlaceholderData}
        opened={opened}
        onOpen={(id) => setOpened(opened === id ? undefined : id)}
        expansion={(restore) => <RestoreDetails restore={restore} />}
        empty={<EmptyState text={t('restores.empty')} />}
      />
      <CursorPager
        position={search}
        nextCursor={restores.data?.nextCursor}
        onMove={({ cursor, page }) =>
          void navigate({ search: { tab: 'restores', ...(cursor && { cursor }), ...(page && { page }) } })
        }
      />
    </div>
  );
}

function RestoreDetails({ restore }: { restore: Restore }) {
  const { t, locale } = useTexts();
  const operation = useQuery(operationQuery(restore.id));
  const backup = useQuery(backupQuery(restore.backupId));
  const place = backup.data?.places.find(({ repositoryId }) => repositoryId === restore.repositoryId);
  return (
    <div className="stack">
      {!isRestoreUnfinished(restore) && <RestoreResult restore={restore} />}
      {operation.data && <OperationDetails operation={{ ...operation.data, error: null }} />}
      <div className="flow">
        <span className="quiet">{t('restores.backup')}</span>
        <Link to="/backups/$id" params={{ id: restore.backupId }}>
          {backup.data ? backupName(backup.data, locale) : t('backups.browse')}
        </Link>
        {place && (
          <>
            <span className="quiet">{t('restores.from')}</span>
            <Link to="/repositories/$id" params={{ id: place.repositoryId }} data-testid="restore-from">
              {place.isMirror ? t('restores.mirror', { name: place.repositoryName }) : place.repositoryName}
            </Link>
          </>
        )}
      </div>
    </div>
  );
}

function useRestoreColumns(): readonly Column<Restore>[] {
  const { t, locale } = useTexts();
  return useMemo(
    () => [
      {
        key: 'time',
        title: t('operations.started'),
        width: '180px',
        narrow: 'title',
        cell: (restore) => <span className="number">{formatDateTime(restore.createdAt, locale)}</span>,
      },
      {
        key: 'state',
        title: t('common.state'),
        width: '130px',
        cell: (restore) => <RunStateChip state={restore.state} />,
      },
      {
        key: 'target',
        title: t('restores.where'),
        narrow: 'labelled',
        cell: (restore) =>
          restore.target === null ? t('restores.inPlace') : <span className="mono path-text">{restore.target}</span>,
      },
      {
        key: 'what',
        title: t('restores.what'),
        width: '120px',
        cell: (restore) =>
          restore.paths === null
            ? t('restores.everything')
            : t('restores.chosen', { count: restore.paths.length, shown: formatNumber(restore.paths.length, locale) }),
      },
      {
        key: 'size',
        title: t('plans.size'),
        width: '190px',
        align: 'end',
        cell: (restore) =>
          isCounted(restore) && (
            <span className="number">
              {t('restores.itemCount', { shown: formatNumber(restore.files, locale) })} ·{' '}
              {formatBytes(restore.bytes, locale)}
            </span>
          ),
      },
    ],
    [t, locale],
  );
}
