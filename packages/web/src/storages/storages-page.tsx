import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { RemoveStorageDialog } from './remove-storage-dialog.tsx';
import type { StorageRequest } from './storage-actions.tsx';
import { storagesQuery, storageTypesQuery } from './storage-api.ts';
import { useStorageColumns } from './storage-columns.tsx';
import { AddStorageDrawer, EditStorageDrawer } from './storage-drawer.tsx';
import { TestDrawer } from './test-drawer.tsx';
import './storages.css';

/** Where backups and objects lie. */
export function StoragesPage() {
  const { t } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/storages' });
  const { form } = useSearch({ from: '/shell/storages' });
  const storages = useQuery(storagesQuery);
  const types = useQuery(storageTypesQuery);
  const [dialog, setDialog] = useState<{ kind: 'test' | 'remove'; storage: Storage } | null>(null);
  const onRequest = useCallback(
    ({ kind, storage }: StorageRequest) => {
      if (kind === 'edit') void navigate({ search: { form: storage.id } });
      else setDialog({ kind, storage });
    },
    [navigate],
  );
  const columns = useStorageColumns(types.data?.items, onRequest);
  const rows = storages.data?.items;
  const edited = rows?.find((storage) => storage.id === form);
  const add = () => void navigate({ search: { form: 'new' } });
  const close = () => void navigate({ search: {}, replace: true });
  return (
    <div className="list-page">
      <PageHeader title={t('storages.title')} count={rows?.length} explanation={t('storages.explanation')}>
        {may('storage:create') && (
          <Button type="primary" onClick={add} data-testid="storage-add">
            {t('storages.add')}
          </Button>
        )}
      </PageHeader>
      {storages.error && <ErrorNotice error={toErrorRecord(storages.error)} onRetry={() => storages.refetch()} />}
      <DataTable
        label={t('storages.title')}
        columns={columns}
        rows={rows}
        rowId={(storage) => storage.id}
        rowName={(storage) => storage.name}
        rowTestId={(storage) => `storage-row-${storage.name}`}
        expectedRows={3}
        onOpen={(id) => void navigate({ to: '/storages/$id', params: { id } })}
        empty={
          <EmptyState text={t('storages.emptyText')}>
            {may('storage:create') && (
              <Button type="primary" onClick={add} data-testid="storage-add-first">
                {t('storages.add')}
              </Button>
            )}
          </EmptyState>
        }
      />
      {form === 'new' && <AddStorageDrawer onClose={close} />}
      {edited && <EditStorageDrawer key={edited.id} storage={edited} onClose={close} />}
      {dialog?.kind === 'test' && <TestDrawer storage={dialog.storage} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'remove' && <RemoveStorageDialog storage={dialog.storage} onClose={() => setDialog(null)} />}
    </div>
  );
}
