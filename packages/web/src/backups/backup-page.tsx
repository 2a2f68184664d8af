import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Alert, Button, Segmented } from 'antd';
import { useState } from 'react';
import type { Backup } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { actOnPlan } from '../plans/plan-api.ts';
import { useAct } from '../plans/use-act.ts';
import { RestoreDrawer } from '../restores/restore-drawer.tsx';
import { UnreadList } from '../runs/unread-list.tsx';
import { usePermission } from '../session/use-session.tsx';
import { SearchInput } from '../table/search-input.tsx';
import { Ago } from '../ui/ago.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { backupQuery } from './backup-api.ts';
import { BackupStateChip } from './backup-columns.tsx';
import { BackupFolder } from './backup-folder.tsx';
import { FoundFiles } from './found-files.tsx';
import '../objects/objects.css';
import '../plans/plans.css';
import '../storages/storages.css';
import './backups.css';

const KINDS = ['backups', 'drills'] as const;

/** What is in a backup: folders, files, and names found in it. */
export function BackupPage() {
  const { id } = useParams({ from: '/shell/backups/$id' });
  const backup = useQuery(backupQuery(id));
  if (backup.data) return <BackupParts key={id} backup={backup.data} />;
  if (backup.error) return <ErrorNotice error={toErrorRecord(backup.error)} onRetry={() => backup.refetch()} />;
  return <div aria-busy="true" className="plan-page" />;
}

function BackupParts({ backup }: { backup: Backup }) {
  const { t, locale } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/backups/$id' });
  const { find, scope, path } = useSearch({ from: '/shell/backups/$id' });
  const [restoring, setRestoring] = useState<readonly string[] | null>(null);
  const { act, busy } = useAct(KINDS);
  const made = formatDateTime(backup.time, locale);
  return (
    <div className="plan-page" data-testid="backup-page">
      <nav className="crumb">
        <Link to="/plans">{t('plans.title')}</Link> <span aria-hidden="true">/</span>{' '}
        <Link to="/plans/$id" params={{ id: backup.planId }} data-testid="backup-plan">
          {backup.planName}
        </Link>{' '}
        <span aria-hidden="true">/</span>
      </nav>
      <PageHeader
        title={backup.title || made}
        count={
          <span className="flow">
            <BackupStateChip backup={backup} />
            {backup.title && <span className="number">{made}</span>}
            <span className="number">
              {t('plans.fileCount', { count: backup.files, shown: formatNumber(backup.files, locale) })} ·{' '}
              {formatBytes(backup.bytes, locale)}
            </span>
            {backup.provenAt && (
              <span data-testid="backup-proven">
                {t('backups.proven')} <Ago time={backup.provenAt} />
              </span>
            )}
          </span>
        }
      >
        {may('restore:create') && (
          <Button type="primary" onClick={() => setRestoring([])} data-testid="backup-restore-all">
            {t('restores.restoreAll')}
          </Button>
        )}
        {may('plan:run') && (
          <Button
            loading={busy === 'drill'}
            onClick={() =>
              void act(
                'drill',
                () => actOnPlan(backup.planId, 'drill', { backupId: backup.id }),
                t('backups.drillAsked'),
              )
            }
            data-testid="backup-drill"
          >
            {t('plans.drillNow')}
          </Button>
        )}
      </PageHeader>
      {backup.note && <p className="backup-note">{backup.note}</p>}
      {backup.damagedAt && <Alert type="error" showIcon title={t('backups.damagedText')} />}
      {backup.unreadCount > 0 && backup.runId && (
        <UnreadList run={{ id: backup.runId, unreadCount: backup.unreadCount }} />
      )}
      <div className="list-tools">
        <SearchInput
          value={find ?? ''}
          onSearch={(text) =>
            void navigate({
              search: { ...(path && { path }), ...(scope && { scope }), ...(text && { find: text }) },
              replace: true,
            })
          }
          placeholder={t('backups.find')}
          testId="backup-find"
        />
        <Segmented
          value={scope ?? 'backup'}
          options={[
            { value: 'backup', label: t('backups.inThis') },
            { value: 'plan', label: t('backups.inAll') },
          ]}
          onChange={(next) =>
            void navigate({
              search: ({ scope: _, ...now }) => ({ ...now, ...(next === 'plan' && { scope: 'plan' as const }) }),
              replace: true,
            })
          }
          aria-label={t('backups.scope')}
        />
      </div>
      {find ? (
        <FoundFiles backup={backup} text={find} everywhere={scope === 'plan'} onRestore={setRestoring} />
      ) : (
        <BackupFolder key={path ?? '/'} backup={backup} path={path ?? '/'} onRestore={setRestoring} />
      )}
      {restoring && (
        <RestoreDrawer
          planId={backup.planId}
          backup={backup}
          {...(restoring.length > 0 && { paths: restoring })}
          onClose={() => setRestoring(null)}
        />
      )}
    </div>
  );
}
