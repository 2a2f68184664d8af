import { type Plan, RETENTION_KEYS, type Schedule } from '../api/backup-resources.ts';
import type { PlanEditInput, PlanInput } from '../plans/plan-input.ts';
import { shellQuote } from './shell-quote.ts';
import { signedCall } from './signed-call.ts';

/** The same for the command line and for the API. Addresses of hooks, which may hold tokens, are placeholders. */
export function planCommands(
  plan: Pick<Plan, 'id' | 'name'> | null,
  input: PlanEditInput & Partial<PlanInput>,
  origin: string,
): { cli: string; api: string } {
  const name = input.name || '…';
  const words = plan
    ? ['sampan plan edit', shellQuote(plan.name)]
    : ['sampan plan create', shellQuote(name), input.repositoryId ? '--repository' : '--storage'];
  if (!plan) words.push(shellQuote(input.repositoryId ?? input.storageId ?? '…'));
  for (const path of input.sources.paths) words.push(`--path ${shellQuote(path)}`);
  for (const pattern of input.sources.excludes) words.push(`--exclude ${shellQuote(pattern)}`);
  for (const preset of input.sources.presets) words.push(`--preset ${preset}`);
  words.push(...scheduleWords(input.schedule));
  const kept = RETENTION_KEYS.filter((key) => input.retention[key]);
  words.push(...kept.map((key) => `--keep-${key === 'withinDays' ? 'within-days' : key} ${input.retention[key]}`));
  if (kept.length === 0) words.push('--keep-all');
  const hooks = input.hooks.map((hook) => ('url' in hook ? { ...hook, url: '…' } : hook));
  return {
    cli: words.join(' '),
    api: signedCall(origin, {
      method: plan ? 'PATCH' : 'POST',
      path: plan ? `/api/v1/plans/${plan.id}` : '/api/v1/plans',
      body: { ...input, hooks },
    }),
  };
}

function scheduleWords({
  kind,
  times = [],
  weekdays = [],
  minutes = 0,
  expression = '',
  timeZone,
}: Schedule): string[] {
  const zone = timeZone ? [`--time-zone ${shellQuote(timeZone)}`] : [];
  switch (kind) {
    case 'times':
      return [`--at ${times.join(',')}`, ...(weekdays.length > 0 ? [`--weekdays ${weekdays.join(',')}`] : []), ...zone];
    case 'interval':
      return [`--every ${minutes}min`];
    case 'cron':
      return [`--cron ${shellQuote(expression)}`, ...zone];
    default:
      return ['--manual'];
  }
}

/** What the page of a plan shows and does. */
export function planPageCommands(plan: Pick<Plan, 'id' | 'name'>, origin: string): { cli: string; api: string } {
  const name = shellQuote(plan.name);
  const path = `/api/v1/plans/${plan.id}`;
  return {
    cli: [
      ...['show', 'run', 'drill', 'drills', 'mirror'].map((verb) => `sampan plan ${verb} ${name}`),
      `sampan backup list --plan ${name}`,
      `sampan restore run ${shellQuote(`${plan.name}:latest`)} --target /srv/restored`,
    ].join('\n'),
    api: [
      signedCall(origin, { method: 'GET', path }),
      signedCall(origin, { method: 'POST', path: `${path}/run`, body: {} }),
    ].join('\n\n'),
  };
}
