import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { BackupsTab } from '../backups/backups-tab.tsx';
import { GrowthTab } from '../backups/growth-tab.tsx';
import { planPageCommands } from '../commands/plan-commands.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { RestoreDrawer } from '../restores/restore-drawer.tsx';
import { RestoresTab } from '../restores/restores-tab.tsx';
import { RunCard } from '../runs/run-card.tsx';
import { RunsTab } from '../runs/runs-tab.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Chip } from '../ui/chip.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { DeletePlanDialog } from './delete-plan-dialog.tsx';
import { DrillsTab } from './drills-tab.tsx';
import { EngineNotice } from './engine-notice.tsx';
import { FreshnessChip } from './freshness-chip.tsx';
import { MirrorsTab } from './mirrors-tab.tsx';
import { planQuery } from './plan-api.ts';
import { PlanDrawer } from './plan-drawer.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { PlanTools } from './plan-tools.tsx';
import { PLAN_TABS } from './plans-search.ts';
import { SettingsTab } from './settings-tab.tsx';
import '../storages/storages.css';
import './plans.css';

/** One plan: how it is, what runs, and what it keeps. */
export function PlanPage() {
  const { id } = useParams({ from: '/shell/plans/$id' });
  const plan = useQuery(planQuery(id));
  if (plan.data) return <PlanParts key={id} plan={plan.data} />;
  if (plan.error) return <ErrorNotice error={toErrorRecord(plan.error)} onRetry={() => plan.refetch()} />;
  return <div aria-busy="true" className="plan-page" />;
}

function PlanParts({ plan }: { plan: Plan }) {
  const { t, word } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/plans/$id' });
  const { tab = 'backups', form, notice } = useSearch({ from: '/shell/plans/$id' });
  const [dialog, setDialog] = useState<'delete' | 'restore' | null>(null);
  const closeForm = () => void navigate({ search: ({ form: _, ...rest }) => rest, replace: true });
  const closeNotice = () => void navigate({ search: ({ notice: _, ...rest }) => rest, replace: true });
  const runId = plan.operation?.kind === 'plan.backup' ? plan.operation.id : plan.lastRun?.id;
  return (
    <div className="plan-page" data-testid="plan-page">
      <nav className="crumb">
        <Link to="/plans">{t('plans.title')}</Link> <span aria-hidden="true">/</span>
      </nav>
      <PageHeader
        title={plan.name}
        count={
          <span className="flow">
            <FreshnessChip plan={plan} />
            {plan.operation && plan.operation.kind !== 'plan.backup' && (
              <Chip tone="busy" moving>
                {word('operationKinds', plan.operation.kind)}
              </Chip>
            )}
          </span>
        }
      >
        <PlanTools plan={plan} onRestore={() => setDialog('restore')} onDelete={() => setDialog('delete')} />
      </PageHeader>
      {!plan.isHere && <Alert type="info" showIcon title={t('plans.elsewhere', { node: plan.nodeId })} />}
      <EngineNotice />
      {notice === 'sheet' && may('repository:reveal') && (
        <Alert
          type="warning"
          showIcon
          closable={{ onClose: closeNotice }}
          data-testid="sheet-notice"
          title={t('plans.printSheet')}
          description={t('plans.printSheetText')}
          action={
            <Link to="/repositories/$id" params={{ id: plan.repositoryId }} search={{ tab: 'sheet' }}>
              <Button data-testid="sheet-open">{t('repositories.sheet')}</Button>
            </Link>
          }
        />
      )}
      {plan.repositoryDamaged && (
        <Alert
          type="error"
          showIcon
          data-testid="plan-damaged"
          title={t('plans.repositoryDamaged', { name: plan.repositoryName })}
          description={t('plans.repositoryDamagedText')}
          action={
            <Link to="/repositories/$id" params={{ id: plan.repositoryId }}>
              <Button>{t('repositories.repository')}</Button>
            </Link>
          }
        />
      )}
      {plan.retentionError && <ErrorNotice error={plan.retentionError} />}
      <PlanFacts plan={plan} />
      {runId && <RunCard id={runId} />}
      <nav className="tab-bar" aria-label={t('plans.tabs', { name: plan.name })}>
        {PLAN_TABS.map((name) => (
          <Link
            key={name}
            to="/plans/$id"
            params={{ id: plan.id }}
            search={name === 'backups' ? {} : { tab: name }}
            className={name === tab ? 'tab tab-active' : 'tab'}
            aria-current={name === tab ? 'page' : undefined}
            data-testid={`plan-tab-${name}`}
          >
            {t(`planTabs.${name}`)}
          </Link>
        ))}
      </nav>
      {tab === 'backups' && <BackupsTab plan={plan} />}
      {tab === 'runs' && <RunsTab plan={plan} />}
      {tab === 'growth' && <GrowthTab plan={plan} />}
      {tab === 'drills' && <DrillsTab plan={plan} />}
      {tab === 'restores' && <RestoresTab plan={plan} />}
      {tab === 'mirrors' && <MirrorsTab plan={plan} />}
      {tab === 'settings' && <SettingsTab plan={plan} />}
      <Equivalent {...planPageCommands(plan, location.origin)} />
      {form === 'edit' && may('plan:update') && <PlanDrawer plan={plan} onClose={closeForm} />}
      {dialog === 'restore' && <RestoreDrawer planId={plan.id} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && (
        <DeletePlanDialog
          plan={plan}
          onClose={() => setDialog(null)}
          onDeleted={() => void navigate({ to: '/plans', search: {} })}
        />
      )}
    </div>
  );
}
