import type { OptionValues } from '@sampan/driver';
import { notFound } from '../platform/http/problem.ts';
import { fromJson } from '../platform/json.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';
import type { Db } from '../tables.ts';
import type { StorageRow } from './tables.ts';

export const STORAGE_SECRETS: SealedColumn = {
  table: 'storage_secrets',
  column: 'sealed',
  id: 'storage_id',
  field: 'field',
};

function place(storageId: string, field: string) {
  return placeIn(STORAGE_SECRETS, storageId, field);
}

/** @throws SampanError `not_found` */
export async function readStorage(db: Db, id: string): Promise<StorageRow> {
  const row = await findStorage(db, id);
  if (!row) throw notFound('storage', id);
  return row;
}

export function findStorage(db: Db, id: string): Promise<StorageRow | undefined> {
  return db.selectFrom('storages').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Names of the secret options that are set, per storage. */
export async function secretFieldsOf(db: Db, storageIds: readonly string[]): Promise<Map<string, string[]>> {
  const fields = new Map<string, string[]>(storageIds.map((id) => [id, []]));
  if (storageIds.length === 0) return fields;
  const rows = await db
    .selectFrom('storage_secrets')
    .select(['storage_id', 'field'])
    .where('storage_id', 'in', [...storageIds])
    .orderBy('field')
    .execute();
  for (const row of rows) fields.get(row.storage_id)?.push(row.field);
  return fields;
}

/**
 * All options of a storage with its secrets in the clear: for its driver only. Read by one statement, so that a change
 * meanwhile cannot mix an old address with a new secret.
 * @throws SampanError `not_found`
 */
export async function openOptions(
  db: Db,
  sealer: Sealer,
  id: string,
): Promise<{ options: OptionValues; optionsRevision: number }> {
  const rows = await db
    .selectFrom('storages')
    .leftJoin('storage_secrets', 'storage_secrets.storage_id', 'storages.id')
    .select(['storages.options', 'storages.options_revision', 'storage_secrets.field', 'storage_secrets.sealed'])
    .where('storages.id', '=', id)
    .execute();
  const [first] = rows;
  if (!first) throw notFound('storage', id);
  const secrets = rows.flatMap(({ field, sealed }) =>
    field === null || sealed === null ? [] : [[field, sealer.open(sealed, place(id, field))] as const],
  );
  const options = { ...fromJson<OptionValues>(first.options), ...Object.fromEntries(secrets) };
  return { options, optionsRevision: first.options_revision };
}

/** Makes the stored secrets exactly these. */
export async function saveSecrets(
  db: Db,
  sealer: Sealer,
  storageId: string,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  await db.deleteFrom('storage_secrets').where('storage_id', '=', storageId).execute();
  const rows = [...secrets].map(([field, secret]) => ({
    storage_id: storageId,
    field,
    sealed: sealer.seal(secret, place(storageId, field)),
  }));
  if (rows.length > 0) await db.insertInto('storage_secrets').values(rows).execute();
}
