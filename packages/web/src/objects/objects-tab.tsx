import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { hasObjects } from '../storages/storage-place.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Folder } from './folder.tsx';
import './objects.css';

/** The objects of a storage, folder by folder; the address says which. */
export function ObjectsTab({ storage }: { storage: Storage }) {
  const { t } = useTexts();
  const navigate = useNavigate({ from: '/storages/$id' });
  const { prefix = '', bucket } = useSearch({ from: '/shell/storages/$id' });
  // Where one was before, so that the keys go on from there.
  const cameFrom = useRef<string>(undefined);
  if (bucket === undefined && !hasObjects(storage)) {
    return (
      <EmptyState text={t('objects.noBucket')}>
        <Link to="/storages/$id" params={{ id: storage.id }} search={{ tab: 'buckets' }} data-testid="choose-bucket">
          {t('objects.chooseBucket')}
        </Link>
      </EmptyState>
    );
  }
  const open = (next: string) => {
    cameFrom.current = prefix;
    void navigate({ search: { tab: 'objects', ...(bucket && { bucket }), ...(next !== '' && { prefix: next }) } });
  };
  return (
    <Folder
      key={`${bucket ?? ''} ${prefix}`}
      storage={storage}
      bucket={bucket}
      prefix={prefix}
      cameFrom={cameFrom.current}
      onOpen={open}
    />
  );
}
