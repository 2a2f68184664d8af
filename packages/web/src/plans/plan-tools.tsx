import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import type { Plan } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { MoreIcon } from '../ui/icons.tsx';
import { actOnPlan } from './plan-api.ts';
import { useAct } from './use-act.ts';

interface PlanToolsProps {
  plan: Plan;
  onRestore: () => void;
  onDelete: () => void;
}

const KINDS = ['plans', 'runs', 'drills'] as const;

/** What can be done with a plan, on its page. */
export function PlanTools({ plan, onRestore, onDelete }: PlanToolsProps) {
  const { t } = useTexts();
  const may = usePermission();
  const navigate = useNavigate({ from: '/plans/$id' });
  const { act, busy } = useAct(KINDS);
  const { id, name, paused } = plan;
  const item = (
    key: string,
    label: string,
    onClick: () => void,
    more: { danger?: boolean; disabled?: boolean } = {},
  ) => ({
    key,
    label: <span data-testid={`plan-${key}`}>{label}</span>,
    onClick,
    ...more,
  });
  const mayRun = may('plan:run');
  const items = [
    ...(mayRun
      ? [
          item(
            paused ? 'resume' : 'pause',
            paused ? t('plans.resume') : t('plans.pause'),
            () => void act('pause', () => actOnPlan(id, paused ? 'resume' : 'pause')),
          ),
          item(
            'skip',
            t('plans.skipNext'),
            () => void act('skip', () => actOnPlan(id, 'skip'), t('plans.skipped', { name })),
            {
              disabled: paused || plan.nextRuns.length === 0,
            },
          ),
          ...(plan.mirrors.length > 0
            ? [
                item(
                  'mirror',
                  t('plans.mirrorNow'),
                  () => void act('mirror', () => actOnPlan(id, 'mirror'), t('plans.mirrorAsked')),
                ),
              ]
            : []),
        ]
      : []),
    ...(may('plan:delete') ? [item('delete', t('common.delete'), onDelete, { danger: true })] : []),
  ];
  return (
    <>
      {mayRun && (
        <Button
          type="primary"
          loading={busy === 'run'}
          onClick={() => void act('run', () => actOnPlan(id, 'run'), t('plans.runAsked', { name }))}
          data-testid="plan-run"
        >
          {t('plans.backUpNow')}
        </Button>
      )}
      {may('restore:create') && (
        <Button disabled={plan.lastBackupAt === null} onClick={onRestore} data-testid="plan-restore">
          {t('restores.restore')}
        </Button>
      )}
      {mayRun && (
        <Button
          disabled={plan.lastBackupAt === null}
          loading={busy === 'drill'}
          onClick={() => void act('drill', () => actOnPlan(id, 'drill'), t('plans.drillAsked'))}
          data-testid="plan-drill-now"
        >
          {t('plans.drillNow')}
        </Button>
      )}
      {may('plan:update') && (
        <Button
          onClick={() => void navigate({ search: (search) => ({ ...search, form: 'edit' as const }) })}
          data-testid="plan-edit"
        >
          {t('common.edit')}
        </Button>
      )}
      {items.length > 0 && (
        <Dropdown menu={{ items }} trigger={['click']}>
          <Button icon={<MoreIcon />} aria-label={t('plans.moreActions')} data-testid="plan-more" />
        </Dropdown>
      )}
    </>
  );
}
