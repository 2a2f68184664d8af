import {
  type BackupProgress,
  type BackupResult,
  backUp,
  createOrOpen,
  forgetSnapshots,
  listSnapshots,
  prepareGateway,
  type RepositoryAccess,
  removeStaleLocks,
} from '@sampan/backup';
import { SampanError, toSampanError } from '@sampan/driver';
import type { Catalogs } from '../backups/catalogs.ts';
import { latestBackup } from '../backups/store.ts';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { BACKUP_PATIENCE, patiently } from '../operations/patience.ts';
import { storedError } from '../operations/run.ts';
import type { OperationService } from '../operations/service.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { isoTime, sleep } from '../platform/time.ts';
import { SYSTEM } from '../policy/actor.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import { damageOf } from '../repositories/damage.ts';
import { CREATE_KIND } from '../repositories/kinds.ts';
import { whenUnlocked } from '../repositories/locked.ts';
import type { RepositoryStates } from '../repositories/states.ts';
import { readRepository } from '../repositories/store.ts';
import { RunPauses } from '../runs/pauses.ts';
import { RateMeter, type RunProgress } from '../runs/progress.ts';
import { readRun, writeRun } from '../runs/store.ts';
import { excludesOf } from './excludes.ts';
import type { HookRunner } from './hooks.ts';
import { indexBackup, witnesses } from './indexing.ts';
import type { PlanNews } from './news.ts';
import { copyOwnDatabase, ownCopyFolder } from './own-database.ts';
import { applyRetention } from './retention.ts';
import type { BackupRoots } from './roots.ts';
import { endRun, keepBackup } from './run-records.ts';
import { type PlanSettings, settingsOf } from './settings.ts';
import type { Slots } from './slots.ts';
import { readPlan } from './store.ts';
import type { PlanRow } from './tables.ts';
import { BACKUP_KIND, type PlanWork } from './work.ts';

/** A run that breaks off again and again, perhaps since it breaks the server, is not begun for ever. */
const MOST_ATTEMPTS = 4;
const TELL_EVERY_MS = 1_000;
const MAKING_LOOK_MS = 200;

export interface BackupKindParts {
  database: Database;
  changes: Changes;
  accesses: RepositoryAccesses;
  repositoryStates: RepositoryStates;
  catalogs: Catalogs;
  hooks: HookRunner;
  roots: BackupRoots;
  work: PlanWork;
  operations: OperationService;
  news: PlanNews;
  slots: Slots;
  dataFolder: string;
  /** How long a run may stay paused; for tests. */
  longestPauseMs?: number | undefined;
}

type Checkpoint = { backupId: string };

/** Makes a backup of a plan. */
export function backupKind(parts: BackupKindParts): OperationKind {
  return {
    kind: BACKUP_KIND,
    steps: ['wait', 'prepare', 'backup', 'index', 'retention', 'finish'],
    run: (context) => new BackupRun(parts, context).run(),
    ended: (change, row) => endRun(parts.news, change, row),
  };
}

class BackupRun {
  readonly #parts: BackupKindParts;
  readonly #context: OperationContext;
  readonly #planId: string;

  constructor(parts: BackupKindParts, context: OperationContext) {
    this.#parts = parts;
    this.#context = context;
    this.#planId = (context.input as { planId: string }).planId;
  }

  async run() {
    const { database, slots } = this.#parts;
    const context = this.#context;
    if (context.attempt > MOST_ATTEMPTS) {
      throw new SampanError('interrupted', `It broke off ${MOST_ATTEMPTS} times and is not begun again.`, {
        hint: 'Look at the log of the server for why it stopped each time. “Back up now” begins a new run.',
      });
    }
    const release = await context.step('wait', async () => {
      if (slots.free <= 0) await context.stepMessage('waits for other backups of this computer');
      return slots.take(context.signal);
    });
    try {
      await this.#write({ state: 'running', started_at: Date.now() });
      const plan = await readPlan(database.query, this.#planId);
      const settings = settingsOf(plan);
      try {
        return await this.#work(plan, settings, release);
      } catch (error) {
        if (!context.signal.aborted) await this.#failed(plan, settings, error);
        throw error;
      }
    } finally {
      release();
    }
  }

  /** @param release lets the next backup of this computer begin */
  async #work(plan: PlanRow, settings: PlanSettings, release: () => void) {
    const context = this.#context;
    const { accesses, repositoryStates } = this.#parts;
    const speeds = {
      upload: settings.limits.uploadBytesPerSecond,
      download: settings.limits.downloadBytesPerSecond,
    };
    const saved = context.checkpoint as Checkpoint | null;
    const { row: repository, access } = await accesses.open(plan.repository_id, { speeds, during: context });
    const damage = damageOf(repository);
    if (damage) {
      const found = `The ${damage.foundBy} of ${isoTime(damage.foundAt)} found the repository damaged`;
      await context.log('warning', `${found}: this backup may build on what is damaged.`);
    }
    try {
      void prepareGateway(access);
      let backupId = saved?.backupId;
      if (backupId === undefined) {
        const paths = await context.step('prepare', () => this.#prepare(plan, settings, access, repository.restic_id));
        backupId = await context.step('backup', () => this.#backUp(plan, settings, access, paths));
      }
      await repositoryStates.reached(repository);
      await context.step('index', () => this.#index(plan, settings, access, backupId));
      // What comes now may wait long for others of this repository, and is light.
      release();
      await context.step('retention', () => this.#retention(plan, access));
      await context.step('finish', () => this.#finish(plan, settings, backupId));
      const run = await readRun(this.#parts.database.query, context.operationId);
      return { backupId, state: run.unread_count > 0 ? 'partial' : 'complete', unread: run.unread_count };
    } catch (error) {
      await repositoryStates.failed(repository.id, error, context.signal);
      throw error;
    }
  }

  /** Hooks, the copy of the own database, the repository if it was never made. @returns what is to be read */
  async #prepare(
    plan: PlanRow,
    settings: PlanSettings,
    access: RepositoryAccess,
    resticId: string | null,
  ): Promise<string[]> {
    const context = this.#context;
    const { sources } = settings;
    if (resticId === null) await this.#makeRepository(plan, access);
    await this.#parts.hooks.run(settings.hooks, this.#news(plan, 'before'), context);
    const paths = [...new Set([...sources.paths, ...(await this.#parts.roots.expand(sources.includes))])];
    const { database, dataFolder } = this.#parts;
    if (sources.ownDatabase) {
      await context.stepMessage('copies Sampan’s own database');
      await copyOwnDatabase(database, dataFolder, context.signal);
      paths.push(ownCopyFolder(dataFolder));
    }
    return paths;
  }

  /** It is made by an operation of its own, which may have failed while the storage was away. */
  async #makeRepository(plan: PlanRow, access: RepositoryAccess): Promise<void> {
    const { database, operations, repositoryStates } = this.#parts;
    const { signal } = this.#context;
    while ((await operations.pendingOf([plan.repository_id])).get(plan.repository_id)?.kind === CREATE_KIND) {
      await this.#context.stepMessage('waits for the repository to be made');
      await sleep(MAKING_LOOK_MS, signal);
    }
    const repository = await readRepository(database.query, plan.repository_id);
    if (repository.restic_id !== null) return;
    const { id } = await patiently(BACKUP_PATIENCE, this.#context, () => createOrOpen(access, { signal }));
    await repositoryStates.write(repository.id, { restic_id: id, state: 'ready', error: null });
  }

  async #backUp(
    plan: PlanRow,
    settings: PlanSettings,
    access: RepositoryAccess,
    paths: readonly string[],
  ): Promise<string> {
    const context = this.#context;
    const { sources, limits } = settings;
    const runTag = `run:${context.operationId}`;
    const ownFolder = sources.ownDatabase ? ownCopyFolder(this.#parts.dataFolder) : null;
    const before = await this.#parent(plan, access, runTag);
    const excludes = await excludesOf(sources, this.#parts.roots, ownFolder);
    const pauses = new RunPauses(this.#parts, context.operationId);
    const startedAt = Date.now();
    let result: BackupResult;
    const ended = AbortSignal.any([context.signal, pauses.gaveUp]);
    try {
      result = await patiently(BACKUP_PATIENCE, context, () =>
        whenUnlocked(context, access, () =>
          backUp(access, {
            ...{ paths, excludes, host: settings.hostname, compression: settings.compression },
            tags: ['sampan', `plan:${plan.id}`, runTag, ...settings.tags],
            parent: before.parent,
            oneFileSystem: sources.oneFileSystem,
            ...(limits.nice !== null && { nice: limits.nice }),
            ...(limits.processors !== null && { processors: limits.processors }),
            ...(limits.readConcurrency !== null && { readConcurrency: limits.readConcurrency }),
            signal: ended,
            onProgress: this.#progress(),
            onLog: (line) => void context.log('info', line).catch(() => undefined),
            onStart: (process) => pauses.watch(process),
          }),
        ),
      );
    } catch (error) {
      if (!pauses.gaveUp.aborted || context.signal.aborted) throw error;
      throw new SampanError('interrupted', 'It was paused for too long, and was ended cleanly.', {
        hint: 'What was sent is kept: the next run goes on from there.',
      });
    } finally {
      pauses.stop();
    }
    const backupId = await keepBackup(this.#parts, context.operationId, plan, { ...result, startedAt, paths });
    await context.save({ backupId } satisfies Checkpoint);
    // What a broken-off attempt of this run had finished is the same backup once more.
    if (before.orphans.length > 0 && !access.appendOnly)
      await forgetSnapshots(access, before.orphans, { signal: context.signal }).catch(() => undefined);
    return backupId;
  }

  /** The backup before, and what an earlier attempt of this very run left without being able to tell. */
  async #parent(
    plan: PlanRow,
    access: RepositoryAccess,
    runTag: string,
  ): Promise<{ parent: string | undefined; orphans: string[] }> {
    const context = this.#context;
    const latest = await latestBackup(this.#parts.database.query, plan.id);
    const known = latest?.repository_id === plan.repository_id ? latest.snapshot_id : undefined;
    if (context.attempt === 1) return { parent: known, orphans: [] };
    // The restic of that attempt is gone; what it could not take away any more is taken away now.
    await patiently(BACKUP_PATIENCE, context, () => removeStaleLocks(access, { signal: context.signal }));
    const snapshots = await patiently(BACKUP_PATIENCE, context, () =>
      listSnapshots(access, { signal: context.signal }),
    );
    const orphans = snapshots.filter((snapshot) => snapshot.tags.includes(runTag)).map((snapshot) => snapshot.id);
    return { parent: orphans.at(-1) ?? known, orphans };
  }

  /** Its tree opens at once from then on. That it cannot be listed now does not make the backup worse. */
  async #index(plan: PlanRow, settings: PlanSettings, access: RepositoryAccess, backupId: string): Promise<void> {
    const context = this.#context;
    const { database, changes, catalogs } = this.#parts;
    const backup = await database.query
      .selectFrom('backups')
      .selectAll()
      .where('id', '=', backupId)
      .executeTakeFirstOrThrow();
    const isKnown = (await catalogs.backups(plan.id)).some((each) => each.id === backupId);
    if (isKnown) return;
    try {
      const { count, candidates } = await indexBackup(catalogs, {
        ...{ access, planId: plan.id, signal: context.signal, samples: settings.drill.samples },
        backup: { id: backupId, time: backup.time, snapshotId: backup.snapshot_id },
        onCount: (files) => void context.stepMessage(`${files}`).catch(() => undefined),
      });
      await context.stepMessage(`${count}`);
      const manifest = await witnesses(candidates, settings.drill.samples, context.signal);
      // A file that was changed after it was backed up would be a false witness.
      const certain = manifest.filter((entry) => entry.modified < backup.time);
      await changes.run(async (change) => {
        await change.db.updateTable('backups').set({ indexed_at: change.now }).where('id', '=', backupId).execute();
        if (certain.length > 0) {
          const row = { backup_id: backupId, manifest: JSON.stringify(certain) };
          await change.db
            .insertInto('backup_samples')
            .values(row)
            .onConflict((conflict) => conflict.column('backup_id').doUpdateSet({ manifest: row.manifest }))
            .execute();
        }
        change.event({ kind: 'backup', id: backupId, action: 'changed' });
      });
    } catch (error) {
      context.signal.throwIfAborted();
      const { message } = toSampanError(error);
      await context.log(
        'warning',
        `The files could not be listed: ${message} The list is made when it is first needed.`,
      );
    }
  }

  /** A failure is kept where people see it, and does not unmake the backup. */
  async #retention(plan: PlanRow, access: RepositoryAccess): Promise<void> {
    const context = this.#context;
    if (access.appendOnly) return context.stepMessage('append-only: nothing is deleted');
    try {
      const gone = await applyRetention(this.#parts, context, { access, plan });
      await context.stepMessage(String(gone));
      if (plan.retention_error !== null) await this.#writePlan({ retention_error: null });
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = toSampanError(thrown);
      await context.log('error', `Retention failed: ${error.message}`);
      await this.#writePlan({ retention_error: storedError(error) });
    }
  }

  async #finish(plan: PlanRow, settings: PlanSettings, backupId: string): Promise<void> {
    const { hooks, changes, work } = this.#parts;
    const run = await readRun(this.#parts.database.query, this.#context.operationId);
    const state = run.unread_count > 0 ? 'partial' : 'succeeded';
    await hooks.run(settings.hooks, { ...this.#news(plan, 'after'), state, backupId }, this.#context);
    await changes.run((change) => work.queueMirrors(change, plan, { actor: SYSTEM }));
  }

  async #failed(plan: PlanRow, settings: PlanSettings, thrown: unknown): Promise<void> {
    const { message } = toSampanError(thrown);
    const news = { ...this.#news(plan, 'failure'), state: 'failed', error: message };
    await this.#parts.hooks.run(settings.hooks, news, this.#context).catch(() => undefined);
  }

  #news(plan: PlanRow, moment: 'before' | 'after' | 'failure') {
    return { moment, planId: plan.id, planName: plan.name, operationId: this.#context.operationId };
  }

  #progress(): (progress: BackupProgress) => void {
    const rate = new RateMeter();
    let toldAt = 0;
    return (progress) => {
      const now = Date.now();
      const ratePerSecond = rate.add(progress.bytesDone, now);
      if (now - toldAt < TELL_EVERY_MS) return;
      toldAt = now;
      const left = progress.bytes === null ? null : progress.bytes - progress.bytesDone;
      const shown: RunProgress = {
        ...{ filesDone: progress.filesDone, files: progress.files, bytesDone: progress.bytesDone },
        ...{ bytes: progress.bytes, bytesSent: progress.bytesSent, ratePerSecond, at: now },
        remainingMs: left !== null && ratePerSecond ? Math.round((left / ratePerSecond) * 1000) : null,
        currentFiles: progress.currentFiles.slice(0, 3),
      };
      this.#write({ progress: JSON.stringify(shown) }).catch(() => undefined);
      this.#context.progress({ done: progress.bytesDone, total: progress.bytes, unit: 'bytes' }).catch(() => undefined);
    };
  }

  #write(write: Parameters<typeof writeRun>[2]): Promise<void> {
    return this.#parts.changes.run((change) => writeRun(change, this.#context.operationId, write));
  }

  #writePlan(write: { retention_error: string | null }): Promise<void> {
    return this.#parts.changes.run(async (change) => {
      await change.db.updateTable('plans').set(write).where('id', '=', this.#planId).execute();
      change.event({ kind: 'plan', id: this.#planId, action: 'changed' });
    });
  }
}
