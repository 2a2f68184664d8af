import { forgetSnapshots } from '@sampan/backup';
import { toSampanError } from '@sampan/driver';
import type { OperationKind } from '../operations/kinds.ts';
import { forgetBackups } from '../plans/retention.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import { whenUnlocked } from '../repositories/locked.ts';
import type { Catalogs } from './catalogs.ts';
import { findBackup, placesOf } from './store.ts';

export const DELETE_KIND = 'backup.delete';

/** Takes one backup out of its mirrors, its repository, the catalog and the list, in this order: broken off, it is done again. */
export function deleteKind(parts: {
  database: Database;
  changes: Changes;
  accesses: RepositoryAccesses;
  catalogs: Catalogs;
}): OperationKind {
  return {
    kind: DELETE_KIND,
    steps: ['mirrors', 'repository'],
    run: async (context) => {
      const { backupId } = context.input as { backupId: string };
      const backup = await findBackup(parts.database.query, backupId);
      if (!backup) return { deleted: false };
      const [, ...copies] = await placesOf(parts.database.query, backup);
      await context.step('mirrors', async () => {
        for (const { repositoryId, snapshotId } of copies) {
          const { access } = await parts.accesses.open(repositoryId, { during: context });
          if (access.appendOnly) {
            await context.log('warning', 'A mirror is append-only: its copy stays.');
            continue;
          }
          try {
            await whenUnlocked(context, access, () =>
              forgetSnapshots(access, [snapshotId], { signal: context.signal }),
            );
          } catch (error) {
            context.signal.throwIfAborted();
            // The next copying to this mirror takes it away.
            await context.log('warning', `A copy could not be deleted now: ${toSampanError(error).message}`);
          }
        }
      });
      await context.step('repository', async () => {
        const { access } = await parts.accesses.open(backup.repository_id, { during: context });
        await forgetBackups(parts, context, { access, planId: backup.plan_id, backupIds: [backupId] });
      });
      return { deleted: true };
    },
  };
}
