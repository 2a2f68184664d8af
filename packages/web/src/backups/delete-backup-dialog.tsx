import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { Backup } from '../api/backup-resources.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { deleteBackup } from './backup-api.ts';
import { backupName } from './backup-name.ts';

interface DeleteBackupDialogProps {
  backup: Backup;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteBackupDialog({ backup, onClose, onDeleted }: DeleteBackupDialogProps) {
  const { t, locale } = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const remove = async () => {
    await deleteBackup(backup.id);
    message.info(t('backups.deleteAsked'));
    onDeleted?.();
    await client.invalidateQueries({ queryKey: queryKeys.all('plans') });
  };
  return (
    <NamedConfirm
      title={t('backups.deleteTitle', { name: backupName(backup, locale) })}
      name={backup.planName}
      actionLabel={t('common.delete')}
      onConfirm={remove}
      onClose={onClose}
    >
      {t('backups.deleteText', { count: backup.places.length })}
    </NamedConfirm>
  );
}
