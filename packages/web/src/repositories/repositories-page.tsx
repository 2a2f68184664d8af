import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo } from 'react';
import type { Repository } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { EngineNotice } from '../plans/engine-notice.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { SearchInput } from '../table/search-input.tsx';
import { Ago } from '../ui/ago.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorLine, ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { repositoriesQuery } from './repository-api.ts';
import { RepositoryDrawer } from './repository-drawer.tsx';
import { RepositoryStateChip } from './repository-state-chip.tsx';
import '../plans/plans.css';
import '../storages/storages.css';

/** Where backups are kept: encrypted, on storages. */
export function RepositoriesPage() {
  const { t } = useTexts();
  const may = usePermission();
  const search = useSearch({ from: '/shell/repositories' });
  const navigate = useNavigate({ from: '/repositories' });
  const repositories = useQuery(repositoriesQuery(search));
  const columns = useRepositoryColumns();
  const show = (form: 'new' | 'adopt') => void navigate({ search: (now) => ({ ...now, form }) });
  const buttons = may('repository:create') && (
    <>
      <Button onClick={() => show('adopt')} data-testid="repository-adopt">
        {t('repositories.adopt')}
      </Button>
      <Button onClick={() => show('new')} data-testid="repository-add">
        {t('repositories.add')}
      </Button>
    </>
  );
  return (
    <div className="list-page">
      <nav className="crumb">
        <Link to="/plans">{t('plans.title')}</Link> <span aria-hidden="true">/</span>
      </nav>
      <PageHeader title={t('repositories.title')} explanation={t('repositories.explanation')}>
        {buttons}
      </PageHeader>
      <EngineNotice />
      <div className="list-tools">
        <SearchInput
          value={search.search ?? ''}
          onSearch={(text) => void navigate({ search: text ? { search: text } : {}, replace: true })}
          placeholder={t('repositories.search')}
        />
      </div>
      {repositories.error && (
        <ErrorNotice error={toErrorRecord(repositories.error)} onRetry={() => repositories.refetch()} />
      )}
      <DataTable
        label={t('repositories.title')}
        columns={columns}
        rows={repositories.data?.items}
        rowId={(repository) => repository.id}
        rowName={(repository) => repository.name}
        rowTestId={(repository) => `repository-row-${repository.name}`}
        expectedRows={3}
        outdated={repositories.isPlaceholderData}
        onOpen={(id) => void navigate({ to: '/repositories/$id', params: { id }, search: {} })}
        empty={<EmptyState text={search.search ? t('common.nothingFound') : t('repositories.empty')} />}
      />
      <CursorPager
        position={search}
        nextCursor={repositories.data?.nextCursor}
        onMove={({ cursor, page }) =>
          void navigate({
            search: ({ cursor: _, page: __, ...now }) => ({ ...now, ...(cursor && { cursor }), ...(page && { page }) }),
          })
        }
      />
      {search.form && (
        <RepositoryDrawer
          adopts={search.form === 'adopt'}
          onClose={() => void navigate({ search: ({ form: _, ...now }) => now, replace: true })}
        />
      )}
    </div>
  );
}

function useRepositoryColumns(): readonly Column<Repository>[] {
  const { t, locale } = useTexts();
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('common.name'),
        narrow: 'title',
        cell: (repository) => (
          <span className="cell-two">
            <Link
              to="/repositories/$id"
              params={{ id: repository.id }}
              className="plan-name"
              data-testid="repository-open"
            >
              {repository.name}
            </Link>
            {repository.error && <ErrorLine error={repository.error} />}
          </span>
        ),
      },
      {
        key: 'state',
        title: t('common.state'),
        width: '120px',
        cell: (repository) => <RepositoryStateChip repository={repository} />,
      },
      {
        key: 'place',
        title: t('repositories.place'),
        width: '20%',
        narrow: 'labelled',
        cell: (repository) => (
          <span className="cell-two">
            <Link to="/storages/$id" params={{ id: repository.storageId }}>
              {repository.storageName}
            </Link>
            <span className="cell-two-second mono">{repository.folder || '/'}</span>
          </span>
        ),
      },
      {
        key: 'plans',
        title: t('plans.title'),
        width: '18%',
        narrow: 'labelled',
        cell: (repository) => <PlansOf repository={repository} />,
      },
      {
        key: 'checked',
        title: t('repositories.checked'),
        width: '130px',
        narrow: 'labelled',
        cell: (repository) => (
          <span className={repository.check?.isSound === false ? 'plan-bad' : undefined}>
            <Ago time={repository.checkedAt} />
          </span>
        ),
      },
      {
        key: 'size',
        title: t('plans.size'),
        width: '100px',
        align: 'end',
        cell: (repository) =>
          repository.bytes !== null && <span className="number">{formatBytes(repository.bytes, locale)}</span>,
      },
    ],
    [t, locale],
  );
}

export function PlansOf({ repository }: { repository: Repository }) {
  const { t } = useTexts();
  if (repository.plans.length === 0) return <span className="quiet">{t('common.none')}</span>;
  return (
    <span className="plans-of">
      {repository.plans.map(({ id, name, isMirror }) => (
        <span key={id}>
          <Link to="/plans/$id" params={{ id }}>
            {name}
          </Link>
          {isMirror && <span className="quiet"> ({t('repositories.asMirror')})</span>}
        </span>
      ))}
    </span>
  );
}
