import type { Database } from '../platform/database/open.ts';
import { countRows, type Page, parseSort, readPage } from '../platform/http/page.ts';
import { namesWith } from '../platform/names.ts';
import { presentStorage, type StorageView } from './present.ts';
import { readStorage, secretFieldsOf } from './store.ts';
import type { StorageRow } from './tables.ts';
import type { StorageTypes } from './types.ts';

/** How many backup plans keep something on each; told by the plans. */
export type PlanCounts = (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/** Storages as the API shows them. */
export class StorageQueries {
  readonly #database: Database;
  readonly #types: StorageTypes;
  readonly #nodeId: string;
  #planCounts: PlanCounts = async () => new Map();

  constructor(parts: { database: Database; types: StorageTypes; nodeId: string }) {
    this.#database = parts.database;
    this.#types = parts.types;
    this.#nodeId = parts.nodeId;
  }

  usePlanCounts(counts: PlanCounts): void {
    this.#planCounts = counts;
  }

  async list(request: {
    limit: number;
    cursor?: string | undefined;
    sort?: string | undefined;
    search?: string | undefined;
    count: boolean;
  }): Promise<Page<StorageView>> {
    const sort = parseSort(request.sort, { name: 'sort_name', createdAt: 'created_at' }, 'name');
    let query = this.#database.query.selectFrom('storages').selectAll();
    // Storages are few: a scan of their names is as fast as an index.
    if (request.search) query = query.where('name_key', 'like', namesWith(request.search));
    const { rows, nextCursor } = await readPage(query, 'storages', sort, request);
    const page: Page<StorageView> = { items: await this.present(rows), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }

  async get(id: string): Promise<StorageView> {
    const row = await readStorage(this.#database.query, id);
    const secrets = await secretFieldsOf(this.#database.query, [id]);
    return this.view(row, secrets.get(id) ?? [], (await this.#planCounts([id])).get(id));
  }

  async views(ids: readonly string[]): Promise<Map<string, StorageView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('storages')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  async present(rows: readonly StorageRow[]): Promise<StorageView[]> {
    const secrets = await secretFieldsOf(
      this.#database.query,
      rows.map((row) => row.id),
    );
    const counts = await this.#planCounts(rows.map((row) => row.id));
    return rows.map((row) => this.view(row, secrets.get(row.id) ?? [], counts.get(row.id)));
  }

  view(row: StorageRow, sealedOptions: readonly string[], plansUsing = 0): StorageView {
    return presentStorage(row, { sealedOptions, type: this.#types.find(row.type), nodeId: this.#nodeId, plansUsing });
  }
}
