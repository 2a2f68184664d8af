import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { storagesQuery } from '../storages/storage-api.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { SearchInput } from '../table/search-input.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { DeletePlanDialog } from './delete-plan-dialog.tsx';
import { EngineNotice } from './engine-notice.tsx';
import type { PlanRequest } from './plan-actions.tsx';
import { plansQuery } from './plan-api.ts';
import { usePlanColumns } from './plan-columns.tsx';
import { PlanDrawer } from './plan-drawer.tsx';
import type { PlansSearch } from './plans-search.ts';
import './plans.css';

/** All backup plans, and how fresh what they keep is. */
export function PlansPage() {
  const { t } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/plans' });
  const search = useSearch({ from: '/shell/plans' });
  const plans = useQuery(plansQuery(search));
  const [deleting, setDeleting] = useState<Plan | null>(null);
  const onRequest = useCallback(
    ({ kind, plan }: PlanRequest) => {
      if (kind === 'edit') void navigate({ search: (now) => ({ ...now, form: plan.id }) });
      else setDeleting(plan);
    },
    [navigate],
  );
  const columns = usePlanColumns(onRequest);
  const rows = plans.data?.items;
  const edited = rows?.find((plan) => plan.id === search.form);
  const filter = (change: Partial<PlansSearch>) =>
    void navigate({ search: ({ cursor: _, page: __, ...now }) => ({ ...now, ...change }), replace: true });
  const close = () => void navigate({ search: ({ form: _, ...now }) => now, replace: true });
  const add = () => void navigate({ search: (now) => ({ ...now, form: 'new' }) });
  const isFiltered = Boolean(search.search || search.cursor);
  return (
    <div className="list-page">
      <PageHeader title={t('plans.title')} explanation={t('plans.explanation')}>
        {may('repository:read') && (
          <Link to="/repositories" className="ant-btn-link plans-repositories" data-testid="plans-repositories">
            {t('repositories.title')}
          </Link>
        )}
        {may('plan:create') && (
          <Button type="primary" onClick={add} data-testid="plan-add">
            {t('plans.add')}
          </Button>
        )}
      </PageHeader>
      <EngineNotice />
      <div className="list-tools">
        <SearchInput
          value={search.search ?? ''}
          onSearch={(text) => filter({ search: text })}
          placeholder={t('plans.search')}
          testId="plan-search"
        />
      </div>
      {plans.error && <ErrorNotice error={toErrorRecord(plans.error)} onRetry={() => plans.refetch()} />}
      <DataTable
        label={t('plans.title')}
        columns={columns}
        rows={plans.error && !rows ? [] : rows}
        rowId={(plan) => plan.id}
        rowName={(plan) => plan.name}
        rowTestId={(plan) => `plan-row-${plan.name}`}
        expectedRows={3}
        outdated={plans.isPlaceholderData}
        sort={search.sort ?? 'name'}
        onSort={(sort) => filter({ sort: sort as NonNullable<PlansSearch['sort']> })}
        onOpen={(id) => void navigate({ to: '/plans/$id', params: { id }, search: {} })}
        empty={isFiltered ? <EmptyState text={t('common.nothingFound')} /> : !plans.error && <FirstPlan onAdd={add} />}
      />
      <CursorPager
        position={search}
        nextCursor={plans.data?.nextCursor}
        onMove={({ cursor, page }) =>
          void navigate({
            search: ({ cursor: _, page: __, ...now }) => ({ ...now, ...(cursor && { cursor }), ...(page && { page }) }),
          })
        }
      />
      {search.form === 'new' && <PlanDrawer plan={null} onClose={close} />}
      {edited && <PlanDrawer key={edited.id} plan={edited} onClose={close} />}
      {deleting && <DeletePlanDialog plan={deleting} onClose={() => setDeleting(null)} />}
    </div>
  );
}

/** Leads to the first storage, or to the first plan when there is one. */
function FirstPlan({ onAdd }: { onAdd: () => void }) {
  const { t } = useTexts();
  const may = usePermission();
  const storages = useQuery({ ...storagesQuery, enabled: may('storage:read') });
  if (!storages.data) return null;
  const hasStorage = storages.data.items.length > 0;
  return (
    <EmptyState text={hasStorage ? t('plans.emptyText') : t('plans.emptyNoStorage')}>
      {!hasStorage && may('storage:create') && (
        <Link to="/storages" search={{ form: 'new' }} data-testid="plan-needs-storage">
          <Button type="primary">{t('storages.add')}</Button>
        </Link>
      )}
      {hasStorage && may('plan:create') && (
        <Button type="primary" onClick={onAdd} data-testid="plan-add-first">
          {t('plans.addFirst')}
        </Button>
      )}
    </EmptyState>
  );
}
