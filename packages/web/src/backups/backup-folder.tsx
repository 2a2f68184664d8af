import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Backup } from '../api/backup-resources.ts';
import { backupCommands } from '../commands/backup-commands.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useShortcut } from '../keyboard/shortcuts.tsx';
import { parentPath, pathCrumbs } from '../plans/paths.ts';
import { usePermission } from '../session/use-session.tsx';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { backupFilesQuery } from './backup-api.ts';
import { useNodeColumns } from './node-columns.tsx';
import { FilesError } from './not-indexed.tsx';

interface BackupFolderProps {
  backup: Backup;
  path: string;
  onRestore: (paths: readonly string[]) => void;
}

/** One folder of a backup, a page of it at a time: it may have 100,000 entries. */
export function BackupFolder({ backup, path, onRestore }: BackupFolderProps) {
  const { t } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/backups/$id' });
  const search = useSearch({ from: '/shell/backups/$id' });
  const files = useQuery(backupFilesQuery(backup.id, path, search.cursor));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const columns = useNodeColumns(backup);
  const rows = files.data?.items;
  const go = (to: string) => void navigate({ search: to === '/' ? {} : { path: to } });
  const open = (chosen: string) => {
    if (rows?.find((node) => node.path === chosen)?.kind === 'folder') go(chosen);
  };
  useShortcut('Backspace', () => {
    if (path !== '/') go(parentPath(path));
  });
  return (
    <>
      <div className="folder-tools">
        <nav className="breadcrumbs" aria-label={t('plans.path')} data-testid="backup-crumbs">
          <ol>
            {pathCrumbs(path).map((crumb) => (
              <li key={crumb.path}>
                {crumb.path === path ? (
                  <span aria-current="location">{crumb.path === '/' ? t('backups.top') : crumb.name}</span>
                ) : (
                  <Link
                    to="/backups/$id"
                    params={{ id: backup.id }}
                    search={crumb.path === '/' ? {} : { path: crumb.path }}
                  >
                    {crumb.path === '/' ? t('backups.top') : crumb.name}
                  </Link>
                )}
              </li>
            ))}
          </ol>
        </nav>
        {may('restore:create') && (
          <div className="flow">
            {selected.size > 0 && <span className="quiet">{t('common.selected', { count: selected.size })}</span>}
            <Button
              disabled={selected.size === 0}
              onClick={() => onRestore([...selected])}
              data-testid="restore-selected"
            >
              {t('restores.restoreSelected')}
            </Button>
          </div>
        )}
      </div>
      {files.error && <FilesError error={files.error} onRetry={() => void files.refetch()} />}
      {!(files.error && !rows) && (
        <div className="folder-table">
          <DataTable
            label={t('backups.files')}
            columns={columns}
            rows={rows}
            rowId={(node) => node.path}
            rowName={(node) => node.name}
            rowTestId={(node) => `node-row-${node.name}`}
            outdated={files.isPlaceholderData}
            {...(may('restore:create') && { selected, onSelect: setSelected })}
            onOpen={open}
            empty={<EmptyState text={t('backups.folderEmpty')} />}
          />
        </div>
      )}
      <CursorPager
        position={search}
        nextCursor={files.data?.nextAfter}
        onMove={({ cursor, page }) => {
          setSelected(new Set());
          void navigate({
            search: { ...(path !== '/' && { path }), ...(cursor && { cursor }), ...(page && { page }) },
          });
        }}
      />
      <Equivalent {...backupCommands(backup, path, location.origin)} />
    </>
  );
}
