import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo } from 'react';
import type { Backup, FoundNode } from '../api/backup-resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { parentPath } from '../plans/paths.ts';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { backupSearchQuery } from './backup-api.ts';
import { Downloads, NodeName } from './node-columns.tsx';
import { FilesError } from './not-indexed.tsx';

interface FoundFilesProps {
  backup: Backup;
  text: string;
  /** In all backups of the plan: each version of a file once. */
  everywhere: boolean;
  onRestore: (paths: readonly string[]) => void;
}

/** Names that contain a text. */
export function FoundFiles({ backup, text, everywhere, onRestore }: FoundFilesProps) {
  const { t } = useTexts();
  const found = useQuery(backupSearchQuery(backup.planId, text, everywhere ? undefined : backup.id));
  const columns = useFoundColumns(backup, everywhere, onRestore);
  const rows = found.data?.items;
  return (
    <div className="stack" data-testid="found-files">
      {found.error && <FilesError error={found.error} onRetry={() => void found.refetch()} />}
      {!(found.error && !rows) && (
        <div className="folder-table">
          <DataTable
            label={t('backups.found')}
            columns={columns}
            rows={rows}
            rowId={(node) => `${node.path} ${node.firstBackupId}`}
            rowName={(node) => node.name}
            rowTestId={(node) => `found-row-${node.name}`}
            outdated={found.isPlaceholderData}
            empty={<EmptyState text={t('common.nothingFound')} />}
          />
        </div>
      )}
      {rows && rows.length >= 200 && <p className="quiet">{t('backups.foundCut', { count: rows.length })}</p>}
    </div>
  );
}

function useFoundColumns(
  { id: backupId, places }: Pick<Backup, 'id' | 'places'>,
  everywhere: boolean,
  onRestore: (paths: readonly string[]) => void,
): readonly Column<FoundNode>[] {
  const { t, locale } = useTexts();
  const may = usePermission();
  const mayDownload = may('backup:download');
  const mayRestore = may('restore:create');
  return useMemo(
    () => [
      {
        key: 'path',
        title: t('backups.path'),
        narrow: 'title',
        cell: (node) => (
          <span className="cell-two">
            <NodeName node={node} text={node.name} />
            <Link
              to="/backups/$id"
              params={{ id: everywhere ? node.lastBackupId : backupId }}
              search={{ path: parentPath(node.path) }}
              className="cell-two-second mono found-folder"
            >
              {parentPath(node.path)}
            </Link>
          </span>
        ),
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
        key: 'actions',
        title: t('common.actions'),
        width: '170px',
        align: 'end',
        cell: (node) => (
          <span className="cell-actions">
            {mayDownload && (
              // Where a copy of another backup is, nobody was asked.
              <Downloads
                backupId={everywhere ? node.lastBackupId : backupId}
                node={node}
                places={everywhere && node.lastBackupId !== backupId ? [] : places}
              />
            )}
            {mayRestore && !everywhere && (
              <Button size="small" onClick={() => onRestore([node.path])}>
                {t('restores.restore')}
              </Button>
            )}
          </span>
        ),
      },
    ],
    [t, locale, backupId, places, everywhere, mayDownload, mayRestore, onRestore],
  );
}
