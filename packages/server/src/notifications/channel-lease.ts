import { sql } from 'kysely';
import type { Change } from '../platform/changes.ts';
import { type Database, databaseNow } from '../platform/database/open.ts';

/** The right of one server to send through a channel; every write of a sender carries it. */
export interface ChannelLease {
  channelId: string;
  owner: string;
  epoch: number;
}

/** Takes a channel that nobody holds; undefined when another server has it. */
export async function claimChannel(
  database: Database,
  channelId: string,
  owner: string,
  leaseMs: number,
): Promise<ChannelLease | undefined> {
  const now = databaseNow(database.kind);
  const row = await database.query
    .updateTable('channel_states')
    .set((eb) => ({
      lease_owner: owner,
      lease_epoch: eb('lease_epoch', '+', 1),
      lease_expires_at: sql<number>`${now} + ${leaseMs}`,
    }))
    .where('channel_id', '=', channelId)
    .where('lease_expires_at', '<', now)
    .returning('lease_epoch')
    .executeTakeFirst();
  return row && { channelId, owner, epoch: row.lease_epoch };
}

/** Prolongs; false when it was lost. Within a change it also keeps others from taking it meanwhile. */
export async function holdChannel(
  db: Database['query'] | Change['db'],
  kind: Database['kind'],
  lease: ChannelLease,
  leaseMs: number,
): Promise<boolean> {
  const held = await db
    .updateTable('channel_states')
    .set({ lease_expires_at: sql<number>`${databaseNow(kind)} + ${leaseMs}` })
    .where('channel_id', '=', lease.channelId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .executeTakeFirst();
  return held.numUpdatedRows > 0n;
}

export async function releaseChannel(database: Database, lease: ChannelLease): Promise<void> {
  await database.query
    .updateTable('channel_states')
    .set({ lease_expires_at: 0 })
    .where('channel_id', '=', lease.channelId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .execute();
}

/** On SQLite there is one server only: what an earlier process held nobody holds any more. */
export async function expireAllChannels(database: Database): Promise<void> {
  await database.query.updateTable('channel_states').set({ lease_expires_at: 0 }).execute();
}
