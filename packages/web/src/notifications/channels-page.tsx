import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Channel } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { channelsQuery, channelTypesQuery } from './channel-api.ts';
import { type ChannelRequest, useChannelColumns } from './channel-columns.tsx';
import { AddChannelDrawer, EditChannelDrawer } from './channel-drawer.tsx';
import { DeliveriesDrawer } from './deliveries-drawer.tsx';
import { RemoveChannelDialog } from './remove-channel-dialog.tsx';
import { TestDrawer } from './test-drawer.tsx';
import './notifications.css';

/** By which ways people are told what happens. */
export function ChannelsPage() {
  const { t } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/notifications' });
  const { form, deliveries } = useSearch({ from: '/shell/notifications' });
  const channels = useQuery(channelsQuery);
  const types = useQuery(channelTypesQuery);
  const [dialog, setDialog] = useState<{ kind: 'test' | 'remove'; channel: Channel } | null>(null);
  const onRequest = useCallback(
    ({ kind, channel }: ChannelRequest) => {
      if (kind === 'edit') void navigate({ search: { form: channel.id } });
      else setDialog({ kind, channel });
    },
    [navigate],
  );
  const columns = useChannelColumns(types.data?.items, onRequest);
  const rows = channels.data?.items;
  const edited = rows?.find((channel) => channel.id === form);
  const shown = rows?.find((channel) => channel.id === deliveries);
  const add = () => void navigate({ search: { form: 'new' } });
  const close = () => void navigate({ search: {}, replace: true });
  return (
    <div className="list-page">
      <PageHeader title={t('notifications.title')} count={rows?.length} explanation={t('notifications.explanation')}>
        {may('channel:create') && (
          <Button type="primary" onClick={add} data-testid="channel-add">
            {t('notifications.add')}
          </Button>
        )}
      </PageHeader>
      {channels.error && <ErrorNotice error={toErrorRecord(channels.error)} onRetry={() => channels.refetch()} />}
      <DataTable
        label={t('notifications.title')}
        columns={columns}
        rows={rows}
        rowId={(channel) => channel.id}
        rowName={(channel) => channel.name}
        rowTestId={(channel) => `channel-row-${channel.name}`}
        expectedRows={3}
        onOpen={(id) => void navigate({ search: { deliveries: id } })}
        empty={
          <EmptyState text={t('notifications.emptyText')}>
            {may('channel:create') && (
              <Button type="primary" onClick={add} data-testid="channel-add-first">
                {t('notifications.add')}
              </Button>
            )}
          </EmptyState>
        }
      />
      {form === 'new' && <AddChannelDrawer onClose={close} />}
      {edited && <EditChannelDrawer key={edited.id} channel={edited} onClose={close} />}
      {shown && <DeliveriesDrawer key={shown.id} channel={shown} onClose={close} />}
      {dialog?.kind === 'test' && <TestDrawer channel={dialog.channel} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'remove' && <RemoveChannelDialog channel={dialog.channel} onClose={() => setDialog(null)} />}
    </div>
  );
}
