import type { OptionValues } from '@sampan/driver';
import { fromJson } from '../platform/json.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';
import type { Db } from '../tables.ts';
import type { HostRow } from './tables.ts';

export const HOST_SECRETS: SealedColumn = { table: 'host_secrets', column: 'sealed', id: 'host_id', field: 'field' };

function place(hostId: string, field: string) {
  return placeIn(HOST_SECRETS, hostId, field);
}

export function findHost(db: Db, id: string): Promise<HostRow | undefined> {
  return db.selectFrom('hosts').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Names of the secret options that are set, per host. */
export async function secretFieldsOf(db: Db, hostIds: readonly string[]): Promise<Map<string, string[]>> {
  const fields = new Map<string, string[]>(hostIds.map((id) => [id, []]));
  if (hostIds.length === 0) return fields;
  const rows = await db
    .selectFrom('host_secrets')
    .select(['host_id', 'field'])
    .where('host_id', 'in', [...hostIds])
    .orderBy('field')
    .execute();
  for (const row of rows) fields.get(row.host_id)?.push(row.field);
  return fields;
}

/** All options of a host with its secrets in the clear: for its driver only. */
export async function openOptions(db: Db, sealer: Sealer, row: HostRow): Promise<OptionValues> {
  const secrets = await db.selectFrom('host_secrets').selectAll().where('host_id', '=', row.id).execute();
  const opened = secrets.map(({ field, sealed }) => [field, sealer.open(sealed, place(row.id, field))] as const);
  return { ...fromJson<OptionValues>(row.options), ...Object.fromEntries(opened) };
}

/** Makes the stored secrets exactly these. */
export async function saveSecrets(
  db: Db,
  sealer: Sealer,
  hostId: string,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  await db.deleteFrom('host_secrets').where('host_id', '=', hostId).execute();
  const rows = [...secrets].map(([field, secret]) => ({
    host_id: hostId,
    field,
    sealed: sealer.seal(secret, place(hostId, field)),
  }));
  if (rows.length > 0) await db.insertInto('host_secrets').values(rows).execute();
}
