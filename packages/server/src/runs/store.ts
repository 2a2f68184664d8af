import type { Kysely, Transaction } from 'kysely';
import type { Change } from '../platform/changes.ts';
import { notFound } from '../platform/http/problem.ts';
import type { Tables } from '../tables.ts';
import type { RunRow } from './tables.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

export function findRun(db: Db, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
}

/** @throws SampanError `not_found` */
export async function readRun(db: Db, id: string): Promise<RunRow> {
  const row = await findRun(db, id);
  if (!row) throw notFound('run', id);
  return row;
}

export type RunWrite = Partial<Omit<RunRow, 'id' | 'project_id' | 'revision' | 'created_at' | 'plan_id'>>;

export async function writeRun(change: Change, id: string, write: RunWrite): Promise<void> {
  await change.db
    .updateTable('runs')
    .set((eb) => ({ ...write, updated_at: change.now, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .execute();
  change.event({ kind: 'run', id, action: 'changed' });
}
