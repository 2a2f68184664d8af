import type { Database } from '../platform/database/open.ts';
import { countRows, type Page, parseSort, readPage } from '../platform/http/page.ts';
import { notFound } from '../platform/http/problem.ts';
import { namesWith } from '../platform/names.ts';
import { type HostView, presentHost } from './present.ts';
import { findHost, secretFieldsOf } from './store.ts';
import type { HostRow } from './tables.ts';

/** Which simulated cloud a host belongs to; that feature knows, this one does not read its table. */
export type SimulatedCloudOf = (hostIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Hosts as the API shows them. */
export class HostQueries {
  readonly #database: Database;
  #simulatedCloudOf: SimulatedCloudOf = async () => new Map();

  constructor(database: Database) {
    this.#database = database;
  }

  useSimulatedClouds(simulatedCloudOf: SimulatedCloudOf): void {
    this.#simulatedCloudOf = simulatedCloudOf;
  }

  async list(request: {
    limit: number;
    cursor?: string | undefined;
    sort?: string | undefined;
    search?: string | undefined;
    count: boolean;
  }): Promise<Page<HostView>> {
    const sort = parseSort(request.sort, { name: 'sort_name', createdAt: 'created_at' }, 'name');
    let query = this.#database.query.selectFrom('hosts').selectAll();
    // Hosts are few (each is a cloud account): a scan of their names is as fast as an index.
    if (request.search) query = query.where('name_key', 'like', namesWith(request.search));
    const { rows, nextCursor } = await readPage(query, 'hosts', sort, request);
    const page: Page<HostView> = { items: await this.present(rows), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }

  async get(id: string): Promise<HostView> {
    const row = await findHost(this.#database.query, id);
    const [view] = row ? await this.present([row]) : [];
    if (!view) throw notFound('host', id);
    return view;
  }

  async views(ids: readonly string[]): Promise<Map<string, HostView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('hosts')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  async names(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('hosts')
      .select(['id', 'name'])
      .where('id', 'in', [...ids])
      .execute();
    return new Map(rows.map((row) => [row.id, row.name]));
  }

  async present(rows: readonly HostRow[]): Promise<HostView[]> {
    const ids = rows.map((row) => row.id);
    const [secrets, clouds] = await Promise.all([
      secretFieldsOf(this.#database.query, ids),
      this.#simulatedCloudOf(ids),
    ]);
    return rows.map((row) =>
      presentHost(row, { sealedOptions: secrets.get(row.id) ?? [], simulatedCloudId: clouds.get(row.id) ?? null }),
    );
  }
}
