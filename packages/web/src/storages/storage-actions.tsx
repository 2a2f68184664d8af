import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { EditIcon, PlugIcon, TrashIcon } from '../ui/icons.tsx';

export type StorageRequest = { kind: 'test' | 'edit' | 'remove'; storage: Storage };

/** Of these a person needs one at least to have anything to do with a storage. */
export const STORAGE_ACTION_PERMISSIONS = ['storage:test', 'storage:update', 'storage:delete'] as const;

interface StorageActionsProps {
  storage: Storage;
  onRequest: (request: StorageRequest) => void;
}

export function StorageActions({ storage, onRequest }: StorageActionsProps) {
  const { t } = useTexts();
  const may = usePermission();
  const named = (action: string) => `${action}: ${storage.name}`;
  return (
    <span className="cell-actions">
      {may('storage:test') && (
        <IconButton
          label={named(t('connectionTest.start'))}
          icon={PlugIcon}
          onClick={() => onRequest({ kind: 'test', storage })}
          testId="storage-row-test"
        />
      )}
      {may('storage:update') && (
        <IconButton
          label={named(t('common.edit'))}
          icon={EditIcon}
          onClick={() => onRequest({ kind: 'edit', storage })}
          testId="storage-edit"
        />
      )}
      {may('storage:delete') && (
        <IconButton
          danger
          label={named(t('storages.remove'))}
          icon={TrashIcon}
          onClick={() => onRequest({ kind: 'remove', storage })}
          testId="storage-remove"
        />
      )}
    </span>
  );
}
