import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Storage, StorageType } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { ErrorLine } from '../ui/error-notice.tsx';
import { STORAGE_ACTION_PERMISSIONS, StorageActions, type StorageRequest } from './storage-actions.tsx';
import { storagePlace } from './storage-place.ts';
import { StorageSpace } from './storage-space.tsx';
import { StorageStateChip } from './storage-state-chip.tsx';

export function useStorageColumns(
  types: readonly StorageType[] | undefined,
  onRequest: (request: StorageRequest) => void,
): readonly Column<Storage>[] {
  const { t, localized } = useTexts();
  const may = usePermission();
  const mayAct = STORAGE_ACTION_PERMISSIONS.some(may);
  return useMemo(() => {
    const typeName = (name: string) => {
      const type = types?.find((candidate) => candidate.type === name);
      return type ? localized(type.label) : name;
    };
    const columns: Column<Storage>[] = [
      {
        key: 'name',
        title: t('common.name'),
        narrow: 'title',
        cell: (storage) => (
          <span className="storage-name">
            <Link to="/storages/$id" params={{ id: storage.id }} data-testid="storage-open">
              {storage.name}
            </Link>
            {storage.error && (
              <span className="storage-error">
                <ErrorLine error={storage.error} />
              </span>
            )}
          </span>
        ),
      },
      { key: 'type', title: t('driverForm.type'), width: '140px', cell: (storage) => typeName(storage.type) },
      {
        key: 'state',
        title: t('common.state'),
        width: '112px',
        cell: (storage) => <StorageStateChip state={storage.state} />,
      },
      {
        key: 'place',
        title: t('storages.place'),
        narrow: 'labelled',
        cell: (storage) => {
          const place = storagePlace(storage);
          if (place === null) return <span className="quiet">{t('storages.noBucket')}</span>;
          return <span className="storage-place mono">{place}</span>;
        },
      },
      {
        key: 'space',
        title: t('storages.space'),
        width: '120px',
        cell: (storage) => <StorageSpace usage={storage.usage} />,
      },
    ];
    if (mayAct) {
      columns.push({
        key: 'actions',
        title: t('common.actions'),
        width: '104px',
        align: 'end',
        cell: (storage) => <StorageActions storage={storage} onRequest={onRequest} />,
      });
    }
    return columns;
  }, [t, localized, types, mayAct, onRequest]);
}
