import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { queryKeys } from '../api/query-keys.ts';
import type { Channel } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { deleteChannel } from './channel-api.ts';

export function RemoveChannelDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { name } = channel;
  const remove = async () => {
    await deleteChannel(channel);
    message.success(t('notifications.removed', { name }));
    await client.invalidateQueries({ queryKey: queryKeys.all('channels') });
  };
  return (
    <NamedConfirm
      title={t('notifications.removeTitle', { name })}
      name={name}
      actionLabel={t('common.delete')}
      onConfirm={remove}
      onClose={onClose}
    >
      {t('notifications.removeText')}
    </NamedConfirm>
  );
}
