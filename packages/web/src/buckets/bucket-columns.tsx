import { Button } from 'antd';
import { useMemo } from 'react';
import type { Bucket, Storage } from '../api/resources.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { CheckIcon, FolderIcon, TrashIcon } from '../ui/icons.tsx';

export type BucketRequest = { kind: 'use' | 'browse' | 'policy' | 'delete'; bucket: Bucket };

export function useBucketColumns(
  storage: Storage,
  mayBrowse: (bucket: Bucket) => boolean,
  onRequest: (request: BucketRequest) => void,
): readonly Column<Bucket>[] {
  const { t, locale } = useTexts();
  const may = usePermission();
  return useMemo(() => {
    const own = (bucket: Bucket) => bucket.name === storage.bucket;
    const named = (action: string, { name }: Bucket) => `${action}: ${name}`;
    return [
      {
        key: 'name',
        title: t('buckets.name'),
        narrow: 'title',
        cell: (bucket) => (
          <span className="flow">
            <span className="mono">{bucket.name}</span>
            {own(bucket) && <span className="chip chip-good chip-plain">{t('buckets.inUse')}</span>}
          </span>
        ),
      },
      { key: 'zone', title: t('buckets.zone'), width: '120px', cell: (bucket) => bucket.zone ?? '–' },
      {
        key: 'created',
        title: t('common.created'),
        width: '180px',
        narrow: 'labelled',
        cell: (bucket) => (bucket.createdAt === null ? '–' : formatDateTime(bucket.createdAt, locale)),
      },
      {
        key: 'actions',
        title: t('common.actions'),
        width: '180px',
        align: 'end',
        cell: (bucket) => (
          <span className="cell-actions">
            {may('storage:update') && !own(bucket) && (
              <IconButton
                label={named(t('buckets.use'), bucket)}
                icon={CheckIcon}
                onClick={() => onRequest({ kind: 'use', bucket })}
                testId="bucket-use"
              />
            )}
            {mayBrowse(bucket) && (
              <IconButton
                label={named(t('buckets.browse'), bucket)}
                icon={FolderIcon}
                onClick={() => onRequest({ kind: 'browse', bucket })}
                testId="bucket-browse"
              />
            )}
            {storage.capabilities.includes('bucket.policy') && (
              <Button
                size="small"
                aria-label={named(t('buckets.policy'), bucket)}
                onClick={() => onRequest({ kind: 'policy', bucket })}
                data-testid="bucket-policy"
              >
                {t('buckets.policy')}
              </Button>
            )}
            {may('bucket:delete') && (
              <IconButton
                danger
                label={named(t('common.delete'), bucket)}
                icon={TrashIcon}
                onClick={() => onRequest({ kind: 'delete', bucket })}
                testId="bucket-delete"
              />
            )}
          </span>
        ),
      },
    ];
  }, [t, locale, may, storage, mayBrowse, onRequest]);
}
