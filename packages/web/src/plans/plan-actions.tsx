import type { Plan } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { EditIcon, PauseIcon, SkipNextIcon, StartIcon, TrashIcon, UploadIcon } from '../ui/icons.tsx';
import { actOnPlan } from './plan-api.ts';
import { useAct } from './use-act.ts';

export type PlanRequest = { kind: 'edit' | 'delete'; plan: Plan };

export const PLAN_ACTION_PERMISSIONS = ['plan:run', 'plan:update', 'plan:delete'] as const;
const KINDS = ['plans', 'runs'] as const;

/** What can be done with a plan in its row. */
export function PlanActions({ plan, onRequest }: { plan: Plan; onRequest: (request: PlanRequest) => void }) {
  const { t } = useTexts();
  const may = usePermission();
  const { act, busy } = useAct(KINDS);
  const named = (action: string) => `${action}: ${plan.name}`;
  const { name, paused } = plan;
  return (
    <span className="cell-actions">
      {may('plan:run') && (
        <>
          <IconButton
            label={named(t('plans.backUpNow'))}
            icon={UploadIcon}
            disabled={busy !== null}
            onClick={() => void act('run', () => actOnPlan(plan.id, 'run'), t('plans.runAsked', { name }))}
            testId="plan-run"
          />
          <IconButton
            label={named(paused ? t('plans.resume') : t('plans.pause'))}
            icon={paused ? StartIcon : PauseIcon}
            disabled={busy !== null}
            onClick={() => void act('pause', () => actOnPlan(plan.id, paused ? 'resume' : 'pause'))}
            testId={paused ? 'plan-resume' : 'plan-pause'}
          />
          <IconButton
            label={named(t('plans.skipNext'))}
            icon={SkipNextIcon}
            disabled={busy !== null || paused || plan.nextRuns.length === 0}
            onClick={() => void act('skip', () => actOnPlan(plan.id, 'skip'), t('plans.skipped', { name }))}
            testId="plan-skip"
          />
        </>
      )}
      {may('plan:update') && (
        <IconButton
          label={named(t('common.edit'))}
          icon={EditIcon}
          onClick={() => onRequest({ kind: 'edit', plan })}
          testId="plan-edit"
        />
      )}
      {may('plan:delete') && (
        <IconButton
          danger
          label={named(t('common.delete'))}
          icon={TrashIcon}
          onClick={() => onRequest({ kind: 'delete', plan })}
          testId="plan-delete"
        />
      )}
    </span>
  );
}
