import { type TProperties, Type } from 'typebox';
import type { App } from '../app.ts';
import type { Database } from '../platform/database/open.ts';
import { parseSort, readPage } from '../platform/http/page.ts';
import { Id, Nullable, PageOf, PageQuery, Repeated, Time } from '../platform/http/schemas.ts';
import { sortName } from '../platform/sort-name.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { CatalogueTable } from './remote-rows.ts';
import type { InventoryTables } from './tables.ts';

type Row<T extends CatalogueTable> = InventoryTables[T];

interface Catalogue<T extends CatalogueTable> {
  table: T;
  permission: 'image:read' | 'flavor:read' | 'network:read' | 'region:read';
  summary: string;
  properties: TProperties;
  present: (row: Row<T>) => Record<string, unknown>;
}

const common = { id: Id, hostId: Id, remoteId: Nullable(Type.String()), name: Type.String(), syncedAt: Time };

const CATALOGUES = {
  images: {
    table: 'images',
    permission: 'image:read',
    summary: 'List images',
    properties: {
      regionId: Type.String(),
      operatingSystem: Type.String(),
      architecture: Type.String(),
      minimumDiskBytes: Type.Integer(),
      sizeBytes: Type.Integer(),
      state: Type.String(),
      createdAt: Nullable(Time),
    },
    present: (row) => ({
      regionId: row.region_id,
      operatingSystem: row.operating_system,
      architecture: row.architecture,
      minimumDiskBytes: row.minimum_disk_bytes,
      sizeBytes: row.size_bytes,
      state: row.state,
      createdAt: isoTimeOrNull(row.remote_created_at),
    }),
  } satisfies Catalogue<'images'>,
  flavors: {
    table: 'flavors',
    permission: 'flavor:read',
    summary: 'List flavors',
    properties: {
      regionId: Type.String(),
      cpuCount: Type.Integer(),
      memoryBytes: Type.Integer(),
      gpuCount: Type.Integer(),
      state: Type.String(),
    },
    present: (row) => ({
      regionId: row.region_id,
      cpuCount: row.cpu_count,
      memoryBytes: row.memory_bytes,
      gpuCount: row.gpu_count,
      state: row.state,
    }),
  } satisfies Catalogue<'flavors'>,
  networks: {
    table: 'networks',
    permission: 'network:read',
    summary: 'List networks',
    properties: { regionId: Type.String(), cidrBlock: Type.String() },
    present: (row) => ({ regionId: row.region_id, cidrBlock: row.cidr_block }),
  } satisfies Catalogue<'networks'>,
  regions: {
    table: 'regions',
    permission: 'region:read',
    summary: 'List regions',
    properties: { endpoint: Nullable(Type.String()) },
    present: (row) => ({ endpoint: row.endpoint }),
  } satisfies Catalogue<'regions'>,
};

/** The lists a host's choices are made from: short ones, so a search may look at every name. */
export function addInventoryRoutes(app: App, database: Database): void {
  function add<T extends CatalogueTable>({ table, permission, summary, properties, present }: Catalogue<T>): void {
    const { count: _, ...paging } = PageQuery;
    app.get(
      `/${table}`,
      {
        config: { permission },
        schema: {
          tags: ['inventory'],
          summary,
          querystring: Type.Object({ ...paging, hostId: Repeated(Id) }),
          response: { 200: PageOf(Type.Object({ ...common, ...properties })) },
        },
      },
      async (request) => {
        const { hostId, search } = request.query;
        // The four tables share these columns; Kysely cannot see that through the type parameter.
        let query = database.query
          .selectFrom(table as 'regions')
          .selectAll()
          .where('vanished_at', 'is', null);
        if (hostId && hostId.length > 0) query = query.where('host_id', 'in', hostId);
        if (search) query = query.where('sort_name', 'like', `%${sortName(search).replaceAll(/[%_]/g, '')}%`);
        const sort = parseSort(request.query.sort, { name: 'sort_name' }, 'name');
        const { rows, nextCursor } = await readPage(query, table, sort, request.query);
        const items = rows.map((row) => ({
          id: row.id,
          hostId: row.host_id,
          remoteId: row.remote_id,
          name: row.name,
          syncedAt: isoTime(row.synced_at),
          ...present(row as unknown as Row<T>),
        }));
        return { items, nextCursor };
      },
    );
  }

  add(CATALOGUES.images);
  add(CATALOGUES.flavors);
  add(CATALOGUES.networks);
  add(CATALOGUES.regions);
}
