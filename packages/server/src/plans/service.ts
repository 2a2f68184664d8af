import { jitterMs, nextRuns, previewSources, type Schedule } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import type { Static } from 'typebox';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { idTaken, RevisionMismatch } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { demandFreeName, nameColumns } from '../platform/names.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import type { Actor } from '../policy/actor.ts';
import { demand } from '../policy/policy.ts';
import type { RepositoryService } from '../repositories/service.ts';
import { findRepository } from '../repositories/store.ts';
import { excludesOf } from './excludes.ts';
import { overdueAt } from './freshness.ts';
import { openUrls, saveUrls } from './hooks.ts';
import { nextTimes, type PlanView } from './present.ts';
import type { PlanQueries } from './queries.ts';
import { readSettings, readSources, wrong } from './read-settings.ts';
import type { BackupRoots } from './roots.ts';
import type { NewPlan, PlanEdit, SourcesInput } from './schema.ts';
import { settingsOf } from './settings.ts';
import { findPlan, mirrorsOf, readPlan } from './store.ts';
import type { PlanRow } from './tables.ts';
import type { PlanWork } from './work.ts';

type Edit = Static<typeof PlanEdit>;

const HOUR_MS = 3_600_000;
/** The longest pause of a schedule and an hour: later than that something is wrong. Null for what never runs by itself. */
function usualObjective(schedule: Schedule, now: number): number | null {
  const runs = nextRuns(schedule, now, now, 15);
  const pauses = runs.map((time, index) => time - (runs[index - 1] ?? now)).slice(1);
  if (pauses.length === 0) return null;
  return Math.min(527_040, Math.round((Math.max(...pauses) * 1.1 + HOUR_MS) / 60_000));
}

function folderOf(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
}

/** Rules of making, changing and deleting plans. Reading is in `queries`, what runs in `work`. */
export class PlanService {
  readonly queries: PlanQueries;
  readonly work: PlanWork;
  readonly roots: BackupRoots;
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #repositories: RepositoryService;
  readonly #nodeId: string;
  readonly #allowCommands: boolean;

  constructor(parts: {
    database: Database;
    changes: Changes;
    sealer: Sealer;
    queries: PlanQueries;
    work: PlanWork;
    repositories: RepositoryService;
    roots: BackupRoots;
    nodeId: string;
    allowCommands: boolean;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
    this.queries = parts.queries;
    this.work = parts.work;
    this.roots = parts.roots;
    this.#repositories = parts.repositories;
    this.#nodeId = parts.nodeId;
    this.#allowCommands = parts.allowCommands;
  }

  /** @param options.repeated the id comes from an Idempotency-Key: what exists under it is the first attempt's */
  async create(wish: Static<typeof NewPlan>, actor: Actor, options: { repeated?: boolean } = {}): Promise<PlanView> {
    const sources = await readSources(wish.sources, this.#by(actor));
    if ((wish.repositoryId === undefined) === (wish.storageId === undefined)) {
      throw wrong('repositoryId', 'required', 'give either repositoryId, or storageId to make a repository there');
    }
    const id = await this.#changes.run(async (change) => {
      const planId = wish.id ?? newId(change.now);
      if (await findPlan(change.db, planId)) {
        if (options.repeated) return planId;
        throw idTaken('plan', planId);
      }
      await demandFreeName(change.db, 'plans', wish.name);
      const repositoryId = await this.#repository(change, wish, actor);
      const { settings, urls } = readSettings(wish, sources, null, { ...this.#by(actor), knownUrls: new Map() });
      const objective =
        wish.objectiveMinutes === undefined ? usualObjective(settings.schedule, change.now) : wish.objectiveMinutes;
      const row: PlanRow = {
        ...{ id: planId, project_id: DEFAULT_PROJECT, revision: 1, created_at: change.now, updated_at: change.now },
        ...nameColumns(wish.name),
        ...{ repository_id: repositoryId, node_id: this.#nodeId, settings: JSON.stringify(settings) },
        ...{ paused: wish.paused === true ? 1 : 0, next_run_at: null, next_drill_at: null, last_begin_at: null },
        ...{ objective_minutes: objective, objective_since: change.now, last_complete_at: null, last_backup_at: null },
        ...{
          overdue_at: null,
          overdue_told: 0,
          last_run_id: null,
          last_run_state: null,
          last_end_state: null,
          last_proven_at: null,
        },
        ...{ last_drill_state: null, last_drill_at: null, retention_error: null, bytes: null, files: null },
      };
      Object.assign(row, nextTimes(row, change.now, this.#jitter(row)), { overdue_at: overdueAt(row) });
      // An interval begins with its plan.
      if (settings.schedule.kind === 'interval' && wish.runNow === false)
        row.next_run_at = change.now + settings.schedule.minutes * 60_000;
      await change.db.insertInto('plans').values(row).execute();
      await saveUrls(change.db, this.#sealer, planId, urls);
      await this.#saveMirrors(change, row, wish.mirrors ?? [], actor);
      change.event({ kind: 'plan', id: planId, action: 'created' });
      change.audit({
        actor,
        action: 'plan.create',
        resource: { kind: 'plan', id: planId, name: row.name },
        result: 'succeeded',
        difference: { paths: sources.paths, repository: repositoryId },
      });
      if (wish.runNow) await this.work.queueRun(change, row, { reason: 'manual', actor });
      return planId;
    });
    return this.queries.get(id);
  }

  async update(id: string, edit: Edit, actor: Actor, expectedRevision: number | undefined): Promise<PlanView> {
    const shown = await this.queries.get(id);
    const sources = edit.sources && (await readSources(edit.sources, this.#by(actor)));
    await this.#changes.run(async (change) => {
      const row = await readPlan(change.db, id);
      checkRevision(expectedRevision, row.revision, shown, edit);
      const name = edit.name ?? row.name;
      await demandFreeName(change.db, 'plans', name, id);
      const before = settingsOf(row);
      const known = await openUrls(change.db, this.#sealer, id);
      const { settings, urls } = readSettings(edit, sources ?? before.sources, before, {
        ...this.#by(actor),
        knownUrls: known,
      });
      const objective = edit.objectiveMinutes === undefined ? row.objective_minutes : edit.objectiveMinutes;
      const isOtherSchedule = JSON.stringify(settings.schedule) !== JSON.stringify(before.schedule);
      const isOtherDrill = JSON.stringify(settings.drill.schedule) !== JSON.stringify(before.drill.schedule);
      const after: PlanRow = {
        ...row,
        ...nameColumns(name),
        ...{ settings: JSON.stringify(settings), objective_minutes: objective },
        ...(objective !== row.objective_minutes && { objective_since: change.now, overdue_told: 0 as const }),
        ...{ revision: row.revision + 1, updated_at: change.now },
      };
      const times = nextTimes(after, change.now, this.#jitter(after));
      if (isOtherSchedule || settings.jitterMinutes !== before.jitterMinutes) after.next_run_at = times.next_run_at;
      if (isOtherDrill) after.next_drill_at = times.next_drill_at;
      after.overdue_at = overdueAt(after);
      const { id: _, ...columns } = after;
      const updated = await change.db
        .updateTable('plans')
        .set(columns)
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .executeTakeFirst();
      if (updated.numUpdatedRows === 0n) throw new RevisionMismatch(shown, edit);
      await saveUrls(change.db, this.#sealer, id, urls);
      if (edit.mirrors) await this.#saveMirrors(change, after, edit.mirrors, actor);
      change.event({ kind: 'plan', id, action: 'changed' });
      change.audit({
        actor,
        action: 'plan.update',
        resource: { kind: 'plan', id, name },
        result: 'succeeded',
        difference: { changed: Object.keys(edit), ...(sources && { paths: [before.sources.paths, sources.paths] }) },
      });
    });
    return this.queries.get(id);
  }

  /** Pausing keeps the plan from running by itself; a paused plan is never overdue. */
  async setPaused(id: string, isPaused: boolean, actor: Actor): Promise<PlanView> {
    await this.#changes.run(async (change) => {
      const row = await readPlan(change.db, id);
      if ((row.paused === 1) === isPaused) return;
      const after: PlanRow = { ...row, paused: isPaused ? 1 : 0, overdue_told: 0, objective_since: change.now };
      // What was missed while it was paused is not made up for; what is still to come stays, with a run that was passed over.
      const times = nextTimes(after, change.now, this.#jitter(after));
      if ((row.next_run_at ?? 0) > change.now) times.next_run_at = row.next_run_at;
      if ((row.next_drill_at ?? 0) > change.now) times.next_drill_at = row.next_drill_at;
      Object.assign(after, times, { overdue_at: overdueAt(after) });
      await change.db
        .updateTable('plans')
        .set({
          ...{ paused: after.paused, overdue_told: 0, objective_since: after.objective_since },
          ...{ next_run_at: after.next_run_at, next_drill_at: after.next_drill_at, overdue_at: after.overdue_at },
          ...{ revision: row.revision + 1, updated_at: change.now },
        })
        .where('id', '=', id)
        .execute();
      change.event({ kind: 'plan', id, action: 'changed' });
      change.audit({
        actor,
        action: isPaused ? 'plan.pause' : 'plan.resume',
        resource: { kind: 'plan', id, name: row.name },
        result: 'succeeded',
      });
    });
    return this.queries.get(id);
  }

  /** Passes over the next run. */
  async skipNext(id: string, actor: Actor): Promise<PlanView> {
    await this.#changes.run(async (change) => {
      const row = await readPlan(change.db, id);
      if (row.paused === 1 || row.next_run_at === null) {
        throw new SampanError('wrong_state', 'There is no next run that could be skipped.', {
          hint: 'The plan is paused, or only runs when it is asked to.',
        });
      }
      const { schedule } = settingsOf(row);
      const [next] = nextRuns(schedule, row.next_run_at + 1, row.next_run_at, 1);
      await change.db
        .updateTable('plans')
        .set({
          next_run_at: next === undefined ? null : next + this.#jitter(row),
          ...{ revision: row.revision + 1, updated_at: change.now },
        })
        .where('id', '=', id)
        .execute();
      change.event({ kind: 'plan', id, action: 'changed' });
      change.audit({
        actor,
        action: 'plan.skip',
        resource: { kind: 'plan', id, name: row.name },
        result: 'succeeded',
        difference: { skipped: new Date(row.next_run_at).toISOString() },
      });
    });
    return this.queries.get(id);
  }

  /** Deletes a plan with what Sampan knows of its backups. They stay in the repository, and can be adopted again. */
  async remove(id: string, actor: Actor, expectedRevision: number | undefined): Promise<void> {
    const shown = await this.queries.get(id);
    await this.#changes.run(async (change) => {
      const row = await readPlan(change.db, id);
      checkRevision(expectedRevision, row.revision, shown, null);
      await this.work.demandIdle(change, row);
      await change.db.deleteFrom('plans').where('id', '=', id).execute();
      change.event({ kind: 'plan', id, action: 'deleted' });
      change.audit({
        actor,
        action: 'plan.delete',
        resource: { kind: 'plan', id, name: row.name },
        result: 'succeeded',
      });
    });
    await this.work.forget(id);
  }

  /** What a backup of these sources would read, without reading it. */
  async previewSources(given: Static<typeof SourcesInput>, actor: Actor, signal: AbortSignal) {
    const sources = await readSources(given, this.#by(actor));
    const paths = [...new Set([...sources.paths, ...(await this.roots.expand(sources.includes))])];
    const excludes = await excludesOf(sources, this.roots, null);
    const { oneFileSystem } = sources;
    return { paths, ...(await previewSources({ paths, excludes, oneFileSystem, signal })) };
  }

  #by(actor: Actor) {
    return { actor, roots: this.roots, database: this.#database, allowCommands: this.#allowCommands };
  }

  /** The repository that is named, or a new one on the storage that is. */
  async #repository(
    change: Change,
    wish: { name: string; repositoryId?: string; storageId?: string; folder?: string },
    actor: Actor,
  ): Promise<string> {
    const { repositoryId, storageId } = wish;
    if (storageId !== undefined) {
      demand(actor, 'repository:create');
      const folder = wish.folder ?? folderOf(wish.name);
      const made = { name: wish.name, storageId, folder, adopt: false, appendOnly: false };
      return this.#repositories.createWithin(change, made, actor);
    }
    const row = await findRepository(change.db, repositoryId ?? '');
    if (!row) throw wrong('repositoryId', 'not_found', `there is no repository ${repositoryId}`);
    return row.id;
  }

  /** Makes the mirrors exactly these; those that stay keep their state. */
  async #saveMirrors(change: Change, row: PlanRow, wishes: NonNullable<Edit['mirrors']>, actor: Actor): Promise<void> {
    const before = (await mirrorsOf(change.db, [row.id])).get(row.id) ?? [];
    const ids: string[] = [];
    for (const [index, wish] of wishes.entries()) {
      const field = `mirrors.${index}`;
      if ((wish.repositoryId === undefined) === (wish.storageId === undefined))
        throw wrong(field, 'required', 'give either repositoryId, or storageId to make a repository there');
      const name = `${row.name} (${index + 2})`;
      const id = await this.#repository(change, { ...wish, name, folder: wish.folder ?? folderOf(row.name) }, actor);
      if (id === row.repository_id || ids.includes(id))
        throw wrong(field, 'not_offered', 'a mirror must be another repository than the others of the plan');
      ids.push(id);
    }
    const gone = before.filter((mirror) => !ids.includes(mirror.repository_id)).map((mirror) => mirror.repository_id);
    if (gone.length > 0) {
      await change.db
        .deleteFrom('plan_mirrors')
        .where('plan_id', '=', row.id)
        .where('repository_id', 'in', gone)
        .execute();
      // What was copied stays where it is, and is no place of these backups any more.
      await change.db
        .deleteFrom('backup_copies')
        .where('repository_id', 'in', gone)
        .where('backup_id', 'in', change.db.selectFrom('backups').select('id').where('plan_id', '=', row.id))
        .execute();
    }
    for (const [position, repositoryId] of ids.entries()) {
      await change.db
        .insertInto('plan_mirrors')
        .values({
          ...{ plan_id: row.id, repository_id: repositoryId, position, state: 'new', error: null },
          ...{ copied_at: null, behind: 0 },
        })
        .onConflict((conflict) => conflict.columns(['plan_id', 'repository_id']).doUpdateSet({ position }))
        .execute();
    }
  }

  #jitter(row: Pick<PlanRow, 'id' | 'settings'>): number {
    return jitterMs(row.id, settingsOf(row).jitterMinutes);
  }
}
