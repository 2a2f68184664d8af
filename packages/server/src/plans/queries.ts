import { nextRuns, type RetentionPolicy, retain, type Schedule } from '@sampan/backup';
import type { BackupQueries } from '../backups/queries.ts';
import type { OperationService } from '../operations/service.ts';
import type { Database } from '../platform/database/open.ts';
import { countRows, type Page, parseSort, readPage } from '../platform/http/page.ts';
import { namesWith } from '../platform/names.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { isoTime } from '../platform/time.ts';
import type { RepositoryQueries } from '../repositories/queries.ts';
import { freshnessOf } from './freshness.ts';
import { openUrls } from './hooks.ts';
import { type PlanView, presentPlan } from './present.ts';
import { settingsOf } from './settings.ts';
import { mirrorsOf, readPlan } from './store.ts';
import type { PlanRow } from './tables.ts';

const DAY_MS = 86_400_000;
const SIMULATED_DAYS = 400;
const MOST_SIMULATED = 5_000;

/** Plans as the API shows them. */
export class PlanQueries {
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #operations: OperationService;
  readonly #repositories: RepositoryQueries;
  readonly #backups: BackupQueries;
  readonly #nodeId: string;
  readonly #now: () => number;

  constructor(parts: {
    database: Database;
    sealer: Sealer;
    operations: OperationService;
    repositories: RepositoryQueries;
    backups: BackupQueries;
    nodeId: string;
    now: () => number;
  }) {
    this.#database = parts.database;
    this.#sealer = parts.sealer;
    this.#operations = parts.operations;
    this.#repositories = parts.repositories;
    this.#backups = parts.backups;
    this.#nodeId = parts.nodeId;
    this.#now = parts.now;
  }

  async list(request: {
    limit: number;
    cursor?: string | undefined;
    sort?: string | undefined;
    search?: string | undefined;
    count: boolean;
    repositoryId?: string | undefined;
  }): Promise<Page<PlanView>> {
    const sort = parseSort(request.sort, { name: 'sort_name', createdAt: 'created_at' }, 'name');
    let query = this.#database.query.selectFrom('plans').selectAll();
    if (request.repositoryId !== undefined) query = query.where('repository_id', '=', request.repositoryId);
    // Plans are few: a scan of their names is as fast as an index.
    if (request.search) query = query.where('name_key', 'like', namesWith(request.search));
    const { rows, nextCursor } = await readPage(query, 'plans', sort, request);
    const page: Page<PlanView> = { items: await this.present(rows), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }

  async get(id: string): Promise<PlanView> {
    const [view] = await this.present([await readPlan(this.#database.query, id)]);
    if (!view) throw new Error('a row was not shown');
    return view;
  }

  async views(ids: readonly string[]): Promise<Map<string, PlanView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('plans')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  async present(rows: readonly PlanRow[]): Promise<PlanView[]> {
    const ids = rows.map((row) => row.id);
    const mirrors = await mirrorsOf(this.#database.query, ids);
    const mirrorIds = [...mirrors.values()].flat().map((mirror) => mirror.repository_id);
    const repositories = await this.#repositories.mentioned([
      ...new Set([...mirrorIds, ...rows.map((row) => row.repository_id)]),
    ]);
    const operations = await this.#operations.pendingOf(ids);
    const now = this.#now();
    return Promise.all(
      rows.map(async (row) =>
        presentPlan(row, {
          ...{ repositories, now, nodeId: this.#nodeId },
          mirrors: mirrors.get(row.id) ?? [],
          operation: operations.get(row.id) ?? null,
          origins: await this.#origins(row),
        }),
      ),
    );
  }

  /** Whom the plans keep their backups with, for the pages of repositories and storages. */
  async plansOfRepositories(ids: readonly string[]) {
    const found = new Map<string, { id: string; name: string; isMirror: boolean }[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return found;
    const primary = await this.#database.query
      .selectFrom('plans')
      .select(['id', 'name', 'repository_id'])
      .where('repository_id', 'in', [...ids])
      .execute();
    const mirrored = await this.#database.query
      .selectFrom('plan_mirrors')
      .innerJoin('plans', 'plans.id', 'plan_mirrors.plan_id')
      .select(['plans.id', 'plans.name', 'plan_mirrors.repository_id'])
      .where('plan_mirrors.repository_id', 'in', [...ids])
      .execute();
    for (const { id, name, repository_id } of primary) found.get(repository_id)?.push({ id, name, isMirror: false });
    for (const { id, name, repository_id } of mirrored) found.get(repository_id)?.push({ id, name, isMirror: true });
    return found;
  }

  /** How many plans keep backups on each storage, mirrors included. */
  async countsOfStorages(ids: readonly string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('repositories')
      .select(['id', 'storage_id'])
      .where('storage_id', 'in', [...ids])
      .execute();
    const plans = await this.plansOfRepositories(rows.map(({ id }) => id));
    const found = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
    for (const { id, storage_id } of rows) for (const plan of plans.get(id) ?? []) found.get(storage_id)?.add(plan.id);
    return new Map([...found].map(([id, plans]) => [id, plans.size]));
  }

  /** Numbers of all plans, for Prometheus. Milliseconds. */
  async measured() {
    const now = this.#now();
    const rows = await this.#database.query.selectFrom('plans').selectAll().limit(10_000).execute();
    return rows.map((row) => ({
      ...{ id: row.id, lastBackupAt: row.last_backup_at ?? 0, lastProvenAt: row.last_proven_at ?? 0 },
      ageMs: now - (row.last_backup_at ?? row.objective_since),
      objectiveMs: (row.objective_minutes ?? 0) * 60_000,
      isOverdue: freshnessOf(row, now) === 'red',
    }));
  }

  async names(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('plans')
      .select(['id', 'name'])
      .where('id', 'in', [...ids])
      .execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** What a policy would keep: of the backups of a plan, or of those that a schedule would have made until today. */
  async retention(wish: {
    planId?: string | undefined;
    schedule: Schedule | null;
    policy: RetentionPolicy;
    timeZone: string;
    now: number;
  }) {
    const { now, policy, timeZone } = wish;
    const backups =
      wish.planId === undefined
        ? nextRuns(wish.schedule ?? { kind: 'manual' }, now - SIMULATED_DAYS * DAY_MS, null, MOST_SIMULATED)
            .filter((time) => time <= now)
            .map((time) => ({ id: String(time), time, isComplete: true, isPinned: false }))
        : await this.#backups.retained(wish.planId);
    const verdicts = retain(backups, policy, timeZone);
    const times = new Map(backups.map(({ id, time }) => [id, time]));
    return verdicts.map(({ id, reasons }) => ({
      backupId: wish.planId === undefined ? null : id,
      time: isoTime(times.get(id) ?? 0),
      reasons: [...reasons],
    }));
  }

  async #origins(row: PlanRow): Promise<Map<string, string>> {
    if (!settingsOf(row).hooks.some((hook) => hook.kind === 'web')) return new Map();
    const urls = await openUrls(this.#database.query, this.#sealer, row.id);
    return new Map([...urls].map(([id, url]) => [id, URL.canParse(url) ? `${new URL(url).origin}/…` : '…']));
  }
}
