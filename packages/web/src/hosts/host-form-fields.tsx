import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { queryKeys } from '../api/query-keys.ts';
import type { Host, HostType } from '../api/resources.ts';
import { driverCommands } from '../commands/driver-commands.ts';
import { DriverForm } from '../driver-form/driver-form.tsx';
import { useDriverForm } from '../driver-form/use-driver-form.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { createHost, testHost, updateHost } from './host-api.ts';

interface HostFormFieldsProps {
  type: HostType;
  host: Host | null;
  onChanged: (changed: boolean) => void;
  onReload: (host: Host) => void;
  onDone: () => void;
}

export function HostFormFields({ type, host, onChanged, onReload, onDone }: HostFormFieldsProps) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const form = useDriverForm(type.options, host);
  const name = form.name.trim();
  const { options } = form;
  const save = async (revision: number | undefined) => {
    if (host && revision !== undefined) await updateHost(host.id, revision, { name, options });
    else await createHost({ name, type: type.type, options }, form.idempotencyKey);
    await client.invalidateQueries({ queryKey: queryKeys.all('hosts') });
    message.success(host ? t('hosts.saved', { name }) : t('hosts.created', { name }));
  };
  return (
    <DriverForm
      kind="host"
      type={type}
      saved={host}
      form={form}
      words={{
        name: t('common.name'),
        nameHelp: t('hosts.nameHelp'),
        testNothingStored: t('hosts.testNothingStored'),
        conflictTitle: t('hosts.conflictTitle'),
      }}
      commands={driverCommands(
        'host',
        { id: host?.id ?? null, name, type: type.type, options },
        type.options,
        location.origin,
      )}
      test={testHost({ kind: 'form', type: type.type, options, ...(host && { hostId: host.id }) })}
      save={save}
      onChanged={onChanged}
      onReload={onReload}
      onDone={onDone}
    />
  );
}
