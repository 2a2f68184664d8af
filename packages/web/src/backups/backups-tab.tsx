import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import type { Backup, Plan } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { actOnPlan } from '../plans/plan-api.ts';
import { RestoreDrawer } from '../restores/restore-drawer.tsx';
import { usePermission } from '../session/use-session.tsx';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { backupsQuery } from './backup-api.ts';
import { type BackupRequest, useBackupColumns } from './backup-columns.tsx';
import { BackupDetailsDrawer } from './backup-details-drawer.tsx';
import { backupName } from './backup-name.ts';
import { CompareDrawer } from './compare-drawer.tsx';
import { DeleteBackupDialog } from './delete-backup-dialog.tsx';
import { TimeLine } from './time-line.tsx';

/** The backups of a plan on a line of time and as a list. */
export function BackupsTab({ plan }: { plan: Plan }) {
  const { t, locale } = useTexts();
  const may = usePermission();
  const search = useSearch({ from: '/shell/plans/$id' });
  const navigate = useNavigate({ from: '/plans/$id' });
  const backups = useQuery(backupsQuery(plan.id, search.cursor));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [request, setRequest] = useState<BackupRequest | { kind: 'compare' } | null>(null);
  const onRequest = useCallback((wish: BackupRequest) => setRequest(wish), []);
  const columns = useBackupColumns(onRequest);
  const rows = backups.data?.items;
  const chosen = rows?.filter((backup) => selected.has(backup.id)) ?? [];
  const [first, second] = chosen;
  const open = (id: string) => void navigate({ to: '/backups/$id', params: { id }, search: {} });
  const close = () => setRequest(null);
  return (
    <div className="stack" data-testid="backups-tab">
      {rows && rows.length > 0 && <TimeLine backups={rows} onOpen={open} />}
      <div className="flow list-actions">
        <Button
          disabled={chosen.length !== 2}
          onClick={() => setRequest({ kind: 'compare' })}
          title={t('backups.compareHelp')}
          data-testid="backups-compare"
        >
          {t('backups.compare')}
        </Button>
        <span className="quiet">
          {chosen.length === 0 ? t('backups.compareHelp') : t('common.selected', { count: chosen.length })}
        </span>
      </div>
      {backups.error && <ErrorNotice error={toErrorRecord(backups.error)} onRetry={() => backups.refetch()} />}
      <DataTable
        label={t('planTabs.backups')}
        columns={columns}
        rows={rows}
        rowId={(backup: Backup) => backup.id}
        rowName={(backup) => backupName(backup, locale)}
        rowTestId={(backup) => `backup-row-${backup.id}`}
        expectedRows={3}
        outdated={backups.isPlaceholderData}
        selected={selected}
        onSelect={setSelected}
        onOpen={open}
        empty={
          <EmptyState text={t('backups.empty')}>
            {may('plan:run') && (
              <Button type="primary" onClick={() => void actOnPlan(plan.id, 'run').catch(() => undefined)}>
                {t('plans.backUpNow')}
              </Button>
            )}
          </EmptyState>
        }
      />
      <CursorPager
        position={search}
        nextCursor={backups.data?.nextCursor}
        onMove={({ cursor, page }) => void navigate({ search: { ...(cursor && { cursor }), ...(page && { page }) } })}
      />
      {request?.kind === 'restore' && <RestoreDrawer planId={plan.id} backup={request.backup} onClose={close} />}
      {request?.kind === 'details' && <BackupDetailsDrawer backup={request.backup} onClose={close} />}
      {request?.kind === 'delete' && <DeleteBackupDialog backup={request.backup} onClose={close} />}
      {request?.kind === 'compare' && first && second && (
        <CompareDrawer first={first} second={second} onClose={close} />
      )}
    </div>
  );
}
