import type { OptionField, OptionValue } from '@sampan/driver';
import type { Plan, Schedule } from '../api/backup-resources.ts';
import type { PlanEditInput } from './plan-input.ts';

/** Names of what is compared when two people changed a plan; each has a label in the form. */
export const COMPARED = [
  'what',
  'excludes',
  'when',
  'retention',
  'objective',
  'mirrors',
  'drills',
  'compression',
  'limits',
  'hooks',
  'tags',
] as const;
export type Compared = (typeof COMPARED)[number];

/** The fields of the comparison, in one language since they are made anew with it. */
export function comparedFields(label: (name: Compared) => string): OptionField[] {
  return COMPARED.map((name) => ({ name, kind: 'text', label: { en: label(name), zh: label(name) } }));
}

type Comparable = Omit<PlanEditInput, 'name' | 'hooks' | 'mirrors'> & {
  hooks: readonly { moment: string; kind: string }[];
  mirrors: readonly { repositoryId?: string; storageId?: string }[];
};

/** A plan as one line of text for each thing that is compared. */
export function comparedTexts(plan: Comparable | Plan): Record<Compared, OptionValue> {
  const { sources } = plan;
  const numbers = (values: object) =>
    Object.entries(values)
      .filter(([, value]) => value)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  return {
    what: [...sources.paths, ...(sources.includes ?? []), ...(sources.ownDatabase ? ['Sampan'] : [])].join(', '),
    excludes: [...sources.presets, ...sources.excludes].join(', '),
    when: scheduleLine(plan.schedule),
    retention: numbers(plan.retention),
    objective: plan.objectiveMinutes ? `${plan.objectiveMinutes} min` : '',
    mirrors: plan.mirrors
      .map((mirror) => ('repositoryName' in mirror ? mirror.repositoryId : (mirror.repositoryId ?? mirror.storageId)))
      .join(', '),
    drills: `${scheduleLine(plan.drill.schedule)} ${plan.drill.samples}`,
    compression: plan.compression,
    limits: numbers(plan.limits),
    hooks: plan.hooks.map(({ moment, kind }) => `${moment} ${kind}`).join(', '),
    tags: plan.tags.join(', '),
  };
}

function scheduleLine({ kind, times, weekdays, minutes, expression }: Schedule): string {
  return [kind, weekdays?.join('') ?? '', times?.join(' ') ?? '', minutes ?? '', expression ?? '']
    .filter((part) => part !== '')
    .join(' ');
}
