import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { Repository } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { EngineNotice } from '../plans/engine-notice.tsx';
import { usePermission } from '../session/use-session.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { DamageNotice } from './damage-notice.tsx';
import { LocksTab } from './locks-tab.tsx';
import { RecoverySheetTab } from './recovery-sheet-tab.tsx';
import { RemoveRepositoryDialog } from './remove-repository-dialog.tsx';
import { REPOSITORY_TABS, type RepositoryTab } from './repositories-search.ts';
import { repositoryQuery } from './repository-api.ts';
import { RepositoryOverview } from './repository-overview.tsx';
import { RepositorySettingsDrawer } from './repository-settings-drawer.tsx';
import { RepositoryStateChip } from './repository-state-chip.tsx';
import { SetPasswordDialog } from './set-password-dialog.tsx';
import { SnapshotsTab } from './snapshots-tab.tsx';
import '../plans/plans.css';
import '../storages/storages.css';

/** What another password mends. */
const PASSWORD_CODES: ReadonlySet<string> = new Set(['wrong_repository_password', 'repository_exists']);

/** One repository. */
export function RepositoryPage() {
  const { id } = useParams({ from: '/shell/repositories/$id' });
  const repository = useQuery(repositoryQuery(id));
  if (repository.data) return <RepositoryParts key={id} repository={repository.data} />;
  if (repository.error)
    return <ErrorNotice error={toErrorRecord(repository.error)} onRetry={() => repository.refetch()} />;
  return <div aria-busy="true" className="plan-page" />;
}

function RepositoryParts({ repository }: { repository: Repository }) {
  const { t } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/repositories/$id' });
  const { tab: asked = 'overview' } = useSearch({ from: '/shell/repositories/$id' });
  const [dialog, setDialog] = useState<'settings' | 'remove' | 'password' | null>(null);
  const shown: Readonly<Record<RepositoryTab, boolean>> = {
    overview: true,
    locks: true,
    snapshots: true,
    sheet: may('repository:reveal'),
  };
  const tabs = REPOSITORY_TABS.filter((name) => shown[name]);
  const tab = tabs.includes(asked) ? asked : 'overview';
  return (
    <div className="plan-page" data-testid="repository-page">
      <nav className="crumb">
        <Link to="/plans">{t('plans.title')}</Link> <span aria-hidden="true">/</span>{' '}
        <Link to="/repositories">{t('repositories.title')}</Link> <span aria-hidden="true">/</span>
      </nav>
      <PageHeader title={repository.name} count={<RepositoryStateChip repository={repository} />}>
        {may('repository:update') && (
          <Button onClick={() => setDialog('settings')} data-testid="repository-edit">
            {t('common.edit')}
          </Button>
        )}
        {may('repository:delete') && (
          <Button danger onClick={() => setDialog('remove')} data-testid="repository-remove">
            {t('storages.remove')}
          </Button>
        )}
      </PageHeader>
      {!repository.isHere && (
        <Alert type="info" showIcon title={t('repositories.elsewhere', { node: repository.nodeId ?? '' })} />
      )}
      <EngineNotice />
      {repository.error && repository.state !== 'damaged' && <ErrorNotice error={repository.error} />}
      {repository.damage && <DamageNotice damage={repository.damage} />}
      {repository.error && PASSWORD_CODES.has(repository.error.code) && may('repository:reveal') && (
        <div className="flow">
          <Button onClick={() => setDialog('password')} data-testid="repository-set-password">
            {t('repositories.setPassword')}
          </Button>
        </div>
      )}
      <nav className="tab-bar" aria-label={t('repositories.tabs', { name: repository.name })}>
        {tabs.map((name) => (
          <Link
            key={name}
            to="/repositories/$id"
            params={{ id: repository.id }}
            search={name === 'overview' ? {} : { tab: name }}
            className={name === tab ? 'tab tab-active' : 'tab'}
            aria-current={name === tab ? 'page' : undefined}
            data-testid={`repository-tab-${name}`}
          >
            {t(`repositoryTabs.${name}`)}
          </Link>
        ))}
      </nav>
      {tab === 'overview' && <RepositoryOverview repository={repository} />}
      {tab === 'locks' && <LocksTab repository={repository} />}
      {tab === 'snapshots' && <SnapshotsTab repository={repository} />}
      {tab === 'sheet' && <RecoverySheetTab repository={repository} />}
      {dialog === 'settings' && <RepositorySettingsDrawer repository={repository} onClose={() => setDialog(null)} />}
      {dialog === 'password' && <SetPasswordDialog repository={repository} onClose={() => setDialog(null)} />}
      {dialog === 'remove' && (
        <RemoveRepositoryDialog
          repository={repository}
          onClose={() => setDialog(null)}
          onRemoved={() => void navigate({ to: '/repositories', search: {} })}
        />
      )}
    </div>
  );
}
