import { notFound } from '../platform/http/problem.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';
import type { Db } from '../tables.ts';
import type { RepositoryRow } from './tables.ts';

type Field = 'password' | 'next_password';

export const REPOSITORY_SECRETS: SealedColumn = {
  table: 'repository_secrets',
  column: 'sealed',
  id: 'repository_id',
  field: 'field',
};

function place(repositoryId: string, field: Field) {
  return placeIn(REPOSITORY_SECRETS, repositoryId, field);
}

export function findRepository(db: Db, id: string): Promise<RepositoryRow | undefined> {
  return db.selectFrom('repositories').selectAll().where('id', '=', id).executeTakeFirst();
}

/** @throws SampanError `not_found` */
export async function readRepository(db: Db, id: string): Promise<RepositoryRow> {
  const row = await findRepository(db, id);
  if (!row) throw notFound('repository', id);
  return row;
}

/** Passwords of a repository in the clear, for restic and the recovery sheet only. */
export async function openPasswords(
  db: Db,
  sealer: Sealer,
  id: string,
): Promise<{ current: string; next: string | null }> {
  const rows = await db.selectFrom('repository_secrets').selectAll().where('repository_id', '=', id).execute();
  const open = (field: Field): string | null => {
    const row = rows.find((each) => each.field === field);
    return row ? sealer.open(row.sealed, place(id, field)) : null;
  };
  const current = open('password');
  if (current === null) throw notFound('repository', id);
  return { current, next: open('next_password') };
}

export async function savePassword(db: Db, sealer: Sealer, id: string, field: Field, password: string): Promise<void> {
  const sealed = sealer.seal(password, place(id, field));
  await db
    .insertInto('repository_secrets')
    .values({ repository_id: id, field, sealed })
    .onConflict((conflict) => conflict.columns(['repository_id', 'field']).doUpdateSet({ sealed }))
    .execute();
}

export async function dropNextPassword(db: Db, id: string): Promise<void> {
  await db
    .deleteFrom('repository_secrets')
    .where('repository_id', '=', id)
    .where('field', '=', 'next_password')
    .execute();
}
