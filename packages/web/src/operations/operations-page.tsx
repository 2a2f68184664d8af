import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Operation, OperationState } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import type { Column } from '../table/column.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { MultiFilter } from '../table/multi-filter.tsx';
import { Ago } from '../ui/ago.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ActorName } from './actor-name.tsx';
import { operationsQuery } from './operation-api.ts';
import { OperationDetails } from './operation-details.tsx';
import { OPERATION_STATES } from './operation-state.ts';
import { OperationStateChip } from './operation-state-chip.tsx';
import { type OperationsSearch, operationListParameters } from './operations-search.ts';
import { TargetLink } from './target-link.tsx';
import './operations.css';

/** Everything that was done, newest first. */
export function OperationsPage() {
  const { t, word } = useTexts();
  const search = useSearch({ from: '/shell/operations' });
  const navigate = useNavigate({ from: '/operations' });
  const list = useQuery(operationsQuery(operationListParameters(search)));
  const columns = useOperationColumns();
  const go = (next: OperationsSearch, replace: boolean) => void navigate({ search: next, replace });
  return (
    <div className="list-page">
      <PageHeader title={t('operations.title')} />
      <div className="list-tools">
        <MultiFilter
          label={t('operations.filterState')}
          values={search.state}
          options={OPERATION_STATES.map((value) => ({ value, label: word('operationStates', value) }))}
          onChange={(state) => go(state ? { state: state as OperationState[] } : {}, true)}
          testId="operations-filter-state"
        />
      </div>
      {list.error && <ErrorNotice error={toErrorRecord(list.error)} onRetry={() => list.refetch()} />}
      <DataTable
        label={t('operations.title')}
        columns={columns}
        rows={list.data?.items}
        rowId={(operation) => operation.id}
        rowName={(operation) => operation.target.name}
        rowTestId={(operation) => `operation-row-${operation.id}`}
        outdated={list.isPlaceholderData}
        opened={search.open}
        onOpen={(id) => {
          const { open, ...rest } = search;
          go(open === id ? rest : { ...rest, open: id }, true);
        }}
        expansion={(operation) => <OperationDetails operation={operation} />}
        empty={<EmptyState text={search.state ? t('common.nothingFound') : t('operations.empty')} />}
      />
      <CursorPager
        position={search}
        nextCursor={list.data?.nextCursor}
        onMove={({ cursor, page }) =>
          go({ ...(search.state && { state: search.state }), ...(cursor && { cursor }), ...(page && { page }) }, false)
        }
      />
    </div>
  );
}

function useOperationColumns(): readonly Column<Operation>[] {
  const { t, word } = useTexts();
  return useMemo(
    () => [
      {
        key: 'kind',
        title: t('operations.kind'),
        narrow: 'title',
        cell: (operation) => word('operationKinds', operation.kind),
      },
      {
        key: 'state',
        title: t('common.state'),
        width: '130px',
        cell: (operation) => <OperationStateChip state={operation.state} />,
      },
      { key: 'target', title: t('operations.target'), cell: (operation) => <TargetLink operation={operation} /> },
      {
        key: 'host',
        title: t('instances.host'),
        narrow: 'hidden',
        cell: (operation) => operation.hostName ?? '',
      },
      { key: 'actor', title: t('operations.actor'), cell: (operation) => <ActorName actor={operation.actor} /> },
      {
        key: 'started',
        title: t('operations.started'),
        width: '130px',
        cell: (operation) => <Ago time={operation.createdAt} />,
      },
      {
        key: 'duration',
        title: t('operations.duration'),
        narrow: 'labelled',
        width: '110px',
        align: 'end',
        cell: (operation) => <Elapsed from={operation.startedAt} to={operation.finishedAt} />,
      },
    ],
    [t, word],
  );
}
