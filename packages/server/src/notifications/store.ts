import type { OptionValues } from '@sampan/driver';
import { notFound } from '../platform/http/problem.ts';
import { fromJson } from '../platform/json.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';
import type { Db } from '../tables.ts';
import type { ChannelRow } from './tables.ts';

export const CHANNEL_SECRETS: SealedColumn = {
  table: 'channel_secrets',
  column: 'sealed',
  id: 'channel_id',
  field: 'field',
};

function place(channelId: string, field: string) {
  return placeIn(CHANNEL_SECRETS, channelId, field);
}

/** @throws SampanError `not_found` */
export async function readChannel(db: Db, id: string): Promise<ChannelRow> {
  const row = await findChannel(db, id);
  if (!row) throw notFound('channel', id);
  return row;
}

export function findChannel(db: Db, id: string): Promise<ChannelRow | undefined> {
  return db.selectFrom('channels').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Names of the secret options that are set, per channel. */
export async function secretFieldsOf(db: Db, channelIds: readonly string[]): Promise<Map<string, string[]>> {
  const fields = new Map<string, string[]>(channelIds.map((id) => [id, []]));
  if (channelIds.length === 0) return fields;
  const rows = await db
    .selectFrom('channel_secrets')
    .select(['channel_id', 'field'])
    .where('channel_id', 'in', [...channelIds])
    .orderBy('field')
    .execute();
  for (const row of rows) fields.get(row.channel_id)?.push(row.field);
  return fields;
}

/**
 * All options of a channel with its secrets in the clear: for its sender only. Read by one statement, so that a change
 * meanwhile cannot mix an old address with a new secret.
 * @throws SampanError `not_found`
 */
export async function openOptions(db: Db, sealer: Sealer, id: string): Promise<OptionValues> {
  const rows = await db
    .selectFrom('channels')
    .leftJoin('channel_secrets', 'channel_secrets.channel_id', 'channels.id')
    .select(['channels.options', 'channel_secrets.field', 'channel_secrets.sealed'])
    .where('channels.id', '=', id)
    .execute();
  const [first] = rows;
  if (!first) throw notFound('channel', id);
  const secrets = rows.flatMap(({ field, sealed }) =>
    field === null || sealed === null ? [] : [[field, sealer.open(sealed, place(id, field))] as const],
  );
  return { ...fromJson<OptionValues>(first.options), ...Object.fromEntries(secrets) };
}

/** Makes the stored secrets exactly these. */
export async function saveSecrets(
  db: Db,
  sealer: Sealer,
  channelId: string,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  await db.deleteFrom('channel_secrets').where('channel_id', '=', channelId).execute();
  const rows = [...secrets].map(([field, secret]) => ({
    channel_id: channelId,
    field,
    sealed: sealer.seal(secret, place(channelId, field)),
  }));
  if (rows.length > 0) await db.insertInto('channel_secrets').values(rows).execute();
}
