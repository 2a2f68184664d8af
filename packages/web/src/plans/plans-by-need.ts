import type { Freshness, Plan } from '../api/backup-resources.ts';

const ORDER: readonly Freshness[] = ['red', 'amber', 'none', 'green', 'paused'];

/** Plans that need somebody, worst first, and the others. */
export function plansByNeed<T extends Pick<Plan, 'freshness' | 'lastDrill' | 'repositoryDamaged'>>(
  plans: readonly T[],
): { inNeed: T[]; rest: T[] } {
  const sorted = plans.toSorted((a, b) => ORDER.indexOf(a.freshness) - ORDER.indexOf(b.freshness));
  const needs = ({ freshness, lastDrill, repositoryDamaged }: T) =>
    freshness === 'red' || freshness === 'amber' || lastDrill?.state === 'failed' || repositoryDamaged;
  return { inNeed: sorted.filter(needs), rest: sorted.filter((plan) => !needs(plan)) };
}
