import {
  copySnapshots,
  createLike,
  forgetSnapshots,
  listSnapshots,
  openRepository,
  type RepositoryAccess,
  type Snapshot,
} from '@sampan/backup';
import { SampanError, toSampanError } from '@sampan/driver';
import type { BackupRow } from '../backups/tables.ts';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { BACKUP_PATIENCE, patiently } from '../operations/patience.ts';
import { storedError } from '../operations/run.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJson } from '../platform/json.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import { whenUnlocked } from '../repositories/locked.ts';
import type { RepositoryStates } from '../repositories/states.ts';
import type { PlanNews } from './news.ts';
import { findPlan, mirrorsOf, readPlan } from './store.ts';
import type { PlanMirrorRow } from './tables.ts';
import { MIRROR_KIND } from './work.ts';

export interface MirrorKindParts {
  database: Database;
  changes: Changes;
  accesses: RepositoryAccesses;
  repositoryStates: RepositoryStates;
  news: PlanNews;
}

interface Input {
  planId: string;
  repositoryId: string;
  recreate?: boolean;
}

/** Copies the backups of a plan to one of its mirrors, and takes away there what retention took away here. */
export function mirrorKind(parts: MirrorKindParts): OperationKind {
  return {
    kind: MIRROR_KIND,
    steps: ['prepare', 'copy', 'retention'],
    run: (context) => new MirrorRun(parts, context).run(),
    ended: (change, row) => mirrorEnded(parts, change, row),
  };
}

class MirrorRun {
  readonly #parts: MirrorKindParts;
  readonly #context: OperationContext;
  readonly #input: Input;

  constructor(parts: MirrorKindParts, context: OperationContext) {
    this.#parts = parts;
    this.#context = context;
    this.#input = context.input as unknown as Input;
  }

  async run() {
    const { database, accesses, repositoryStates } = this.#parts;
    const { planId, repositoryId } = this.#input;
    const context = this.#context;
    await this.#write({ state: 'copying', error: null });
    const plan = await readPlan(database.query, planId);
    const from = await accesses.open(plan.repository_id, { during: this.#context });
    const to = await accesses.open(repositoryId, { during: this.#context });
    // The source is read only; a mirror that is append-only still takes copies.
    const source = from.access;
    const target = to.access;
    try {
      await context.step('prepare', () => this.#prepare(source, target, to.row.restic_id));
      const copied = await context.step('copy', () => this.#copy(source, target));
      await context.step('retention', () => this.#retention(target));
      await repositoryStates.reached(to.row);
      return { copied };
    } catch (error) {
      await repositoryStates.failed(repositoryId, error, context.signal);
      throw error;
    }
  }

  /** A mirror that was there and is gone is not silently begun anew: somebody may have deleted it, or not mounted its disk. */
  async #prepare(source: RepositoryAccess, target: RepositoryAccess, resticId: string | null): Promise<void> {
    const { changes, repositoryStates } = this.#parts;
    const { repositoryId, recreate } = this.#input;
    const context = this.#context;
    await patiently(BACKUP_PATIENCE, context, async () => {
      try {
        await openRepository(target, { signal: context.signal });
        return;
      } catch (thrown) {
        if (toSampanError(thrown).code !== 'repository_not_found') throw thrown;
      }
      if (resticId !== null && !recreate) {
        throw new SampanError('repository_not_found', 'The repository of this mirror is gone.', {
          hint: 'Mount its disk or bring it back. If it was deleted on purpose, copy to it again and let it be made anew.',
        });
      }
      await createLike(source, target, { signal: context.signal });
      const config = await openRepository(target, { signal: context.signal });
      // Another repository: what was found in the one before says nothing about it.
      const unknown = { damage: null, checked_at: null, check_result: null };
      await repositoryStates.write(repositoryId, { restic_id: config.id, state: 'ready', error: null, ...unknown });
      await changes.run(async (change) => {
        await change.db.deleteFrom('backup_copies').where('repository_id', '=', repositoryId).execute();
      });
    });
  }

  async #copy(source: RepositoryAccess, target: RepositoryAccess): Promise<number> {
    const context = this.#context;
    const missing = await this.#missing(target);
    if (missing.length === 0) return 0;
    await context.stepMessage(`${missing.length}`);
    const ids = missing.map((backup) => backup.snapshot_id);
    await patiently(BACKUP_PATIENCE, context, () =>
      whenUnlocked(context, target, () =>
        copySnapshots(source, target, ids, {
          signal: context.signal,
          onProgress: (done) => void context.progress({ done, total: null, unit: 'bytes' }).catch(() => undefined),
        }),
      ),
    );
    const left = await this.#missing(target);
    if (left.length > 0) {
      throw new SampanError('mirror_incomplete', `${left.length} backups did not arrive in the mirror.`, {
        hint: 'Look at the log, and copy again.',
      });
    }
    return missing.length;
  }

  /** Finds out from the mirror itself which copies are there, keeps that, and gives the backups that are not. */
  async #missing(target: RepositoryAccess): Promise<BackupRow[]> {
    const { database, changes } = this.#parts;
    const { planId, repositoryId } = this.#input;
    const snapshots = await this.#snapshots(target);
    const copies = new Map(snapshots.map((snapshot) => [snapshot.original ?? snapshot.id, snapshot.id]));
    const backups = await database.query.selectFrom('backups').selectAll().where('plan_id', '=', planId).execute();
    await changes.run(async (change) => {
      for (const backup of backups) {
        const snapshotId = copies.get(backup.snapshot_id);
        if (snapshotId === undefined) {
          await change.db
            .deleteFrom('backup_copies')
            .where('backup_id', '=', backup.id)
            .where('repository_id', '=', repositoryId)
            .execute();
          continue;
        }
        const row = { backup_id: backup.id, repository_id: repositoryId, snapshot_id: snapshotId };
        await change.db
          .insertInto('backup_copies')
          .values({ ...row, copied_at: change.now })
          .onConflict((conflict) =>
            conflict.columns(['backup_id', 'repository_id']).doUpdateSet({ snapshot_id: snapshotId }),
          )
          .execute();
      }
    });
    return backups.filter((backup) => !copies.has(backup.snapshot_id)).sort((a, b) => a.time - b.time);
  }

  /** Copies of backups that are no more. Backups of others in the same repository are not ours to delete. */
  async #retention(target: RepositoryAccess): Promise<void> {
    const context = this.#context;
    if (target.appendOnly) return context.stepMessage('append-only: nothing is deleted');
    const { database } = this.#parts;
    const { planId } = this.#input;
    const kept = await database.query
      .selectFrom('backups')
      .select('snapshot_id')
      .where('plan_id', '=', planId)
      .execute();
    const known = new Set(kept.map((row) => row.snapshot_id));
    const gone = (await this.#snapshots(target)).filter(
      (snapshot) => snapshot.tags.includes(`plan:${planId}`) && !known.has(snapshot.original ?? snapshot.id),
    );
    await context.stepMessage(String(gone.length));
    if (gone.length === 0) return;
    await whenUnlocked(context, target, () =>
      forgetSnapshots(
        target,
        gone.map((snapshot) => snapshot.id),
        { signal: context.signal },
      ),
    );
  }

  #snapshots(target: RepositoryAccess): Promise<Snapshot[]> {
    return patiently(BACKUP_PATIENCE, this.#context, () => listSnapshots(target, { signal: this.#context.signal }));
  }

  #write(write: Partial<PlanMirrorRow>): Promise<void> {
    const { planId, repositoryId } = this.#input;
    return this.#parts.changes.run((change) => writeMirror(change, planId, repositoryId, write));
  }
}

async function writeMirror(
  change: Change,
  planId: string,
  repositoryId: string,
  write: Partial<PlanMirrorRow>,
): Promise<void> {
  await change.db
    .updateTable('plan_mirrors')
    .set(write)
    .where('plan_id', '=', planId)
    .where('repository_id', '=', repositoryId)
    .execute();
  change.event({ kind: 'plan', id: planId, action: 'changed' });
}

async function mirrorEnded(parts: MirrorKindParts, change: Change, row: OperationRow): Promise<void> {
  const { planId, repositoryId } = fromJson<Input>(row.input);
  const plan = await findPlan(change.db, planId);
  if (!plan) return;
  const { behind } = await change.db
    .selectFrom('backups')
    .leftJoin('backup_copies', (join) =>
      join.onRef('backup_copies.backup_id', '=', 'backups.id').on('backup_copies.repository_id', '=', repositoryId),
    )
    .where('backups.plan_id', '=', planId)
    .where('backup_copies.backup_id', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('behind'))
    .executeTakeFirstOrThrow();
  const count = Number(behind);
  if (row.state === 'succeeded') {
    const state = count === 0 ? 'current' : 'waiting';
    if (count === 0) await parts.news.mirrorCaughtUp(change, plan, repositoryId);
    return writeMirror(change, planId, repositoryId, { state, error: null, copied_at: change.now, behind: count });
  }
  const error = row.error ?? storedError(new SampanError(row.state, `The copying ended as ${row.state}.`));
  await writeMirror(change, planId, repositoryId, { state: 'failed', error, behind: count });
  if (row.state === 'cancelled') return;
  const mirror = (await mirrorsOf(change.db, [planId]))
    .get(planId)
    ?.find((each) => each.repository_id === repositoryId);
  if (mirror) await parts.news.mirrorFailed(change, plan, { repositoryId, behind: count, copiedAt: mirror.copied_at });
}
