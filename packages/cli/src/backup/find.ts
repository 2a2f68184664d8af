import type { Api } from '../client/api.ts';
import { CommandError, EXIT } from '../exit.ts';
import { find } from '../find.ts';
import type { BackupView, PlanView, RepositoryView } from './views.ts';

export function findPlan(api: Api, reference: string): Promise<PlanView> {
  return find<PlanView>(api, 'plans', 'plan', reference);
}

export function findRepository(api: Api, reference: string): Promise<RepositoryView> {
  return find<RepositoryView>(api, 'repositories', 'repository', reference);
}

const MOST_LOOKED_AT = 1_000;

/** A backup of the server: by its id, by the first characters of its snapshot, or as `PLAN:latest`. */
export async function findServerBackup(api: Api, reference: string): Promise<BackupView> {
  if (/^[0-9a-f]{32}$/.test(reference)) return api.get<BackupView>(`/backups/${reference}`);
  const [, plan, which = ''] = /^(.+):([^:]+)$/.exec(reference) ?? [null, undefined, reference];
  const query = plan === undefined || plan === null ? {} : { planId: (await findPlan(api, plan)).id };
  const matches: BackupView[] = [];
  for await (const backup of api.items<BackupView>('/backups', query, which === 'latest' ? 1 : MOST_LOOKED_AT)) {
    if (which === 'latest' || backup.snapshotId.startsWith(which)) matches.push(backup);
  }
  const [only, another] = matches;
  if (!only) {
    throw new CommandError(`There is no backup ${reference}.`, {
      exitCode: EXIT.failed,
      hint: 'See: sampan backup list. Give its id, the first characters of its snapshot, or PLAN:latest.',
    });
  }
  if (another) throw new CommandError(`Several backups begin with ${which}.`, { hint: 'Give more of the id.' });
  return only;
}
