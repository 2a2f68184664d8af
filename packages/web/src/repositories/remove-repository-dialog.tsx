import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { Repository } from '../api/backup-resources.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { deleteRepository } from './repository-api.ts';

interface RemoveRepositoryDialogProps {
  repository: Repository;
  onClose: () => void;
  onRemoved: () => void;
}

export function RemoveRepositoryDialog({ repository, onClose, onRemoved }: RemoveRepositoryDialogProps) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { name } = repository;
  const remove = async () => {
    await deleteRepository(repository);
    message.success(t('repositories.removed', { name }));
    onRemoved();
    await client.invalidateQueries({ queryKey: queryKeys.lists('repositories') });
  };
  return (
    <NamedConfirm
      title={t('repositories.removeTitle', { name })}
      name={name}
      actionLabel={t('storages.remove')}
      onConfirm={remove}
      onClose={onClose}
    >
      {t('repositories.removeText')}
    </NamedConfirm>
  );
}
