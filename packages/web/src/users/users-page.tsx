import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useMemo, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { User } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission, useSession } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { Ago } from '../ui/ago.tsx';
import { Chip } from '../ui/chip.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { EditIcon, TrashIcon } from '../ui/icons.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { deleteUser, usersQuery } from './user-api.ts';
import { UserDrawer } from './user-drawer.tsx';

/** Who may sign in, and what each may do. */
export function UsersPage() {
  const { t } = useTexts();
  const may = usePermission();
  const client = useQueryClient();
  const { message } = App.useApp();
  const search = useSearch({ from: '/shell/users' });
  const navigate = useNavigate({ from: '/users' });
  const list = useQuery(usersQuery(search.cursor));
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  const [deleting, setDeleting] = useState<User | null>(null);
  const columns = useUserColumns(setEdited, setDeleting);
  const remove = async (user: User) => {
    await deleteUser(user);
    message.success(t('users.deleted', { name: user.username }));
    await client.invalidateQueries({ queryKey: queryKeys.all('users') });
  };
  return (
    <div className="list-page">
      <PageHeader title={t('users.title')}>
        {may('user:create') && (
          <Button type="primary" onClick={() => setEdited('new')} data-testid="user-add">
            {t('users.add')}
          </Button>
        )}
      </PageHeader>
      {list.error && <ErrorNotice error={toErrorRecord(list.error)} onRetry={() => list.refetch()} />}
      <DataTable
        label={t('users.title')}
        columns={columns}
        rows={list.data?.items}
        rowId={(user) => user.id}
        rowName={(user) => user.username}
        rowTestId={(user) => `user-row-${user.username}`}
        expectedRows={3}
        outdated={list.isPlaceholderData}
        empty={null}
      />
      <CursorPager
        position={search}
        nextCursor={list.data?.nextCursor}
        onMove={({ cursor, page }) => void navigate({ search: { ...(cursor && { cursor }), ...(page && { page }) } })}
      />
      {edited && <UserDrawer user={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      {deleting && (
        <NamedConfirm
          title={t('users.deleteTitle', { name: deleting.username })}
          name={deleting.username}
          actionLabel={t('common.delete')}
          onConfirm={() => remove(deleting)}
          onClose={() => setDeleting(null)}
        >
          {t('users.deleteText')}
        </NamedConfirm>
      )}
    </div>
  );
}

function useUserColumns(onEdit: (user: User) => void, onDelete: (user: User) => void): readonly Column<User>[] {
  const { t, word } = useTexts();
  const may = usePermission();
  const { user: self } = useSession();
  const mayUpdate = may('user:update');
  const mayDelete = may('user:delete');
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('users.username'),
        narrow: 'title',
        cell: (user) => (
          <span className="flow">
            <span className="cell-two">
              <strong>{user.username}</strong>
              <span className="cell-two-second">{user.displayName}</span>
            </span>
            {user.id === self.id && <span className="quiet">({t('users.you')})</span>}
          </span>
        ),
      },
      { key: 'role', title: t('users.role'), cell: (user) => word('roles', user.role) },
      {
        key: 'state',
        title: t('common.state'),
        cell: (user) => (
          <Chip tone={user.disabled ? 'idle' : 'good'}>{user.disabled ? t('users.disabled') : t('users.enabled')}</Chip>
        ),
      },
      { key: 'created', title: t('common.created'), cell: (user) => <Ago time={user.createdAt} /> },
      {
        key: 'actions',
        title: t('common.actions'),
        width: '100px',
        align: 'end',
        cell: (user) => (
          <span className="cell-actions">
            {mayUpdate && (
              <IconButton
                label={t('users.edit', { name: user.username })}
                icon={EditIcon}
                onClick={() => onEdit(user)}
                testId="user-edit"
              />
            )}
            {mayDelete && user.id !== self.id && (
              <IconButton
                danger
                label={`${t('common.delete')}: ${user.username}`}
                icon={TrashIcon}
                onClick={() => onDelete(user)}
                testId="user-delete"
              />
            )}
          </span>
        ),
      },
    ],
    [t, word, self.id, mayUpdate, mayDelete, onEdit, onDelete],
  );
}
