import type { Catalogs } from '../backups/catalogs.ts';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { BACKUP_PATIENCE, patiently } from '../operations/patience.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import { indexBackup } from './indexing.ts';
import { INDEX_KIND } from './work.ts';

interface Parts {
  database: Database;
  changes: Changes;
  accesses: RepositoryAccesses;
  catalogs: Catalogs;
}

/** Makes the catalog of a plan complete: what is missing at its end is added, otherwise it is made anew, in order of time. */
export function indexKind(parts: Parts): OperationKind {
  return {
    kind: INDEX_KIND,
    steps: ['index'],
    run: (context) => context.step('index', () => run(parts, context)),
  };
}

async function run(parts: Parts, context: OperationContext) {
  const { planId } = context.input as { planId: string };
  const { database, changes, catalogs } = parts;
  const backups = await database.query
    .selectFrom('backups')
    .selectAll()
    .where('plan_id', '=', planId)
    .orderBy('time')
    .orderBy('id')
    .execute();
  const known = await catalogs.backups(planId);
  const ours = new Set(backups.map((backup) => backup.id));
  const latest = known.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
  const isIn = new Set(known.map(({ id }) => id));
  const missing = backups.filter((backup) => !isIn.has(backup.id));
  const fitsAtEnd = missing.every((backup) => backup.time >= latest);
  const left = known.filter(({ id }) => !ours.has(id)).map(({ id }) => id);
  if (left.length > 0) await catalogs.remove(planId, left);
  if (!fitsAtEnd) await catalogs.drop(planId);
  const wanted = fitsAtEnd ? missing : backups;
  for (const [index, backup] of wanted.entries()) {
    context.signal.throwIfAborted();
    // The run that made it may have listed it meanwhile.
    if ((await catalogs.backups(planId)).some(({ id }) => id === backup.id)) continue;
    await context.progress({ done: index, total: wanted.length, unit: 'items' });
    const { access } = await parts.accesses.open(backup.repository_id, { during: context });
    await patiently(BACKUP_PATIENCE, context, () =>
      indexBackup(catalogs, {
        ...{ access, planId, signal: context.signal },
        backup: { id: backup.id, time: backup.time, snapshotId: backup.snapshot_id },
        onCount: (count) => void context.stepMessage(`${index + 1}/${wanted.length}: ${count}`).catch(() => undefined),
      }),
    );
    await changes.run(async (change) => {
      await change.db.updateTable('backups').set({ indexed_at: change.now }).where('id', '=', backup.id).execute();
      change.event({ kind: 'backup', id: backup.id, action: 'changed' });
    });
  }
  await context.progress({ done: wanted.length, total: wanted.length, unit: 'items' });
  return { backups: wanted.length };
}
