import { useMemo } from 'react';
import type { Storage } from '../api/resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { Ago } from '../ui/ago.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { DownloadIcon, FileIcon, FolderIcon, LinkIcon, TrashIcon } from '../ui/icons.tsx';
import { contentUrl, type ObjectPlace } from './object-api.ts';
import type { ObjectRow } from './object-rows.ts';

export type ObjectRequest = { kind: 'link' | 'delete'; row: ObjectRow };

/** What the person may do with objects of a storage. */
export function useObjectRights({ capabilities }: Storage) {
  const may = usePermission();
  const canPresign = capabilities.includes('presign');
  return useMemo(
    () => ({
      read: may('object:read'),
      write: may('object:write'),
      delete: may('object:delete'),
      copy: may('object:write') && may('object:read'),
      link: canPresign && may('object:presign') && may('object:read'),
    }),
    [may, canPresign],
  );
}

export type ObjectRights = ReturnType<typeof useObjectRights>;

export function useObjectColumns(
  place: ObjectPlace,
  rights: ObjectRights,
  onRequest: (request: ObjectRequest) => void,
): readonly Column<ObjectRow>[] {
  const { t, locale } = useTexts();
  const { storageId, bucket } = place;
  return useMemo(() => {
    const named = (action: string, { name }: ObjectRow) => `${action}: ${name}`;
    const columns: Column<ObjectRow>[] = [
      {
        key: 'name',
        title: t('objects.key'),
        narrow: 'title',
        cell: (row) => (
          <span className={`object-name object-name-${row.kind}`}>
            {row.kind === 'folder' ? <FolderIcon /> : <FileIcon />}
            <span>{row.name}</span>
            {row.kind === 'folder' && <span className="visually-hidden">({t('objects.folder')})</span>}
          </span>
        ),
      },
      {
        key: 'size',
        title: t('objects.size'),
        width: '110px',
        align: 'end',
        cell: (row) => row.kind === 'object' && <span className="number">{formatBytes(row.size, locale)}</span>,
      },
      {
        key: 'modified',
        title: t('objects.modified'),
        width: '140px',
        cell: (row) => row.kind === 'object' && row.modified !== null && <Ago time={row.modified} />,
      },
    ];
    if (rights.read || rights.delete) {
      columns.push({
        key: 'actions',
        title: t('common.actions'),
        width: '112px',
        align: 'end',
        cell: (row) => (
          <span className="cell-actions">
            {row.kind === 'object' && rights.read && (
              <a
                className="icon-button"
                href={contentUrl({ storageId, bucket }, row.key)}
                download
                aria-label={named(t('objects.download'), row)}
                title={named(t('objects.download'), row)}
                data-testid="object-download"
              >
                <DownloadIcon />
              </a>
            )}
            {row.kind === 'object' && rights.link && (
              <IconButton
                label={named(t('objects.link'), row)}
                icon={LinkIcon}
                onClick={() => onRequest({ kind: 'link', row })}
                testId="object-link"
              />
            )}
            {rights.delete && (
              <IconButton
                danger
                label={named(t('objects.delete'), row)}
                icon={TrashIcon}
                onClick={() => onRequest({ kind: 'delete', row })}
                testId="object-delete"
              />
            )}
          </span>
        ),
      });
    }
    return columns;
  }, [t, locale, storageId, bucket, rights, onRequest]);
}
