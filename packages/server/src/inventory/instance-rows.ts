import type { RemoteInstance } from '@sampan/compute';
import type { Transaction } from 'kysely';
import type { DatabaseKind } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import { canonicalJson } from '../platform/json.ts';
import { sortName } from '../platform/sort-name.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import type { Tables } from '../tables.ts';
import { indexText, searchText } from './search-index.ts';
import type { InstanceRow, RemoteColumns } from './tables.ts';

type Described = Omit<InstanceRow, keyof RemoteColumns | 'number'> & Pick<InstanceRow, 'name' | 'sort_name'>;

function describe(remote: RemoteInstance): Described {
  const addresses = remote.nics.flatMap((nic) => [nic.privateAddress ?? '', nic.publicAddress ?? '']);
  const tags = Object.entries(remote.tags).map(([key, value]) => `${key}=${value}`);
  return {
    name: remote.name,
    sort_name: sortName(remote.name),
    description: remote.description,
    state: remote.state,
    remote_state: remote.remoteState,
    region_id: remote.regionId,
    zone_id: remote.zoneId,
    network_id: remote.networkId,
    image_id: remote.imageId,
    flavor_id: remote.flavorId,
    cpu_count: remote.cpuCount,
    memory_bytes: remote.memoryBytes,
    system_disk_bytes: remote.systemDiskBytes,
    tags: canonicalJson(remote.tags),
    lock_reason: remote.lockReason,
    remote_created_at: remote.createdAt ?? 0,
    expires_at: remote.expiresAt,
    search_text: searchText([remote.name, remote.remoteId, remote.description, ...addresses, ...tags]),
  };
}

function isSame(row: InstanceRow, described: Described): boolean {
  return (Object.keys(described) as (keyof Described)[]).every((column) => row[column] === described[column]);
}

async function saveNics(db: Transaction<Tables>, instanceId: string, remote: RemoteInstance): Promise<void> {
  const wanted = remote.nics.map((nic, position) => ({
    instance_id: instanceId,
    position,
    network_id: nic.networkId,
    private_address: nic.privateAddress,
    public_address: nic.publicAddress,
  }));
  const known = await db
    .selectFrom('nics')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .orderBy('position')
    .execute();
  const isUnchanged = canonicalJson(known.map(({ id: _, ...nic }) => nic)) === canonicalJson(wanted);
  if (isUnchanged) return;
  await db.deleteFrom('nics').where('instance_id', '=', instanceId).execute();
  const kept = new Map(known.map((nic) => [nic.position, nic.id]));
  const rows = wanted.map((nic) => ({ id: kept.get(nic.position) ?? newId(), ...nic }));
  if (rows.length > 0) await db.insertInto('nics').values(rows).execute();
}

/** Reserves numbers for new instances; the lock on the counter keeps two servers from reserving the same ones. */
async function reserveNumbers(db: Transaction<Tables>, count: number): Promise<number> {
  if (count === 0) return 0;
  const { value } = await db
    .updateTable('sequences')
    .set((eb) => ({ value: eb('value', '+', count) }))
    .where('name', '=', 'instances')
    .returning('value')
    .executeTakeFirstOrThrow();
  return value - count + 1;
}

export interface SavedInstances {
  created: string[];
  changed: string[];
}

/**
 * Writes instances as the cloud described them. Unchanged rows only get their time of synchronisation; a changed one gets
 * a new revision; one that had vanished revives under its old id.
 */
export async function saveInstances(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  hostId: string,
  seenBy: string,
  remotes: readonly RemoteInstance[],
  now: number,
): Promise<SavedInstances> {
  const saved: SavedInstances = { created: [], changed: [] };
  if (remotes.length === 0) return saved;
  const known = await db
    .selectFrom('instances')
    .selectAll()
    .where('host_id', '=', hostId)
    .where(
      'remote_id',
      'in',
      remotes.map((remote) => remote.remoteId),
    )
    .execute();
  const rows = new Map(known.map((row) => [row.remote_id, row]));
  const untouched: string[] = [];
  const unknown = new Set(remotes.map((remote) => remote.remoteId).filter((remoteId) => !rows.has(remoteId)));
  let number = await reserveNumbers(db, unknown.size);
  for (const remote of remotes) {
    const row = rows.get(remote.remoteId);
    const described = describe(remote);
    if (row && row.vanished_at === null && isSame(row, described)) {
      untouched.push(row.id);
    } else if (row) {
      await db
        .updateTable('instances')
        .set({
          ...described,
          seen_by: seenBy,
          synced_at: now,
          vanished_at: null,
          revision: row.revision + 1,
          updated_at: now,
        })
        .where('id', '=', row.id)
        .execute();
      if (row.search_text !== described.search_text) await indexText(db, kind, row.number, described.search_text);
      saved.changed.push(row.id);
    } else {
      const id = newId(now);
      const own = { id, project_id: DEFAULT_PROJECT, revision: 1, created_at: now, updated_at: now, number };
      const place = { host_id: hostId, remote_id: remote.remoteId, seen_by: seenBy, synced_at: now, vanished_at: null };
      await db
        .insertInto('instances')
        .values({ ...own, ...place, ...described })
        .execute();
      await indexText(db, kind, number, described.search_text);
      number += 1;
      saved.created.push(id);
      rows.set(remote.remoteId, { ...own, ...place, ...described });
    }
    const id = rows.get(remote.remoteId)?.id;
    if (id !== undefined) await saveNics(db, id, remote);
  }
  if (untouched.length > 0) {
    await db.updateTable('instances').set({ seen_by: seenBy, synced_at: now }).where('id', 'in', untouched).execute();
  }
  return saved;
}
