import { SampanError } from '@sampan/driver';
import type { Names } from '../backups/queries.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { type Page, parseSort, readPage } from '../platform/http/page.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import type { StoredError } from '../storages/present.ts';
import type { RunProgress } from './progress.ts';
import { readRun, writeRun } from './store.ts';
import type { DrillRow, RunRow, RunState } from './tables.ts';

function presentRun(row: RunRow, planName: string) {
  return {
    id: row.id,
    revision: row.revision,
    planId: row.plan_id,
    planName,
    reason: row.reason,
    state: row.state,
    pauseRequested: row.pause_requested === 1,
    pausedAt: isoTimeOrNull(row.paused_at),
    backupId: row.backup_id,
    progress: fromJsonOrNull<RunProgress>(row.progress),
    unreadCount: row.unread_count,
    error: fromJsonOrNull<StoredError>(row.error),
    files: row.files,
    bytes: row.bytes,
    bytesAdded: row.bytes_added,
    createdAt: isoTime(row.created_at),
    startedAt: isoTimeOrNull(row.started_at),
    finishedAt: isoTimeOrNull(row.finished_at),
  };
}

export type RunView = ReturnType<typeof presentRun>;

function presentDrill(row: DrillRow) {
  type Finding = { path: string; state: 'missing' | 'different'; differences?: string[] };
  const findings = fromJsonOrNull<Finding[]>(row.findings) ?? [];
  return {
    id: row.id,
    planId: row.plan_id,
    backupId: row.backup_id,
    repositoryId: row.repository_id,
    state: row.state,
    compared: row.compared,
    bytes: row.bytes,
    findings: findings.map(({ path, state, differences = [] }) => ({ path, state, differences })),
    affected: fromJsonOrNull<string[]>(row.affected) ?? [],
    error: fromJsonOrNull<StoredError>(row.error),
    createdAt: isoTime(row.created_at),
    finishedAt: isoTimeOrNull(row.finished_at),
  };
}

/** Runs and drills as the API shows them, and the pausing of runs. */
export class RunService {
  readonly #database: Database;
  readonly #changes: Changes;
  #planNames: Names = async () => new Map();

  constructor(parts: { database: Database; changes: Changes }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
  }

  usePlanNames(names: Names): void {
    this.#planNames = names;
  }

  async list(request: {
    limit: number;
    cursor?: string | undefined;
    sort?: string | undefined;
    planId?: string | undefined;
    state?: readonly string[] | undefined;
  }): Promise<Page<RunView>> {
    const sort = parseSort(request.sort, { createdAt: 'created_at' }, '-createdAt');
    let query = this.#database.query.selectFrom('runs').selectAll();
    if (request.planId !== undefined) query = query.where('plan_id', '=', request.planId);
    if (request.state && request.state.length > 0) query = query.where('state', 'in', request.state as RunState[]);
    const { rows, nextCursor } = await readPage(query, 'runs', sort, request);
    return { items: await this.#present(rows), nextCursor };
  }

  async get(id: string): Promise<RunView> {
    const [view] = await this.#present([await readRun(this.#database.query, id)]);
    if (!view) throw new Error('a row was not shown');
    return view;
  }

  async views(ids: readonly string[]): Promise<Map<string, RunView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('runs')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.#present(rows)).map((view) => [view.id, view]));
  }

  /** What could not be read; of many the first. */
  async unread(id: string): Promise<{ items: { path: string; reason: string }[]; count: number }> {
    const row = await readRun(this.#database.query, id);
    return { items: fromJsonOrNull(row.unread) ?? [], count: row.unread_count };
  }

  async drills(request: { limit: number; cursor?: string | undefined; planId: string }) {
    const sort = parseSort(undefined, { createdAt: 'created_at' }, '-createdAt');
    const query = this.#database.query.selectFrom('drills').selectAll().where('plan_id', '=', request.planId);
    const { rows, nextCursor } = await readPage(query, 'drills', sort, request);
    return { items: rows.map(presentDrill), nextCursor };
  }

  /** Stops or continues a run; who does the work follows within a second or two. */
  async setPaused(id: string, isPaused: boolean, actor: Actor): Promise<RunView> {
    await this.#changes.run(async (change) => {
      const row = await readRun(change.db, id);
      if (row.state !== 'running' && row.state !== 'paused') {
        throw new SampanError('wrong_state', `The run is not under way (${row.state}).`, {
          parameters: { state: row.state },
        });
      }
      await writeRun(change, id, { pause_requested: isPaused ? 1 : 0 });
      change.audit({
        actor,
        action: isPaused ? 'run.pause' : 'run.resume',
        resource: { kind: 'run', id, name: id },
        result: 'succeeded',
      });
    });
    return this.get(id);
  }

  async #present(rows: readonly RunRow[]): Promise<RunView[]> {
    const names = await this.#planNames([...new Set(rows.map((row) => row.plan_id))]);
    return rows.map((row) => presentRun(row, names.get(row.plan_id) ?? ''));
  }
}
