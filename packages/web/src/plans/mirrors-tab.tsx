import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Plan, PlanMirror } from '../api/backup-resources.ts';
import { formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Ago } from '../ui/ago.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { actOnPlan } from './plan-api.ts';
import { useAct } from './use-act.ts';

const TONES: Readonly<Record<PlanMirror['state'], Tone>> = {
  new: 'idle',
  current: 'good',
  waiting: 'warning',
  copying: 'busy',
  failed: 'bad',
};
const KINDS = ['plans'] as const;

/** The other places where the backups of a plan are. */
export function MirrorsTab({ plan }: { plan: Plan }) {
  const { t } = useTexts();
  const may = usePermission();
  if (plan.mirrors.length === 0) {
    return (
      <section className="card" data-testid="mirrors-tab">
        <EmptyState text={t('plans.mirrorsEmpty')}>
          {may('plan:update') && (
            <Link to="/plans/$id" params={{ id: plan.id }} search={{ tab: 'mirrors', form: 'edit' }}>
              <Button>{t('plans.addMirror')}</Button>
            </Link>
          )}
        </EmptyState>
      </section>
    );
  }
  return (
    <div className="stack" data-testid="mirrors-tab">
      {plan.mirrors.map((mirror) => (
        <MirrorCard key={mirror.repositoryId} plan={plan} mirror={mirror} />
      ))}
    </div>
  );
}

function MirrorCard({ plan, mirror }: { plan: Plan; mirror: PlanMirror }) {
  const { t, word, locale } = useTexts();
  const may = usePermission();
  const { act, busy } = useAct(KINDS);
  const [recreating, setRecreating] = useState(false);
  const { repositoryId, repositoryName, behind } = mirror;
  return (
    <section className="card stack" aria-label={repositoryName} data-testid={`mirror-${repositoryName}`}>
      <div className="flow flow-between">
        <div className="flow">
          <h2>
            <Link to="/repositories/$id" params={{ id: repositoryId }}>
              {repositoryName}
            </Link>
          </h2>
          <Chip tone={TONES[mirror.state] ?? 'idle'} moving={mirror.state === 'copying'}>
            {word('mirrorStates', mirror.state)}
          </Chip>
          {mirror.repositoryDamaged && <Chip tone="bad">{word('repositoryStates', 'damaged')}</Chip>}
          <span className={behind > 0 ? 'number' : 'number quiet'}>
            {t('plans.behind', { count: behind, shown: formatNumber(behind, locale) })}
          </span>
          <span className="quiet">
            {t('plans.copiedAt')} <Ago time={mirror.copiedAt} />
          </span>
        </div>
        {may('plan:run') && (
          <div className="flow">
            <Button
              loading={busy === 'copy'}
              onClick={() =>
                void act('copy', () => actOnPlan(plan.id, 'mirror', { repositoryId }), t('plans.mirrorAsked'))
              }
              data-testid="mirror-now"
            >
              {t('plans.copyNow')}
            </Button>
            {mirror.state === 'failed' && (
              <Button onClick={() => setRecreating(true)} data-testid="mirror-recreate">
                {t('plans.recreate')}
              </Button>
            )}
          </div>
        )}
      </div>
      {mirror.error && <ErrorLine error={mirror.error} />}
      {recreating && (
        <NamedConfirm
          title={t('plans.recreateTitle', { name: repositoryName })}
          actionLabel={t('plans.recreate')}
          onConfirm={() => actOnPlan(plan.id, 'mirror', { repositoryId, recreate: true })}
          onClose={() => setRecreating(false)}
        >
          {t('plans.recreateText')}
        </NamedConfirm>
      )}
    </section>
  );
}
