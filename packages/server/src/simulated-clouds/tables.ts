import type { ResourceColumns } from '../platform/tables.ts';

export interface SimulatedCloudRow extends ResourceColumns {
  type: 'qingzhou';
  name: string;
  host_id: string | null;
  /** The computer its process and its state live on. */
  node_id: string;
  port: number;
  access_key_id: string;
  sealed_secret: Uint8Array;
  instances: number;
}

export interface SimulatedCloudTables {
  simulated_clouds: SimulatedCloudRow;
}
