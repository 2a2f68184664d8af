import { forgetSnapshots, type RepositoryAccess, retain } from '@sampan/backup';
import type { Catalogs } from '../backups/catalogs.ts';
import { latestBackup, retainedBackups } from '../backups/store.ts';
import type { OperationContext } from '../operations/kinds.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { whenUnlocked } from '../repositories/locked.ts';
import { overdueAt } from './freshness.ts';
import { settingsOf } from './settings.ts';
import { readPlan } from './store.ts';
import type { PlanRow } from './tables.ts';

interface Parts {
  database: Database;
  changes: Changes;
  catalogs: Catalogs;
}

/**
 * Takes backups away for good: first out of the repository, then what Sampan knows of them. Broken off in between, it is done again:
 * restic passes over those that are gone. Copies in mirrors go with the next mirroring.
 */
export async function forgetBackups(
  parts: Parts,
  context: Pick<OperationContext, 'signal' | 'stepMessage' | 'log'>,
  wish: { access: RepositoryAccess; planId: string; backupIds: readonly string[] },
): Promise<void> {
  const { access, planId, backupIds } = wish;
  const rows = await parts.database.query
    .selectFrom('backups')
    .select(['id', 'snapshot_id'])
    .where('id', 'in', [...backupIds])
    .execute();
  if (rows.length === 0) return;
  await whenUnlocked(context, access, () =>
    forgetSnapshots(
      access,
      rows.map((row) => row.snapshot_id),
      { signal: context.signal },
    ),
  );
  const ids = rows.map(({ id }) => id);
  await parts.changes.run(async (change) => {
    await change.db.deleteFrom('backups').where('id', 'in', ids).execute();
    for (const id of ids) change.event({ kind: 'backup', id, action: 'deleted' });
    await tellLatest(change, planId);
    change.event({ kind: 'plan', id: planId, action: 'changed' });
  });
  await parts.catalogs.remove(planId, ids);
}

/** How fresh a plan is follows from the backups that are left. */
async function tellLatest(change: Change, planId: string): Promise<void> {
  const latest = await latestBackup(change.db, planId);
  const complete = await latestBackup(change.db, planId, true);
  const plan = await readPlan(change.db, planId);
  const after = { ...plan, last_backup_at: latest?.time ?? null, last_complete_at: complete?.time ?? null };
  await change.db
    .updateTable('plans')
    .set({
      ...{ last_backup_at: after.last_backup_at, last_complete_at: after.last_complete_at },
      ...{ overdue_at: overdueAt(after), bytes: latest?.bytes ?? null, files: latest?.files ?? null },
    })
    .where('id', '=', planId)
    .execute();
}

/** Lets go what the policy of a plan does not keep. @returns how many went */
export async function applyRetention(
  parts: Parts,
  context: Pick<OperationContext, 'signal' | 'stepMessage' | 'log'>,
  wish: { access: RepositoryAccess; plan: PlanRow },
): Promise<number> {
  const { retention, timeZone } = settingsOf(wish.plan);
  const backups = await retainedBackups(parts.database.query, wish.plan.id);
  const gone = retain(backups, retention, timeZone)
    .filter(({ reasons }) => reasons.length === 0)
    .map(({ id }) => id);
  if (gone.length === 0) return 0;
  await context.stepMessage(`lets ${gone.length} of ${backups.length} backups go`);
  await forgetBackups(parts, context, { access: wish.access, planId: wish.plan.id, backupIds: gone });
  return gone.length;
}
