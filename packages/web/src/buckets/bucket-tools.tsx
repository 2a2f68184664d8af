import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Bucket, Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { bucketsQuery } from './bucket-api.ts';
import { CreateBucketDialog } from './create-bucket-dialog.tsx';

interface BucketToolsProps {
  /** Null while it is not saved: then there is no key to ask with. */
  storage: Storage | null;
  onChoose: (bucket: Pick<Bucket, 'name' | 'zone'>) => void;
}

/** Under the field of the bucket: lists those that there are, or creates one. */
export function BucketTools({ storage, onChoose }: BucketToolsProps) {
  const { t } = useTexts();
  if (!storage) return <p className="field-help">{t('buckets.saveFirst')}</p>;
  return <SavedBucketTools storage={storage} onChoose={onChoose} />;
}

function SavedBucketTools({ storage, onChoose }: BucketToolsProps & { storage: Storage }) {
  const { t } = useTexts();
  const may = usePermission();
  const [asked, setAsked] = useState(false);
  const [creating, setCreating] = useState(false);
  const buckets = useQuery({ ...bucketsQuery(storage.id), enabled: asked });
  const items = buckets.data?.items;
  const list = () => {
    if (asked) void buckets.refetch();
    setAsked(true);
  };
  return (
    <div className="form-tool">
      <div className="flow">
        {may('bucket:read') && (
          <Button size="small" loading={buckets.isFetching} onClick={list} data-testid="storage-list-buckets">
            {t('buckets.list')}
          </Button>
        )}
        {may('bucket:create') && (
          <Button size="small" onClick={() => setCreating(true)} data-testid="storage-create-bucket">
            {t('buckets.create')}
          </Button>
        )}
      </div>
      {asked && buckets.error && <ErrorLine error={toErrorRecord(buckets.error)} />}
      {items?.length === 0 && <p className="field-help">{t('buckets.none')}</p>}
      {items && items.length > 0 && (
        <Select
          aria-label={t('buckets.choose')}
          placeholder={t('buckets.choose')}
          showSearch
          options={items.map(({ name, zone }) => ({ value: name, label: zone === null ? name : `${name} · ${zone}` }))}
          onChange={(name: string) => {
            const chosen = items.find((bucket) => bucket.name === name);
            if (chosen) onChoose(chosen);
          }}
          data-testid="storage-choose-bucket"
        />
      )}
      {creating && <CreateBucketDialog storage={storage} onCreated={onChoose} onClose={() => setCreating(false)} />}
    </div>
  );
}
