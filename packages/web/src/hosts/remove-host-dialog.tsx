import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { queryKeys } from '../api/query-keys.ts';
import type { Host } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { deleteHost, deleteSimulatedCloud } from './host-api.ts';

export function RemoveHostDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const remove = async () => {
    if (host.simulatedCloudId) await deleteSimulatedCloud(host.simulatedCloudId);
    else await deleteHost(host);
    message.success(t('hosts.removed', { name: host.name }));
    await Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.all('hosts') }),
      client.invalidateQueries({ queryKey: queryKeys.all('instances') }),
    ]);
  };
  return (
    <NamedConfirm
      title={t('hosts.removeTitle', { name: host.name })}
      name={host.name}
      actionLabel={t('hosts.remove')}
      onConfirm={remove}
      onClose={onClose}
    >
      {host.simulatedCloudId ? t('hosts.removeSimulatedText') : t('hosts.removeText')}
    </NamedConfirm>
  );
}
