import type { InstanceState, RemoteFlavor, RemoteImage } from '@sampan/compute';
import type { ResourceColumns } from '../platform/tables.ts';

/** Columns of what a cloud has and synchronisation keeps. */
export interface RemoteColumns extends ResourceColumns {
  host_id: string;
  /** The vendor's id; null until it is known. */
  remote_id: string | null;
  name: string;
  sort_name: string;
  /** Id of the synchronisation that saw it last. */
  seen_by: string;
  synced_at: number;
  /** Set once a look-up by id said that it is gone; cleared when it comes back. */
  vanished_at: number | null;
}

export interface InstanceRow extends RemoteColumns {
  /** Small number for the search index. */
  number: number;
  description: string;
  state: InstanceState;
  remote_state: string;
  /** `region_id` to `flavor_id` are the vendor's ids. */
  region_id: string;
  zone_id: string;
  network_id: string;
  image_id: string;
  flavor_id: string;
  cpu_count: number;
  memory_bytes: number;
  system_disk_bytes: number;
  tags: string;
  lock_reason: string | null;
  /** 0 when the cloud does not tell. */
  remote_created_at: number;
  expires_at: number | null;
  /** What search looks at, lower-cased, parts separated by line feeds. */
  search_text: string;
}

export interface InventoryTables {
  regions: RemoteColumns & { endpoint: string | null };
  networks: RemoteColumns & { region_id: string; cidr_block: string };
  images: RemoteColumns & {
    region_id: string;
    operating_system: string;
    architecture: string;
    minimum_disk_bytes: number;
    size_bytes: number;
    state: RemoteImage['state'];
    remote_created_at: number | null;
  };
  flavors: RemoteColumns & {
    region_id: string;
    cpu_count: number;
    memory_bytes: number;
    gpu_count: number;
    state: RemoteFlavor['state'];
  };
  instances: InstanceRow;
  nics: {
    id: string;
    instance_id: string;
    position: number;
    network_id: string;
    private_address: string | null;
    public_address: string | null;
  };
  /** FTS5 on SQLite (row id = number), a tsvector table on PostgreSQL; see `search-index.ts`. */
  instance_search: { number: number; rowid: number; grams: string };
}
