import { sql } from 'kysely';
import type { Changes } from '../platform/changes.ts';
import { WrongSecretKey } from '../platform/secrets/root-key.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';

const BATCH = 200;

interface SealedValue {
  id: string;
  field: string;
  sealed: Uint8Array;
}

/**
 * Seals every value of a column anew that is not sealed with the present key. What somebody else writes meanwhile stays as it is.
 *
 * @param tell called after each batch with how many values were sealed anew
 * @returns values that did not open: they were damaged before
 */
export async function resealColumn(
  changes: Changes,
  sealer: Sealer,
  column: SealedColumn,
  tell: (count: number) => Promise<void>,
): Promise<string[]> {
  const field = column.field === null ? sql<string>`''` : sql.ref<string>(column.field);
  const table = sql.table(column.table);
  const id = sql.ref<string>(column.id);
  const sealed = sql.ref<Uint8Array>(column.column);
  const keyId = Buffer.from(sealer.keyId, 'hex');
  const unopened = new Set<string>();
  let last = { id: '', field: '' };
  for (;;) {
    const batch = await changes.run(async ({ db }) => {
      const { rows } = await sql<SealedValue>`
        select ${id} as id, ${field} as field, ${sealed} as sealed from ${table}
        where ${sealed} is not null and substr(${sealed}, 2, 8) <> ${keyId} and (${id}, ${field}) > (${last.id}, ${last.field})
        order by 1, 2 limit ${BATCH}`.execute(db);
      for (const row of rows) {
        const place = placeIn(column, row.id, column.field === null ? null : row.field);
        const plain = opened(sealer, row.sealed, place);
        if (plain === null) {
          unopened.add(`${column.table} ${row.id} ${row.field}`.trim());
          continue;
        }
        await sql`
          update ${table} set ${sealed} = ${sealer.seal(plain, place)}
          where ${id} = ${row.id} and ${field} = ${row.field} and ${sealed} = ${row.sealed}`.execute(db);
      }
      return rows;
    });
    const end = batch.at(-1);
    if (!end) return [...unopened];
    last = { id: end.id, field: end.field };
    await tell(batch.length);
  }
}

function opened(sealer: Sealer, sealed: Uint8Array, place: ReturnType<typeof placeIn>): string | null {
  try {
    return sealer.open(sealed, place);
  } catch (error) {
    if (error instanceof WrongSecretKey) return null;
    throw error;
  }
}

/** How many values are sealed with another key than the present one. */
export async function countOldValues(changes: Changes, sealer: Sealer, column: SealedColumn): Promise<number> {
  const sealed = sql.ref(column.column);
  const keyId = Buffer.from(sealer.keyId, 'hex');
  return changes.run(async ({ db }) => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(column.table)}
      where ${sealed} is not null and substr(${sealed}, 2, 8) <> ${keyId}`.execute(db);
    return Number(rows[0]?.count ?? 0);
  });
}
