import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Plan } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { FreshnessChip } from '../plans/freshness-chip.tsx';
import { somePlansQuery } from '../plans/plan-api.ts';
import { plansByNeed } from '../plans/plans-by-need.ts';
import { Ago } from '../ui/ago.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';

const SHOWN = 8;

/** Plans whose last backup is too old first; and when each was last proven. */
export function PlanStates() {
  const { t, word } = useTexts();
  const found = useQuery(somePlansQuery);
  const plans = found.data?.items;
  const { inNeed, rest } = plansByNeed(plans ?? []);
  const shown = [...inNeed, ...rest].slice(0, Math.max(SHOWN, inNeed.length));
  return (
    <section className="card stack" aria-labelledby="overview-plans" data-testid="overview-plans">
      <div className="flow flow-between">
        <h2 id="overview-plans">
          <Link to="/plans">{t('plans.title')}</Link>
        </h2>
        {plans && plans.length > 0 && (
          <span className="quiet number">
            {word('freshness', 'red')} {count(plans, 'red')} · {word('freshness', 'amber')} {count(plans, 'amber')} ·{' '}
            {word('freshness', 'green')} {count(plans, 'green')}
          </span>
        )}
      </div>
      {found.error && <ErrorLine error={toErrorRecord(found.error)} />}
      {plans?.length === 0 && <p className="quiet">{t('plans.overviewEmpty')}</p>}
      <ul className="overview-list">
        {shown.map((plan) => (
          <li key={plan.id} className="flow flow-between">
            <Link to="/plans/$id" params={{ id: plan.id }}>
              {plan.name}
            </Link>
            <span className="flow">
              <span className="quiet">
                {t('plans.lastProven')}: <Ago time={plan.lastProvenAt} />
              </span>
              <FreshnessChip plan={plan} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function count(plans: readonly Plan[], freshness: Plan['freshness']): number {
  return plans.filter((plan) => plan.freshness === freshness).length;
}
