import { useMemo } from 'react';
import type { Backup, BackupNode, BackupPlace } from '../api/backup-resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { DownloadIcon, FileIcon, FolderIcon, LinkIcon } from '../ui/icons.tsx';
import { backupContentUrl } from './backup-api.ts';
import { modeText } from './mode-text.ts';
import { useDownload } from './use-download.ts';

export function NodeName({ node, text }: { node: BackupNode; text: string }) {
  const Icon = node.kind === 'folder' ? FolderIcon : node.kind === 'link' ? LinkIcon : FileIcon;
  return (
    <span className={`object-name object-name-${node.kind}`}>
      <Icon />
      <span>{text}</span>
    </span>
  );
}

/** Downloads a file, or a folder as an archive. */
export function Downloads({
  backupId,
  node,
  places,
}: {
  backupId: string;
  node: BackupNode;
  places: readonly BackupPlace[];
}) {
  const { t } = useTexts();
  const download = useDownload();
  if (node.kind === 'file') {
    const label = `${t('objects.download')}: ${node.name}`;
    return (
      <a
        className="icon-button"
        href={backupContentUrl(backupId, node.path)}
        download
        onClick={(event) => void download(event, { backupId, path: node.path, places })}
        aria-label={label}
        title={label}
        data-testid="node-download"
      >
        <DownloadIcon />
      </a>
    );
  }
  if (node.kind !== 'folder') return null;
  return (['tar', 'zip'] as const).map((archive) => {
    const label = t('backups.downloadAs', { name: node.name, archive });
    return (
      <a
        key={archive}
        className="archive-link"
        href={backupContentUrl(backupId, node.path, archive)}
        download
        onClick={(event) => void download(event, { backupId, path: node.path, archive, places })}
        aria-label={label}
        title={label}
        data-testid={`node-${archive}`}
      >
        {archive}
      </a>
    );
  });
}

export function useNodeColumns({ id: backupId, places }: Pick<Backup, 'id' | 'places'>): readonly Column<BackupNode>[] {
  const { t, locale } = useTexts();
  const may = usePermission();
  const mayDownload = may('backup:download');
  return useMemo(() => {
    const columns: Column<BackupNode>[] = [
      {
        key: 'name',
        title: t('common.name'),
        narrow: 'title',
        cell: (node) => <NodeName node={node} text={node.name} />,
      },
      {
        key: 'size',
        title: t('plans.size'),
        width: '110px',
        align: 'end',
        cell: (node) => node.kind === 'file' && <span className="number">{formatBytes(node.size, locale)}</span>,
      },
      {
        key: 'modified',
        title: t('backups.modified'),
        width: '180px',
        cell: (node) => <span className="number">{formatDateTime(node.modified, locale)}</span>,
      },
      {
        key: 'mode',
        title: t('backups.mode'),
        width: '110px',
        narrow: 'hidden',
        cell: (node) => <span className="mono quiet">{modeText(node.mode)}</span>,
      },
    ];
    if (mayDownload) {
      columns.push({
        key: 'actions',
        title: t('common.actions'),
        width: '100px',
        align: 'end',
        cell: (node) => (
          <span className="cell-actions">
            <Downloads backupId={backupId} node={node} places={places} />
          </span>
        ),
      });
    }
    return columns;
  }, [t, locale, backupId, places, mayDownload]);
}
