import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { formatNumber } from '../format/bytes.ts';
import { hostsQuery } from '../hosts/host-api.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useDrawerOpen } from '../operations/drawer-state.ts';
import { usePermission } from '../session/use-session.tsx';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { MultiFilter } from '../table/multi-filter.tsx';
import { SearchInput } from '../table/search-input.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { useMediaQuery } from '../ui/use-media-query.ts';
import { ActionDialogProvider } from './action-dialog-context.tsx';
import { BulkActions } from './bulk-actions.tsx';
import { instancesQuery } from './instance-api.ts';
import { useInstanceColumns } from './instance-columns.tsx';
import { InstancePanel } from './instance-panel.tsx';
import { INSTANCE_STATES } from './instance-states.ts';
import {
  hasFilters,
  INSTANCE_SORTS,
  type InstancesSearch,
  instanceListParameters,
  PAGE_SIZES,
  type PageSize,
  withFilter,
} from './instances-search.ts';
import { NoInstances } from './no-instances.tsx';
import { rememberedPageSize, rememberPageSize } from './page-size.ts';
import './instances.css';

/** The instances of all hosts in one list. */
export function InstancesPage() {
  const { t, word } = useTexts();
  const search = useSearch({ from: '/shell/instances' });
  const navigate = useNavigate({ from: '/instances' });
  const go = useCallback(
    (next: InstancesSearch, replace: boolean) => void navigate({ search: next, replace }),
    [navigate],
  );
  const parameters = useMemo(() => instanceListParameters(search, rememberedPageSize()), [search]);
  const list = useQuery(instancesQuery(parameters));
  const hosts = useQuery(hostsQuery);
  const isWide = useMediaQuery('(min-width: 1500px)');
  const drawerOpen = useDrawerOpen();
  const beside = search.open !== undefined || (drawerOpen && !isWide);
  const may = usePermission();
  const mayAct = may('instance:start') || may('instance:stop') || may('instance:restart');
  const columns = useInstanceColumns(beside ? 'few' : 'all', mayAct);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const rows = list.data?.items;
  const selected = rows?.filter((instance) => chosen.has(instance.id)) ?? [];
  const filter = (change: Parameters<typeof withFilter>[1]) => {
    setChosen(new Set());
    go(withFilter(search, change), true);
  };
  const close = () => {
    const { open: _open, ...rest } = search;
    go(rest, true);
  };
  return (
    <ActionDialogProvider onDone={() => setChosen(new Set())}>
      <div className={beside ? 'instances-split instances-split-few' : 'instances-split'}>
        <div className="list-page">
          <PageHeader title={t('instances.title')} count={<Count count={list.data?.count} />} />
          <div className="list-tools">
            <SearchInput
              value={search.search ?? ''}
              placeholder={t('instances.searchPlaceholder')}
              onSearch={(text) => filter({ search: text })}
              testId="instances-search"
            />
            <MultiFilter
              label={t('common.state')}
              values={search.state}
              options={INSTANCE_STATES.map((value) => ({ value, label: word('instanceStates', value) }))}
              onChange={(state) => filter({ state })}
              testId="instances-filter-state"
            />
            <MultiFilter
              label={t('instances.host')}
              values={search.hostId}
              options={(hosts.data?.items ?? []).map((host) => ({ value: host.id, label: host.name }))}
              onChange={(hostId) => filter({ hostId })}
              testId="instances-filter-host"
            />
            {hasFilters(search) && (
              <Button
                type="text"
                onClick={() => filter({ search: undefined, state: undefined, hostId: undefined })}
                data-testid="instances-clear-filters"
              >
                {t('common.clearFilters')}
              </Button>
            )}
            <BulkActions selected={selected} onClear={() => setChosen(new Set())} />
          </div>
          {list.error && <ErrorNotice error={toErrorRecord(list.error)} onRetry={() => list.refetch()} />}
          <DataTable
            label={t('instances.title')}
            columns={columns}
            rows={rows}
            rowId={(instance) => instance.id}
            rowName={(instance) => instance.name}
            rowTestId={(instance) => `instance-row-${instance.remoteId ?? instance.id}`}
            expectedRows={14}
            outdated={list.isPlaceholderData}
            sort={parameters.sort}
            onSort={(sort) => filter({ sort: INSTANCE_SORTS.find((known) => known === sort) })}
            {...(mayAct && { selected: chosen, onSelect: setChosen })}
            opened={search.open}
            onOpen={(id) => go({ ...search, open: id }, true)}
            empty={
              hasFilters(search) ? (
                <EmptyState text={t('common.nothingFound')} />
              ) : (
                <NoInstances hosts={hosts.data?.items} />
              )
            }
          />
          <CursorPager
            position={search}
            nextCursor={list.data?.nextCursor}
            onMove={({ cursor, page }) => {
              setChosen(new Set());
              go({ ...withFilter(search, {}), ...(cursor && { cursor }), ...(page && page > 1 && { page }) }, false);
            }}
            size={parameters.limit}
            sizes={PAGE_SIZES}
            onSize={(size) => {
              rememberPageSize(size as PageSize);
              filter({ limit: size as PageSize });
            }}
          />
        </div>
        {search.open && <InstancePanel key={search.open} id={search.open} onClose={close} />}
      </div>
    </ActionDialogProvider>
  );
}

function Count({ count }: { count: { value: number; exact: boolean } | undefined }) {
  const { t, locale } = useTexts();
  if (!count) return null;
  const shown = formatNumber(count.value, locale);
  return count.exact ? t('instances.count', { count: count.value, shown }) : t('instances.countAtLeast', { shown });
}
