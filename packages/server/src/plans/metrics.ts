import { Gauge } from 'prom-client';
import type { Metrics } from '../platform/metrics.ts';
import type { PlanQueries } from './queries.ts';

const SCRAPE_MS = 500;

/** What an alert on absence is made of: it rises by itself when nothing happens. */
export function measurePlans({ registry }: Metrics, plans: PlanQueries): void {
  type Measured = Awaited<ReturnType<PlanQueries['measured']>>;
  let known: { at: number; plans: Promise<Measured> } | undefined;
  /** All gauges of one scrape show the same moment. */
  const measured = (): Promise<Measured> => {
    if (!known || Date.now() - known.at > SCRAPE_MS) known = { at: Date.now(), plans: plans.measured() };
    return known.plans;
  };
  const gauge = (name: string, help: string, read: (plan: Measured[number]) => number): void => {
    const made: Gauge = new Gauge({
      ...{ name, help, labelNames: ['plan'], registers: [registry] },
      async collect() {
        const all = await measured();
        made.reset();
        for (const plan of all) made.set({ plan: plan.id }, read(plan));
      },
    });
  };
  gauge(
    'sampan_plan_last_backup_timestamp_seconds',
    'When the last backup of a plan began; 0: never',
    (plan) => plan.lastBackupAt / 1000,
  );
  gauge(
    'sampan_plan_backup_age_seconds',
    'How old the last backup of a plan is, or how long there is none',
    (plan) => plan.ageMs / 1000,
  );
  gauge(
    'sampan_plan_objective_seconds',
    'How old the last backup of a plan may become; 0: no objective',
    (plan) => plan.objectiveMs / 1000,
  );
  gauge('sampan_plan_overdue', '1 when the objective of a plan is missed', (plan) => (plan.isOverdue ? 1 : 0));
  gauge(
    'sampan_plan_last_proven_timestamp_seconds',
    'When a drill last proved a backup of a plan; 0: never',
    (plan) => plan.lastProvenAt / 1000,
  );
}
