import { notFound } from '../platform/http/problem.ts';
import type { Db } from '../tables.ts';
import type { PlanMirrorRow, PlanRow } from './tables.ts';

export function findPlan(db: Db, id: string): Promise<PlanRow | undefined> {
  return db.selectFrom('plans').selectAll().where('id', '=', id).executeTakeFirst();
}

/** @throws SampanError `not_found` */
export async function readPlan(db: Db, id: string): Promise<PlanRow> {
  const row = await findPlan(db, id);
  if (!row) throw notFound('plan', id);
  return row;
}

export async function mirrorsOf(db: Db, planIds: readonly string[]): Promise<Map<string, PlanMirrorRow[]>> {
  const found = new Map<string, PlanMirrorRow[]>(planIds.map((id) => [id, []]));
  if (planIds.length === 0) return found;
  const rows = await db
    .selectFrom('plan_mirrors')
    .selectAll()
    .where('plan_id', 'in', [...planIds])
    .orderBy('position')
    .execute();
  for (const row of rows) found.get(row.plan_id)?.push(row);
  return found;
}
