import type { Db } from '../tables.ts';

/** Every copy of the database that a plan makes has this property; whoever is started on the copy finds it. */
export const COPIED_FROM = 'copied_from';

/** What the whole database has one of, by name. */
export async function readProperty(db: Db, name: string): Promise<string | null> {
  const row = await db.selectFrom('properties').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
}

export async function writeProperty(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('properties')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** @returns whether it was there */
export async function removeProperty(db: Db, name: string): Promise<boolean> {
  const gone = await db.deleteFrom('properties').where('name', '=', name).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
