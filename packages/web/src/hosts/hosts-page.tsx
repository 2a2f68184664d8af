import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Host } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { FirstHostActions } from './first-host-actions.tsx';
import type { HostRequest } from './host-actions.tsx';
import { hostsQuery, hostTypesQuery } from './host-api.ts';
import { useHostColumns } from './host-columns.tsx';
import { HostDrawer } from './host-drawer.tsx';
import { RemoveHostDialog } from './remove-host-dialog.tsx';
import { TestDrawer } from './test-drawer.tsx';
import './hosts.css';

/** The connected clouds and machines. */
export function HostsPage() {
  const { t } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/hosts' });
  const { form } = useSearch({ from: '/shell/hosts' });
  const hosts = useQuery(hostsQuery);
  const types = useQuery(hostTypesQuery);
  const [dialog, setDialog] = useState<{ kind: 'test' | 'remove'; host: Host } | null>(null);
  const onRequest = useCallback(
    ({ kind, host }: HostRequest) => {
      if (kind === 'edit') void navigate({ search: { form: host.id } });
      else setDialog({ kind, host });
    },
    [navigate],
  );
  const columns = useHostColumns(types.data?.items, onRequest);
  const rows = hosts.data?.items;
  const edited = form === 'new' ? null : rows?.find((host) => host.id === form);
  return (
    <div className="list-page">
      <PageHeader title={t('hosts.title')} count={rows?.length} explanation={t('hosts.explanation')}>
        {may('host:create') && (
          <Button type="primary" onClick={() => void navigate({ search: { form: 'new' } })} data-testid="host-add">
            {t('hosts.add')}
          </Button>
        )}
      </PageHeader>
      {hosts.error && <ErrorNotice error={toErrorRecord(hosts.error)} onRetry={() => hosts.refetch()} />}
      <DataTable
        label={t('hosts.title')}
        columns={columns}
        rows={rows}
        rowId={(host) => host.id}
        rowName={(host) => host.name}
        rowTestId={(host) => `host-row-${host.name}`}
        expectedRows={3}
        {...(may('host:update') && { onOpen: (id: string) => void navigate({ search: { form: id } }) })}
        empty={
          <EmptyState text={t('hosts.emptyText')}>
            <FirstHostActions />
          </EmptyState>
        }
      />
      {form !== undefined && edited !== undefined && (
        <HostDrawer key={form} host={edited} onClose={() => void navigate({ search: {}, replace: true })} />
      )}
      {dialog?.kind === 'test' && <TestDrawer host={dialog.host} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'remove' && <RemoveHostDialog host={dialog.host} onClose={() => setDialog(null)} />}
    </div>
  );
}
