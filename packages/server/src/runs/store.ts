import type { Change } from '../platform/changes.ts';
import { notFound } from '../platform/http/problem.ts';
import type { Db } from '../tables.ts';
import type { RunRow, RunState } from './tables.ts';

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

/** The list of plans shows how the last run of each is, without looking at its runs. */
async function tellPlan(change: Change, id: string, state: RunState): Promise<void> {
  const { numUpdatedRows } = await change.db
    .updateTable('plans')
    .set({ last_run_state: state })
    .where('last_run_id', '=', id)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const { plan_id } = await readRun(change.db, id);
  change.event({ kind: 'plan', id: plan_id, action: 'changed' });
}

export async function writeRun(change: Change, id: string, write: RunWrite): Promise<void> {
  await change.db
    .updateTable('runs')
    .set((eb) => ({ ...write, updated_at: change.now, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .execute();
  if (write.state !== undefined) await tellPlan(change, id, write.state);
  change.event({ kind: 'run', id, action: 'changed' });
}
