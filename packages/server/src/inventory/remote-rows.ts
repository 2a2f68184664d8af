import type { RemoteFlavor, RemoteImage, RemoteNetwork, RemoteRegion } from '@sampan/compute';
import type { Transaction } from 'kysely';
import { newId } from '../platform/ids.ts';
import { sortName } from '../platform/sort-name.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import type { Tables } from '../tables.ts';
import type { InventoryTables, RemoteColumns } from './tables.ts';

export type CatalogueTable = 'regions' | 'networks' | 'images' | 'flavors';
type Own<T extends CatalogueTable> = Omit<InventoryTables[T], keyof RemoteColumns>;

interface Item<T extends CatalogueTable> {
  remoteId: string;
  name: string;
  own: Own<T>;
}

export function regionItem(region: RemoteRegion): Item<'regions'> {
  return { remoteId: region.remoteId, name: region.name, own: { endpoint: region.endpoint } };
}

export function networkItem(network: RemoteNetwork): Item<'networks'> {
  return {
    remoteId: network.remoteId,
    name: network.name,
    own: { region_id: network.regionId, cidr_block: network.cidrBlock },
  };
}

export function imageItem(image: RemoteImage): Item<'images'> {
  return {
    remoteId: image.remoteId,
    name: image.name,
    own: {
      region_id: image.regionId,
      operating_system: image.operatingSystem,
      architecture: image.architecture,
      minimum_disk_bytes: image.minimumDiskBytes,
      size_bytes: image.sizeBytes,
      state: image.state,
      remote_created_at: image.createdAt,
    },
  };
}

export function flavorItem(flavor: RemoteFlavor): Item<'flavors'> {
  return {
    remoteId: flavor.remoteId,
    name: flavor.name,
    own: {
      region_id: flavor.regionId,
      cpu_count: flavor.cpuCount,
      memory_bytes: flavor.memoryBytes,
      gpu_count: flavor.gpuCount,
      state: flavor.state,
    },
  };
}

/** Writes a page of regions, networks, images or flavors: new ones get an id, known ones keep theirs, gone ones revive. */
export async function saveCatalogue<T extends CatalogueTable>(
  db: Transaction<Tables>,
  table: T,
  hostId: string,
  syncId: string,
  items: readonly Item<T>[],
  now: number,
): Promise<void> {
  if (items.length === 0) return;
  const known = await db
    // The four tables share these columns; Kysely cannot see that through the type parameter.
    .selectFrom(table as 'regions')
    .select(['id', 'remote_id'])
    .where('host_id', '=', hostId)
    .where(
      'remote_id',
      'in',
      items.map((item) => item.remoteId),
    )
    .execute();
  const ids = new Map(known.map((row) => [row.remote_id, row.id]));
  for (const item of items) {
    const columns = {
      name: item.name,
      sort_name: sortName(item.name),
      seen_by: syncId,
      synced_at: now,
      vanished_at: null,
      ...item.own,
    };
    const id = ids.get(item.remoteId);
    if (id === undefined) {
      const row = {
        id: newId(now),
        project_id: DEFAULT_PROJECT,
        revision: 1,
        created_at: now,
        updated_at: now,
        host_id: hostId,
        remote_id: item.remoteId,
        ...columns,
      };
      await db
        .insertInto(table as 'regions')
        .values(row as unknown as InventoryTables['regions'])
        .execute();
    } else {
      await db
        .updateTable(table as 'regions')
        .set(columns as Partial<InventoryTables['regions']>)
        .where('id', '=', id)
        .execute();
    }
  }
}

/** What a whole listing did not contain is gone: these lists are short and have no look-up by id. */
export async function markVanished(
  db: Transaction<Tables>,
  table: CatalogueTable,
  hostId: string,
  syncId: string,
  now: number,
): Promise<void> {
  await db
    .updateTable(table as 'regions')
    .set((eb) => ({ vanished_at: now, revision: eb('revision', '+', 1), updated_at: now }))
    .where('host_id', '=', hostId)
    .where('seen_by', '<>', syncId)
    .where('vanished_at', 'is', null)
    .execute();
}
