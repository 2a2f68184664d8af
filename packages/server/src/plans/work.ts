import { jitterMs } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import type { Catalogs } from '../backups/catalogs.ts';
import type { BackupRow } from '../backups/tables.ts';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJson } from '../platform/json.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { type Actor, SYSTEM } from '../policy/actor.ts';
import type { RunReason } from '../runs/tables.ts';
import { freshnessOf } from './freshness.ts';
import type { PlanNews } from './news.ts';
import { nextTimes } from './present.ts';
import { settingsOf } from './settings.ts';
import { readPlan } from './store.ts';
import type { PlanRow } from './tables.ts';

export const BACKUP_KIND = 'plan.backup';
export const DRILL_KIND = 'plan.drill';
export const MIRROR_KIND = 'plan.mirror';
export const INDEX_KIND = 'plan.index';
export const ADOPT_KIND = 'plan.adopt';

/** Later than this a run makes up for one that was missed. */
const LATE_MS = 10 * 60_000;

interface Asked {
  actor: Actor;
  operationId?: string | undefined;
}

/** Queues what plans do: when it is due, and when somebody asks. */
export class PlanWork {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #operations: OperationService;
  readonly #catalogs: Catalogs;
  readonly #news: PlanNews;

  constructor(parts: {
    database: Database;
    changes: Changes;
    operations: OperationService;
    catalogs: Catalogs;
    news: PlanNews;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#operations = parts.operations;
    this.#catalogs = parts.catalogs;
    this.#news = parts.news;
  }

  /** Backup now. A run that waits already, or was asked for by this very request, serves. */
  async run(planId: string, { actor, operationId }: Asked): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readPlan(change.db, planId);
      const same = await this.#operations.waitingOrSame(change, planId, operationId, BACKUP_KIND);
      if (same) return same;
      change.audit({
        actor,
        action: 'plan.run',
        resource: { kind: 'plan', id: planId, name: row.name },
        result: 'succeeded',
      });
      return this.queueRun(change, row, { reason: 'manual', actor, operationId });
    });
  }

  async queueRun(
    change: Change,
    row: PlanRow,
    { reason, actor, operationId }: Asked & { reason: RunReason },
  ): Promise<OperationRow> {
    const operation = await this.#queue(change, row, BACKUP_KIND, {}, { actor, operationId });
    await change.db
      .insertInto('runs')
      .values({
        ...{
          id: operation.id,
          project_id: DEFAULT_PROJECT,
          revision: 1,
          created_at: change.now,
          updated_at: change.now,
        },
        ...{ plan_id: row.id, reason, state: 'queued', pause_requested: 0, paused_at: null, backup_id: null },
        ...{ progress: null, unread_count: 0, unread: null, error: null, files: null, bytes: null, bytes_added: null },
        ...{ started_at: null, finished_at: null },
      })
      .execute();
    await change.db
      .updateTable('plans')
      .set({ last_run_id: operation.id, last_run_state: 'queued' })
      .where('id', '=', row.id)
      .execute();
    change.event({ kind: 'run', id: operation.id, action: 'created' });
    change.event({ kind: 'plan', id: row.id, action: 'changed' });
    return operation;
  }

  /** Proves a backup, the latest complete one when none is named. @throws SampanError `wrong_state` when there is none */
  async drill(planId: string, asked: Asked & { backupId?: string | undefined }): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readPlan(change.db, planId);
      const wish = asked.backupId === undefined ? {} : { backupId: asked.backupId };
      const same = await this.#operations.waitingOrSame(change, planId, asked.operationId, DRILL_KIND, wish);
      if (same) return same;
      const backup = await this.#backupToProve(change, planId, asked.backupId);
      if (!backup) {
        throw new SampanError('wrong_state', 'There is no backup that could be proven.', {
          hint: 'Make a backup first. Only those that Sampan made have a manifest of samples to compare with.',
        });
      }
      change.audit({
        actor: asked.actor,
        action: 'plan.drill',
        resource: { kind: 'plan', id: planId, name: row.name },
        result: 'succeeded',
      });
      return this.#queueDrill(change, row, backup, asked);
    });
  }

  /** Copies to one mirror, or to all. */
  async mirror(
    planId: string,
    asked: Asked & { repositoryId?: string | undefined; recreate?: boolean | undefined },
  ): Promise<OperationRow[]> {
    return this.#changes.run(async (change) => {
      const row = await readPlan(change.db, planId);
      change.audit({
        actor: asked.actor,
        action: 'plan.mirror',
        resource: { kind: 'plan', id: planId, name: row.name },
        result: 'succeeded',
      });
      const queued = await this.queueMirrors(change, row, asked);
      if (queued.length > 0) return queued;
      throw new SampanError('not_found', 'The plan has no such mirror.', { hint: 'Add a mirror to the plan.' });
    });
  }

  async queueMirrors(
    change: Change,
    row: PlanRow,
    asked: Asked & { repositoryId?: string | undefined; recreate?: boolean | undefined },
  ): Promise<OperationRow[]> {
    let query = change.db.selectFrom('plan_mirrors').selectAll().where('plan_id', '=', row.id);
    if (asked.repositoryId !== undefined) query = query.where('repository_id', '=', asked.repositoryId);
    const queued: OperationRow[] = [];
    for (const { repository_id: repositoryId } of await query.orderBy('position').execute()) {
      // One that has not begun will copy what there is when it begins; after an outage of days there is one, not hundreds.
      const waiting = await this.#waitingMirror(change, row.id, repositoryId);
      if (waiting && !asked.recreate) {
        queued.push(waiting);
        continue;
      }
      const input = { repositoryId, ...(asked.recreate && { recreate: true }) };
      const operationId = asked.repositoryId === undefined ? undefined : asked.operationId;
      const locks = [`mirror:${row.id}:${repositoryId}`];
      queued.push(await this.#queue(change, row, MIRROR_KIND, input, { actor: asked.actor, operationId }, locks));
    }
    return queued;
  }

  async #waitingMirror(change: Change, planId: string, repositoryId: string): Promise<OperationRow | undefined> {
    const rows = await this.#operations.unfinishedOfTarget(change, planId, MIRROR_KIND);
    return rows.find(
      ({ state, input }) =>
        state === 'queued' && fromJson<{ repositoryId: string }>(input).repositoryId === repositoryId,
    );
  }

  /**
   * Makes the catalog of a plan again from its repository. One that is under way serves, unless there are new backups since:
   * it has read already which there are.
   */
  async index(planId: string, { actor, operationId, isForNew }: Asked & { isForNew?: boolean }): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readPlan(change.db, planId);
      const unfinished = await this.#operations.unfinishedOfTarget(change, planId, INDEX_KIND);
      const serving = unfinished.find(({ state }) => !isForNew || state === 'queued');
      if (serving) return serving;
      return this.#queue(change, row, INDEX_KIND, {}, { actor, operationId }, [`index:${planId}`]);
    });
  }

  /** Takes snapshots of its repository over that no plan knows: those that are named, or all. */
  async adopt(planId: string, asked: Asked & { snapshotIds?: readonly string[] | undefined }): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readPlan(change.db, planId);
      const { operationId, snapshotIds } = asked;
      const same = await this.#operations.waitingOrSame(change, planId, operationId, ADOPT_KIND, { snapshotIds });
      if (same) return same;
      change.audit({
        actor: asked.actor,
        action: ADOPT_KIND,
        resource: { kind: 'plan', id: planId, name: row.name },
        result: 'succeeded',
      });
      const more: Record<string, readonly string[]> = snapshotIds ? { snapshotIds } : {};
      return this.#queue(change, row, ADOPT_KIND, more, asked);
    });
  }

  /** @throws SampanError `wrong_state` while something of the plan runs or waits */
  async demandIdle(change: Change, row: PlanRow): Promise<void> {
    if ((await this.#operations.unfinishedOfTarget(change, row.id)).length === 0) return;
    throw new SampanError('wrong_state', `${row.name} is still at work.`, {
      hint: 'Wait for its operation, or cancel it.',
    });
  }

  /** What lies beside the database. */
  async forget(planId: string): Promise<void> {
    await this.#catalogs.drop(planId);
  }

  /** Starts what is due. Several servers share the work, since taking a turn is one update of the row. */
  async queueDue(now: number): Promise<void> {
    await this.#runsDue(now);
    await this.#drillsDue(now);
    await this.#overdue(now);
  }

  async #runsDue(now: number): Promise<void> {
    for (const { id } of await this.#due('next_run_at', now)) {
      await this.#changes.run(async (change) => {
        const row = await readPlan(change.db, id);
        const due = row.next_run_at;
        if (due === null || due > now || row.paused === 1) return;
        const begun: PlanRow = { ...row, last_begin_at: now };
        const { next_run_at } = nextTimes(begun, now, jitterMs(id, settingsOf(row).jitterMinutes));
        const taken = await change.db
          .updateTable('plans')
          .set({ next_run_at, last_begin_at: now })
          .where('id', '=', id)
          .where('next_run_at', '=', due)
          .executeTakeFirst();
        if (taken.numUpdatedRows === 0n) return;
        change.event({ kind: 'plan', id, action: 'changed' });
        const isLate = now - due > LATE_MS;
        if (isLate && !settingsOf(row).catchUp) return;
        // The one before still runs, or waits: it will have what this one would have.
        if ((await this.#operations.unfinishedOfTarget(change, id, BACKUP_KIND)).length > 0) return;
        await this.queueRun(change, row, { reason: isLate ? 'catch_up' : 'schedule', actor: SYSTEM });
      });
    }
  }

  async #drillsDue(now: number): Promise<void> {
    for (const { id } of await this.#due('next_drill_at', now)) {
      await this.#changes.run(async (change) => {
        const row = await readPlan(change.db, id);
        const due = row.next_drill_at;
        if (due === null || due > now || row.paused === 1) return;
        const { next_drill_at } = nextTimes(row, now, 0);
        const taken = await change.db
          .updateTable('plans')
          .set({ next_drill_at })
          .where('id', '=', id)
          .where('next_drill_at', '=', due)
          .executeTakeFirst();
        if (taken.numUpdatedRows === 0n) return;
        if ((await this.#operations.unfinishedOfTarget(change, id, DRILL_KIND)).length > 0) return;
        const backup = await this.#backupToProve(change, id, undefined);
        if (backup) await this.#queueDrill(change, row, backup, { actor: SYSTEM });
      });
    }
  }

  /** A backup that did not happen is told once, until there is one again. */
  async #overdue(now: number): Promise<void> {
    const due = await this.#database.query
      .selectFrom('plans')
      .select('id')
      .where('overdue_at', '<=', now)
      .where('overdue_told', '=', 0)
      .limit(50)
      .execute();
    for (const { id } of due) {
      await this.#changes.run(async (change) => {
        const row = await readPlan(change.db, id);
        if (freshnessOf(row, now) !== 'red') return;
        const taken = await change.db
          .updateTable('plans')
          .set({ overdue_told: 1 })
          .where('id', '=', id)
          .where('overdue_told', '=', 0)
          .executeTakeFirst();
        if (taken.numUpdatedRows === 0n) return;
        await this.#news.overdue(change, row);
        change.event({ kind: 'plan', id, action: 'changed' });
      });
    }
  }

  #due(column: 'next_run_at' | 'next_drill_at', now: number): Promise<{ id: string }[]> {
    return this.#database.query
      .selectFrom('plans')
      .select('id')
      .where(column, '<=', now)
      .where('paused', '=', 0)
      .limit(50)
      .execute();
  }

  async #backupToProve(change: Change, planId: string, backupId: string | undefined): Promise<BackupRow | undefined> {
    let query = change.db
      .selectFrom('backups')
      .innerJoin('backup_samples', 'backup_samples.backup_id', 'backups.id')
      .selectAll('backups')
      .where('backups.plan_id', '=', planId);
    if (backupId !== undefined) query = query.where('backups.id', '=', backupId);
    return query.orderBy('backups.time', 'desc').limit(1).executeTakeFirst();
  }

  async #queueDrill(change: Change, row: PlanRow, backup: BackupRow, asked: Asked): Promise<OperationRow> {
    const operation = await this.#queue(change, row, DRILL_KIND, { backupId: backup.id }, asked, [`drill:${row.id}`]);
    await change.db
      .insertInto('drills')
      .values({
        ...{
          id: operation.id,
          project_id: DEFAULT_PROJECT,
          revision: 1,
          created_at: change.now,
          updated_at: change.now,
        },
        ...{ plan_id: row.id, backup_id: backup.id, repository_id: backup.repository_id, state: 'queued' },
        ...{ compared: 0, bytes: 0, findings: null, affected: null, error: null, finished_at: null },
      })
      .execute();
    return operation;
  }

  #queue(
    change: Change,
    row: PlanRow,
    kind: string,
    more: Readonly<Record<string, string | boolean | readonly string[]>>,
    { actor, operationId }: Asked,
    locks: readonly string[] = [`plan:${row.id}`],
  ): Promise<OperationRow> {
    return this.#operations.create(change, {
      id: operationId,
      kind,
      target: { kind: 'plan', id: row.id, name: row.name },
      hostId: null,
      actor,
      input: { planId: row.id, ...more },
      locks,
      nodeId: row.node_id,
    });
  }
}
