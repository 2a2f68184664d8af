import type { Api } from '../client/api.ts';
import { CommandError, EXIT } from '../exit.ts';
import { find } from '../find.ts';
import type { BackupView, PlanView, RepositoryView } from './views.ts';

export function findPlan(api: Api, reference: string): Promise<PlanView> {
  return find<PlanView>(api, 'plans', 'plan', reference);
}

/** @param hint what to do when there is none */
export function findRepository(api: Api, reference: string, hint?: string): Promise<RepositoryView> {
  return find<RepositoryView>(api, 'repositories', 'repository', reference, hint);
}

const MOST_LOOKED_AT = 1_000;

/**
 * The one that a person means by the first characters of a snapshot's id, of which restic shows eight.
 * @param hint how to find out which there are
 */
export function bySnapshot<T>(
  all: readonly T[],
  idOf: (one: T) => string,
  reference: string,
  hint = 'See: sampan backup list',
): T {
  const begin = reference.toLowerCase();
  const matches = /^[0-9a-f]{4,64}$/.test(begin) ? all.filter((each) => idOf(each).startsWith(begin)) : [];
  const [only, another] = matches;
  if (!only) throw new CommandError(`There is no backup ${reference}.`, { exitCode: EXIT.failed, hint });
  if (another) throw new CommandError(`Several backups begin with ${reference}.`, { hint: 'Give more of the id.' });
  return only;
}

/** The whole ids of snapshots that are in the repository of a plan, also of those that are no backups of it. */
export async function findSnapshotIds(api: Api, plan: PlanView, references: readonly string[]): Promise<string[]> {
  const { items } = await api.get<{ items: { id: string }[] }>(`/repositories/${plan.repositoryId}/snapshots`);
  const name = JSON.stringify(plan.repositoryName);
  const hint = `See: sampan repository snapshots ${name}. Give 4 or more of the first characters.`;
  return [...new Set(references.map((reference) => bySnapshot(items, ({ id }) => id, reference, hint).id))];
}

/** A backup of the server: by its id, by the first characters of its snapshot, or as `PLAN:latest`. */
export async function findServerBackup(api: Api, reference: string): Promise<BackupView> {
  const [, plan, which = reference] = /^(.+):([^:]+)$/.exec(reference) ?? [];
  return findBackupOf(api, plan === undefined ? null : await findPlan(api, plan), which);
}

/** The same of a plan that is known; of none: among the newest of all. */
export async function findBackupOf(api: Api, plan: PlanView | null, reference: string): Promise<BackupView> {
  if (/^[0-9a-f]{32}$/.test(reference)) return api.get<BackupView>(`/backups/${reference}`);
  const query = plan ? { planId: plan.id } : {};
  const isLatest = reference === 'latest';
  const newest: BackupView[] = [];
  for await (const each of api.items<BackupView>('/backups', query, isLatest ? 1 : MOST_LOOKED_AT)) newest.push(each);
  if (isLatest && newest[0]) return newest[0];
  const hint = 'See: sampan backup list. Give its id, the first characters of its snapshot, or PLAN:latest.';
  return bySnapshot(newest, ({ snapshotId }) => snapshotId, reference, hint);
}
