import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Drawer } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage } from '../api/resources.ts';
import { useUnsavedGuard } from '../driver-form/use-unsaved-guard.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { storageTypesQuery } from './storage-api.ts';
import { StorageForm } from './storage-form.tsx';
import { TypeGallery } from './type-gallery.tsx';

/** The gallery of types, then the form of the chosen one; the address says which. */
export function AddStorageDrawer({ onClose }: { onClose: () => void }) {
  const { t, localized } = useTexts();
  const navigate = useNavigate({ from: '/storages' });
  const { type: chosen } = useSearch({ from: '/shell/storages' });
  const types = useQuery(storageTypesQuery);
  const { close, onChanged, guarded } = useUnsavedGuard(onClose);
  const items = types.data?.items;
  const type = items?.find((candidate) => candidate.type === chosen);
  const choose = (name: string | undefined) =>
    void navigate({ search: { form: 'new', ...(name !== undefined && { type: name }) } });
  const back = () =>
    guarded(() => {
      onChanged(false);
      choose(undefined);
    });
  return (
    <Drawer
      open
      size={640}
      title={type ? t('storages.addType', { type: localized(type.label) }) : t('storages.add')}
      onClose={close}
      mask={{ closable: false }}
      extra={
        type && (
          <Button onClick={back} data-testid="storage-type-change">
            {t('storages.otherType')}
          </Button>
        )
      }
      data-testid="storage-drawer"
    >
      {types.error && <ErrorNotice error={toErrorRecord(types.error)} onRetry={() => types.refetch()} />}
      {items && !type && <TypeGallery types={items} onChoose={choose} />}
      {type && <StorageForm key={type.type} type={type} storage={null} onChanged={onChanged} onDone={onClose} />}
    </Drawer>
  );
}

/** Edits a storage: the one that the drawer was opened with, since events must not change what one edits. */
export function EditStorageDrawer({ storage: opened, onClose }: { storage: Storage; onClose: () => void }) {
  const { t } = useTexts();
  const types = useQuery(storageTypesQuery);
  const [storage, setStorage] = useState(opened);
  const { close, onChanged } = useUnsavedGuard(onClose);
  const type = types.data?.items.find((candidate) => candidate.type === storage.type);
  return (
    <Drawer
      open
      size={640}
      title={t('storages.edit', { name: storage.name })}
      onClose={close}
      mask={{ closable: false }}
      data-testid="storage-drawer"
    >
      {types.error && <ErrorNotice error={toErrorRecord(types.error)} onRetry={() => types.refetch()} />}
      {types.data && !type && <Alert type="warning" showIcon title={t('driverForm.noLongerKnown')} />}
      {type && (
        <StorageForm
          key={storage.revision}
          type={type}
          storage={storage}
          onChanged={onChanged}
          onReload={setStorage}
          onDone={onClose}
        />
      )}
    </Drawer>
  );
}
