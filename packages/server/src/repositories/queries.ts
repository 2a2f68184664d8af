import type { OperationService } from '../operations/service.ts';
import type { Database } from '../platform/database/open.ts';
import { countRows, type Page, parseSort, readPage } from '../platform/http/page.ts';
import { namesWith } from '../platform/names.ts';
import type { StorageService } from '../storages/service.ts';
import { damageOf } from './damage.ts';
import { presentRepository, type RepositoryView } from './present.ts';
import { readRepository } from './store.ts';
import type { RepositoryRow } from './tables.ts';

/** Which plans keep backups in which repositories; told by the plans, whose tables are theirs. */
export type PlansOfRepositories = (
  ids: readonly string[],
) => Promise<ReadonlyMap<string, { id: string; name: string; isMirror: boolean }[]>>;

/** Repositories as the API shows them. */
export class RepositoryQueries {
  readonly #database: Database;
  readonly #operations: OperationService;
  readonly #storages: StorageService;
  readonly #nodeId: string;
  #plans: PlansOfRepositories = async () => new Map();

  constructor(parts: {
    database: Database;
    operations: OperationService;
    storages: StorageService;
    nodeId: string;
  }) {
    this.#database = parts.database;
    this.#operations = parts.operations;
    this.#storages = parts.storages;
    this.#nodeId = parts.nodeId;
  }

  usePlans(plans: PlansOfRepositories): void {
    this.#plans = plans;
  }

  async list(request: {
    limit: number;
    cursor?: string | undefined;
    sort?: string | undefined;
    search?: string | undefined;
    count: boolean;
    storageId?: string | undefined;
  }): Promise<Page<RepositoryView>> {
    const sort = parseSort(request.sort, { name: 'sort_name', createdAt: 'created_at' }, 'name');
    let query = this.#database.query.selectFrom('repositories').selectAll();
    if (request.storageId !== undefined) query = query.where('storage_id', '=', request.storageId);
    // Repositories are few: a scan of their names is as fast as an index.
    if (request.search) query = query.where('name_key', 'like', namesWith(request.search));
    const { rows, nextCursor } = await readPage(query, 'repositories', sort, request);
    const page: Page<RepositoryView> = { items: await this.present(rows), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }

  async get(id: string): Promise<RepositoryView> {
    const row = await readRepository(this.#database.query, id);
    const [view] = await this.present([row]);
    if (!view) throw new Error('a row was not shown');
    return view;
  }

  async views(ids: readonly string[]): Promise<Map<string, RepositoryView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('repositories')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  /** By id, for features that only mention them. */
  async mentioned(ids: readonly string[]): Promise<Map<string, { name: string; isDamaged: boolean }>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('repositories')
      .select(['id', 'name', 'damage'])
      .where('id', 'in', [...ids])
      .execute();
    return new Map(rows.map(({ id, name, damage }) => [id, { name, isDamaged: damage !== null }]));
  }

  async present(rows: readonly RepositoryRow[]): Promise<RepositoryView[]> {
    const ids = rows.map((row) => row.id);
    const storages = await this.#storages.queries.views([...new Set(rows.map((row) => row.storage_id))]);
    const operations = await this.#operations.pendingOf(ids);
    const plans = await this.#plans(ids);
    const findings = await this.#operations.kept(rows.flatMap((row) => damageOf(row)?.operationId ?? []));
    return rows.map((row) => {
      const storage = storages.get(row.storage_id);
      return presentRepository(row, {
        storage: { name: storage?.name ?? '', type: storage?.type ?? '' },
        operation: operations.get(row.id) ?? null,
        plans: plans.get(row.id) ?? [],
        nodeId: this.#nodeId,
        isFindingKept: findings.has(damageOf(row)?.operationId ?? ''),
      });
    });
  }
}
