import type { InstanceRow } from '../inventory/tables.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJson } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';

export interface HostOfInstance {
  id: string;
  name: string;
  simulated: boolean;
  capabilities: readonly string[];
}

export interface InstanceContext {
  hosts: ReadonlyMap<string, HostOfInstance>;
  /** By `<host id>/<remote id>`. */
  imageNames: ReadonlyMap<string, string>;
  flavorNames: ReadonlyMap<string, string>;
  networkNames: ReadonlyMap<string, string>;
  addresses: ReadonlyMap<string, { private: string[]; public: string[] }>;
  operations: ReadonlyMap<string, { id: string; kind: string; state: string }>;
}

/** An instance as the API shows it. Names that are not known (any more) are empty, the ids stay. */
export function presentInstance(row: InstanceRow, context: InstanceContext) {
  const host = context.hosts.get(row.host_id);
  const addresses = context.addresses.get(row.id);
  const nameOf = (names: ReadonlyMap<string, string>, remoteId: string) =>
    names.get(`${row.host_id}/${remoteId}`) ?? '';
  return {
    id: row.id,
    revision: row.revision,
    hostId: row.host_id,
    hostName: host?.name ?? '',
    hostSimulated: host?.simulated ?? false,
    remoteId: row.remote_id,
    name: row.name,
    description: row.description,
    state: row.state,
    remoteState: row.remote_state,
    regionId: row.region_id,
    zoneId: row.zone_id,
    networkId: row.network_id,
    networkName: nameOf(context.networkNames, row.network_id),
    imageId: row.image_id,
    imageName: nameOf(context.imageNames, row.image_id),
    flavorId: row.flavor_id,
    flavorName: nameOf(context.flavorNames, row.flavor_id),
    cpuCount: row.cpu_count,
    memoryBytes: row.memory_bytes,
    systemDiskBytes: row.system_disk_bytes,
    privateAddresses: addresses?.private ?? [],
    publicAddresses: addresses?.public ?? [],
    tags: fromJson<Record<string, string>>(row.tags),
    lockReason: row.lock_reason,
    capabilities: [...(host?.capabilities ?? [])],
    operation: context.operations.get(row.id) ?? null,
    createdAt: row.remote_created_at === 0 ? null : isoTime(row.remote_created_at),
    expiresAt: isoTimeOrNull(row.expires_at),
    syncedAt: isoTime(row.synced_at),
    vanishedAt: isoTimeOrNull(row.vanished_at),
  };
}

export type InstanceView = ReturnType<typeof presentInstance>;

/** Names of images, flavors or networks for the rows of one page, by their vendor's ids. */
export async function namesFor(
  database: Database,
  table: 'images' | 'flavors' | 'networks',
  rows: readonly InstanceRow[],
  column: 'image_id' | 'flavor_id' | 'network_id',
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const found = await database.query
    .selectFrom(table)
    .select(['host_id', 'remote_id', 'name'])
    .where('host_id', 'in', [...new Set(rows.map((row) => row.host_id))])
    .where('remote_id', 'in', [...new Set(rows.map((row) => row[column]))])
    .execute();
  return new Map(found.map((row) => [`${row.host_id}/${row.remote_id}`, row.name]));
}

export async function addressesFor(
  database: Database,
  rows: readonly InstanceRow[],
): Promise<InstanceContext['addresses']> {
  const addresses = new Map<string, { private: string[]; public: string[] }>();
  if (rows.length === 0) return addresses;
  const nics = await database.query
    .selectFrom('nics')
    .select(['instance_id', 'private_address', 'public_address'])
    .where(
      'instance_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('instance_id')
    .orderBy('position')
    .execute();
  for (const nic of nics) {
    const of = addresses.get(nic.instance_id) ?? { private: [], public: [] };
    if (nic.private_address !== null) of.private.push(nic.private_address);
    if (nic.public_address !== null) of.public.push(nic.public_address);
    addresses.set(nic.instance_id, of);
  }
  return addresses;
}
