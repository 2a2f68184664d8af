import type { RetainedBackup } from '@sampan/backup';
import { notFound } from '../platform/http/problem.ts';
import type { Db } from '../tables.ts';
import type { BackupRow } from './tables.ts';

export function findBackup(db: Db, id: string): Promise<BackupRow | undefined> {
  return db.selectFrom('backups').selectAll().where('id', '=', id).executeTakeFirst();
}

/** @throws SampanError `not_found` */
export async function readBackup(db: Db, id: string): Promise<BackupRow> {
  const row = await findBackup(db, id);
  if (!row) throw notFound('backup', id);
  return row;
}

/** The latest of a plan. */
export function latestBackup(db: Db, planId: string, onlyComplete = false): Promise<BackupRow | undefined> {
  let query = db.selectFrom('backups').selectAll().where('plan_id', '=', planId);
  if (onlyComplete) query = query.where('state', '=', 'complete');
  return query.orderBy('time', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
}

/** What retention looks at. */
export async function retainedBackups(db: Db, planId: string): Promise<RetainedBackup[]> {
  const rows = await db
    .selectFrom('backups')
    .select(['id', 'time', 'state', 'pinned'])
    .where('plan_id', '=', planId)
    .execute();
  return rows.map(({ id, time, state, pinned }) => ({
    ...{ id, time, isComplete: state === 'complete', isPinned: pinned === 1 },
  }));
}

/** Where a backup lies, the repository that made it first. */
export async function placesOf(db: Db, row: BackupRow): Promise<{ repositoryId: string; snapshotId: string }[]> {
  const copies = await db
    .selectFrom('backup_copies')
    .select(['repository_id', 'snapshot_id'])
    .where('backup_id', '=', row.id)
    .execute();
  return [
    { repositoryId: row.repository_id, snapshotId: row.snapshot_id },
    ...copies.map(({ repository_id, snapshot_id }) => ({ repositoryId: repository_id, snapshotId: snapshot_id })),
  ];
}
