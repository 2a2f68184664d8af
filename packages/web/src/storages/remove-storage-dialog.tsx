import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { queryKeys } from '../api/query-keys.ts';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { deleteStorage } from './storage-api.ts';

interface RemoveStorageDialogProps {
  storage: Storage;
  onClose: () => void;
  onRemoved?: () => void;
}

export function RemoveStorageDialog({ storage, onClose, onRemoved }: RemoveStorageDialogProps) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { name } = storage;
  const remove = async () => {
    await deleteStorage(storage);
    message.success(t('storages.removed', { name }));
    onRemoved?.();
    await client.invalidateQueries({ queryKey: queryKeys.lists('storages') });
  };
  return (
    <NamedConfirm
      title={t('storages.removeTitle', { name })}
      name={name}
      actionLabel={t('storages.remove')}
      onConfirm={remove}
      onClose={onClose}
    >
      {t('storages.removeText')}
    </NamedConfirm>
  );
}
