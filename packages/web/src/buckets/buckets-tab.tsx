import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useCallback, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Bucket, Storage } from '../api/resources.ts';
import { bucketCommands } from '../commands/storage-commands.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission, useSession } from '../session/use-session.tsx';
import { updateStorage } from '../storages/storage-api.ts';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { bucketsQuery, deleteBucket } from './bucket-api.ts';
import { type BucketRequest, useBucketColumns } from './bucket-columns.tsx';
import { CreateBucketDialog } from './create-bucket-dialog.tsx';
import { PolicyDialog } from './policy-dialog.tsx';

type Dialog = { kind: 'create' } | { kind: 'policy' | 'delete'; bucket: Bucket };

/** The buckets that the key of a storage may see. */
export function BucketsTab({ storage }: { storage: Storage }) {
  const { t, ...texts } = useTexts();
  const may = usePermission();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/storages/$id' });
  const isAdministrator = useSession().user.role === 'administrator';
  const buckets = useQuery(bucketsQuery(storage.id));
  const [dialog, setDialog] = useState<Dialog | null>(null);

  const use = useCallback(
    async ({ name, zone }: Bucket) => {
      const options = { bucket: name, ...(zone !== null && storage.capabilities.includes('zones') && { zone }) };
      try {
        const saved = await updateStorage(storage.id, storage.revision, { options });
        client.setQueryData(queryKeys.one('storages', storage.id), saved);
        void client.invalidateQueries({ queryKey: queryKeys.all('objects') });
        message.success(t('buckets.used', { storage: storage.name, name }));
      } catch (thrown) {
        const { message: what, hint } = texts.error(toErrorRecord(thrown));
        message.error(hint ? `${what} ${hint}` : what);
      }
    },
    [client, message, storage, t, texts.error],
  );
  const onRequest = useCallback(
    ({ kind, bucket }: BucketRequest) => {
      if (kind === 'use') void use(bucket);
      else if (kind === 'browse') {
        const other = bucket.name !== storage.bucket && { bucket: bucket.name };
        void navigate({ search: { tab: 'objects', ...other } });
      } else setDialog({ kind, bucket });
    },
    [use, navigate, storage.bucket],
  );
  // A storage that names its bucket is about that one; what else its key could reach is for administrators.
  const mayBrowse = useCallback(
    ({ name }: Bucket) => may('object:list') && (isAdministrator || storage.bucket === null || storage.bucket === name),
    [may, isAdministrator, storage.bucket],
  );
  const columns = useBucketColumns(storage, mayBrowse, onRequest);
  const remove = async (bucket: Bucket) => {
    await deleteBucket(storage.id, bucket);
    message.success(t('buckets.deleted', { name: bucket.name }));
    await client.invalidateQueries({ queryKey: queryKeys.lists('buckets') });
  };
  return (
    <div className="stack" data-testid="buckets-tab">
      <div className="flow">
        {may('bucket:create') && (
          <Button type="primary" onClick={() => setDialog({ kind: 'create' })} data-testid="bucket-create">
            {t('buckets.create')}
          </Button>
        )}
        <Button loading={buckets.isFetching} onClick={() => buckets.refetch()} data-testid="buckets-refresh">
          {t('objects.refresh')}
        </Button>
      </div>
      {buckets.error && <ErrorNotice error={toErrorRecord(buckets.error)} onRetry={() => buckets.refetch()} />}
      {!(buckets.error && !buckets.data) && (
        <DataTable
          label={t('storages.buckets')}
          columns={columns}
          rows={buckets.data?.items}
          rowId={(bucket) => `${bucket.zone} ${bucket.name}`}
          rowName={(bucket) => bucket.name}
          rowTestId={(bucket) => `bucket-row-${bucket.name}`}
          expectedRows={3}
          empty={<EmptyState text={t('buckets.noneFiltered')} />}
        />
      )}
      <Equivalent {...bucketCommands(storage, location.origin)} />
      {dialog?.kind === 'create' && (
        <CreateBucketDialog storage={storage} onCreated={() => undefined} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === 'policy' && (
        <PolicyDialog storage={storage} bucket={dialog.bucket.name} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === 'delete' && (
        <NamedConfirm
          title={t('buckets.deleteTitle', { name: dialog.bucket.name })}
          name={dialog.bucket.name}
          actionLabel={t('common.delete')}
          onConfirm={() => remove(dialog.bucket)}
          onClose={() => setDialog(null)}
        >
          {t('buckets.deleteText')}
        </NamedConfirm>
      )}
    </div>
  );
}
