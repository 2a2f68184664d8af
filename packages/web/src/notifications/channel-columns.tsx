import { useMemo } from 'react';
import type { Channel, ChannelType } from '../api/resources.ts';
import { formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { Ago } from '../ui/ago.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { EditIcon, PlugIcon, TrashIcon } from '../ui/icons.tsx';
import { presetOf } from './channel-settings.ts';
import { ChannelStateChip } from './delivery-chip.tsx';

export type ChannelRequest = { kind: 'test' | 'edit' | 'remove'; channel: Channel };

const ACTION_PERMISSIONS = ['channel:test', 'channel:update', 'channel:delete'] as const;

export function useChannelColumns(
  types: readonly ChannelType[] | undefined,
  onRequest: (request: ChannelRequest) => void,
): readonly Column<Channel>[] {
  const { t, locale, localized } = useTexts();
  const may = usePermission();
  const mayAct = ACTION_PERMISSIONS.some(may);
  return useMemo(() => {
    const typeName = (name: string) => {
      const type = types?.find((candidate) => candidate.type === name);
      return type ? localized(type.label) : name;
    };
    const presets = {
      failures: t('notifications.presetFailures'),
      everything: t('notifications.presetEverything'),
      own: t('notifications.presetOwn'),
      nothing: t('notifications.presetNothing'),
    };
    const columns: Column<Channel>[] = [
      {
        key: 'name',
        title: t('common.name'),
        narrow: 'title',
        cell: (channel) => (
          <span className="channel-name">
            <strong>{channel.name}</strong>
            {channel.lastDelivery?.error && channel.enabled && (
              <span className="channel-error">
                <ErrorLine error={channel.lastDelivery.error} />
              </span>
            )}
          </span>
        ),
      },
      { key: 'type', title: t('driverForm.type'), width: '124px', cell: (channel) => typeName(channel.type) },
      {
        key: 'destination',
        title: t('notifications.destination'),
        narrow: 'labelled',
        cell: (channel) => <span className="channel-destination">{channel.destination}</span>,
      },
      {
        key: 'rules',
        title: t('notifications.tells'),
        width: '172px',
        narrow: 'labelled',
        cell: (channel) => presets[presetOf(channel.rules)],
      },
      {
        key: 'state',
        title: t('common.state'),
        width: '132px',
        cell: (channel) => <ChannelStateChip channel={channel} />,
      },
      {
        key: 'last',
        title: t('notifications.lastMessage'),
        width: '116px',
        narrow: 'labelled',
        cell: (channel) => <Ago time={channel.lastDelivery?.at ?? null} otherwise="–" />,
      },
      {
        key: 'pending',
        title: t('notifications.pending'),
        width: '76px',
        narrow: 'labelled',
        cell: (channel) => <span className="number">{formatNumber(channel.pending, locale)}</span>,
      },
    ];
    if (mayAct) {
      columns.push({
        key: 'actions',
        title: t('common.actions'),
        width: '104px',
        align: 'end',
        cell: (channel) => <ChannelActions channel={channel} onRequest={onRequest} />,
      });
    }
    return columns;
  }, [t, locale, localized, types, mayAct, onRequest]);
}

function ChannelActions({ channel, onRequest }: { channel: Channel; onRequest: (request: ChannelRequest) => void }) {
  const { t } = useTexts();
  const may = usePermission();
  const named = (action: string) => `${action}: ${channel.name}`;
  return (
    <span className="cell-actions">
      {may('channel:test') && (
        <IconButton
          label={named(t('notifications.sendTest'))}
          icon={PlugIcon}
          onClick={() => onRequest({ kind: 'test', channel })}
          testId="channel-row-test"
        />
      )}
      {may('channel:update') && (
        <IconButton
          label={named(t('common.edit'))}
          icon={EditIcon}
          onClick={() => onRequest({ kind: 'edit', channel })}
          testId="channel-edit"
        />
      )}
      {may('channel:delete') && (
        <IconButton
          danger
          label={named(t('common.delete'))}
          icon={TrashIcon}
          onClick={() => onRequest({ kind: 'remove', channel })}
          testId="channel-delete"
        />
      )}
    </span>
  );
}
