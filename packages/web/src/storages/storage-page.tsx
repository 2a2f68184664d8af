import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage } from '../api/resources.ts';
import { BucketsTab } from '../buckets/buckets-tab.tsx';
import { useTexts } from '../i18n/use-texts.tsx';
import { ObjectsTab } from '../objects/objects-tab.tsx';
import { usePermission } from '../session/use-session.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { RemoveStorageDialog } from './remove-storage-dialog.tsx';
import { storageQuery, storageTypesQuery } from './storage-api.ts';
import { EditStorageDrawer } from './storage-drawer.tsx';
import { StorageStateChip } from './storage-state-chip.tsx';
import { STORAGE_TABS, type StorageTab } from './storages-search.ts';
import { TestTab } from './test-tab.tsx';
import './storages.css';

/** One storage, in parts that the address names. */
export function StoragePage() {
  const { id } = useParams({ from: '/shell/storages/$id' });
  const storage = useQuery(storageQuery(id));
  if (storage.data) return <StorageParts key={id} storage={storage.data} />;
  if (storage.error) return <ErrorNotice error={toErrorRecord(storage.error)} onRetry={() => storage.refetch()} />;
  return <div aria-busy="true" className="storage-page" />;
}

function StorageParts({ storage }: { storage: Storage }) {
  const { t, localized } = useTexts();
  const navigate = useNavigate({ from: '/storages/$id' });
  const { tab: asked = 'overview', form } = useSearch({ from: '/shell/storages/$id' });
  const types = useQuery(storageTypesQuery);
  const [removing, setRemoving] = useState(false);
  const may = usePermission();
  const tabs = useTabs(storage);
  const tab = tabs.includes(asked) ? asked : 'overview';
  const type = types.data?.items.find((candidate) => candidate.type === storage.type);
  const closeForm = () => void navigate({ search: ({ form: _, ...rest }) => rest, replace: true });
  return (
    <div className="storage-page">
      <nav className="crumb">
        <Link to="/storages">{t('storages.title')}</Link> <span aria-hidden="true">/</span>
      </nav>
      <PageHeader
        title={storage.name}
        count={
          <span className="flow">
            <StorageStateChip state={storage.state} /> {type ? localized(type.label) : storage.type}
          </span>
        }
      >
        {may('storage:update') && (
          <Button
            onClick={() => void navigate({ search: (search) => ({ ...search, form: 'edit' }) })}
            data-testid="storage-edit"
          >
            {t('common.edit')}
          </Button>
        )}
        {may('storage:delete') && (
          <Button danger onClick={() => setRemoving(true)} data-testid="storage-remove">
            {t('storages.remove')}
          </Button>
        )}
      </PageHeader>
      {!storage.isHere && (
        <Alert type="info" showIcon title={t('storages.elsewhere', { node: storage.nodeId ?? '' })} />
      )}
      <nav className="tab-bar" aria-label={t('storages.tabs', { name: storage.name })}>
        {tabs.map((name) => (
          <Link
            key={name}
            to="/storages/$id"
            params={{ id: storage.id }}
            search={name === 'overview' ? {} : { tab: name }}
            className={name === tab ? 'tab tab-active' : 'tab'}
            aria-current={name === tab ? 'page' : undefined}
            data-testid={`storage-tab-${name}`}
          >
            {t(`storages.${name}`)}
          </Link>
        ))}
      </nav>
      {tab === 'overview' && <OverviewTab storage={storage} />}
      {tab === 'objects' && <ObjectsTab storage={storage} />}
      {tab === 'buckets' && <BucketsTab storage={storage} />}
      {tab === 'test' && <TestTab storage={storage} />}
      {form === 'edit' && may('storage:update') && <EditStorageDrawer storage={storage} onClose={closeForm} />}
      {removing && (
        <RemoveStorageDialog
          storage={storage}
          onClose={() => setRemoving(false)}
          onRemoved={() => void navigate({ to: '/storages', search: {} })}
        />
      )}
    </div>
  );
}

/** The parts that this kind of storage has and that the person may see. */
function useTabs(storage: Storage): readonly StorageTab[] {
  const may = usePermission();
  const shown: Readonly<Record<StorageTab, boolean>> = {
    overview: true,
    objects: may('object:list'),
    buckets: storage.capabilities.includes('buckets') && may('bucket:read'),
    test: may('storage:test'),
  };
  return STORAGE_TABS.filter((name) => shown[name]);
}
