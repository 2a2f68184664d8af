import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useMemo, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { AccessKey } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { accessKeysQuery, deleteAccessKey } from './access-key-api.ts';
import { accessKeyColumns } from './access-key-columns.tsx';
import { CreateKeyDrawer } from './create-key-drawer.tsx';
import './access-keys.css';

export function AccessKeysPage() {
  const { t, word, locale } = useTexts();
  const may = usePermission();
  const client = useQueryClient();
  const { message } = App.useApp();
  const search = useSearch({ from: '/shell/access-keys' });
  const navigate = useNavigate({ from: '/access-keys' });
  const list = useQuery(accessKeysQuery(search.cursor));
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<AccessKey | null>(null);
  const mayDelete = may('access_key:delete');
  const columns = useMemo<readonly Column<AccessKey>[]>(
    () => accessKeyColumns({ t, word, locale }, mayDelete ? setDeleting : null),
    [t, word, locale, mayDelete],
  );
  const add = may('access_key:create') && (
    <Button type="primary" onClick={() => setCreating(true)} data-testid="access-key-add">
      {t('accessKeys.add')}
    </Button>
  );
  const remove = async (key: AccessKey) => {
    await deleteAccessKey(key);
    message.success(t('accessKeys.deleted'));
    await client.invalidateQueries({ queryKey: queryKeys.all('access-keys') });
  };
  return (
    <div className="list-page">
      <PageHeader title={t('accessKeys.title')} explanation={t('accessKeys.explanation')}>
        {add}
      </PageHeader>
      {list.error && <ErrorNotice error={toErrorRecord(list.error)} onRetry={() => list.refetch()} />}
      <DataTable
        label={t('accessKeys.title')}
        columns={columns}
        rows={list.data?.items}
        rowId={(key) => key.id}
        rowName={(key) => key.accessKeyId}
        rowTestId={(key) => `access-key-row-${key.accessKeyId}`}
        expectedRows={3}
        outdated={list.isPlaceholderData}
        empty={<EmptyState text={t('accessKeys.empty')} />}
      />
      <CursorPager
        position={search}
        nextCursor={list.data?.nextCursor}
        onMove={({ cursor, page }) => void navigate({ search: { ...(cursor && { cursor }), ...(page && { page }) } })}
      />
      {creating && <CreateKeyDrawer onClose={() => setCreating(false)} />}
      {deleting && (
        <NamedConfirm
          title={t('accessKeys.deleteTitle', { id: deleting.accessKeyId })}
          actionLabel={t('common.delete')}
          onConfirm={() => remove(deleting)}
          onClose={() => setDeleting(null)}
        >
          {t('accessKeys.deleteText')}
        </NamedConfirm>
      )}
    </div>
  );
}
