import { lstatSync } from 'node:fs';
import path from 'node:path';
import { type RestoredItem, restore } from '@sampan/backup';
import { FailedWithResult, type OperationContext, type OperationKind } from '../operations/kinds.ts';
import { BACKUP_PATIENCE, patiently } from '../operations/patience.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { HookRunner } from '../plans/hooks.ts';
import { settingsOf } from '../plans/settings.ts';
import { readPlan } from '../plans/store.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import { whenUnlocked } from '../repositories/locked.ts';
import type { RepositoryStates } from '../repositories/states.ts';
import type { RestoreState } from './tables.ts';

export const RESTORE_KIND = 'backup.restore';
export const PREVIEW_KIND = 'backup.preview_restore';
const MOST_NAMED = 200;

export interface RestoreSettings {
  snapshotId: string;
  paths: string[] | null;
  /** Null: where things were. */
  target: string | null;
  overwrite: 'always' | 'if_changed' | 'if_newer' | 'never';
  deleteOthers: boolean;
  verify: boolean;
}

const ACTIONS = ['new', 'overwritten', 'untouched', 'deleted'] as const;
type Action = (typeof ACTIONS)[number];
type Items = Record<Action, { count: number; bytes: number; first: { path: string; size: number }[] }>;

function emptyItems(): Items {
  const empty = () => ({ count: 0, bytes: 0, first: [] });
  return { new: empty(), overwritten: empty(), untouched: empty(), deleted: empty() };
}

/** restic calls everything new that is no plain file, also what is there: folders it leaves, links and the like it makes anew. */
function previewed(target: string | null, item: RestoredItem & { action: Action }): Action {
  if (item.action !== 'new') return item.action;
  try {
    const there = lstatSync(path.join(target ?? '/', item.path), { throwIfNoEntry: false });
    if (!there) return 'new';
    return there.isDirectory() ? 'untouched' : 'overwritten';
  } catch {
    // Where nobody may look, the restore will say so.
    return 'new';
  }
}

interface Parts {
  database: Database;
  changes: Changes;
  accesses: RepositoryAccesses;
  hooks: HookRunner;
  repositoryStates: RepositoryStates;
  /** Ends routine checks of a repository. @returns whether there was one */
  endRoutineChecks: (repositoryId: string) => Promise<boolean>;
}

/** Restores a backup, or says what that would do. Never behind a backup: it takes no place of theirs and no lock of the plan. */
export function restoreKind(parts: Parts, isPreview: boolean): OperationKind {
  return {
    kind: isPreview ? PREVIEW_KIND : RESTORE_KIND,
    steps: isPreview ? ['restore'] : ['before', 'restore', 'after'],
    run: (context) => run(parts, context, isPreview),
    ended: (change, row) => restoreEnded(change, row),
  };
}

async function run(parts: Parts, context: OperationContext, isPreview: boolean) {
  const { planId } = context.input as { planId: string };
  const { database, changes, hooks } = parts;
  const row = await database.query
    .selectFrom('restores')
    .selectAll()
    .where('id', '=', context.operationId)
    .executeTakeFirstOrThrow();
  await changes.run(async (change) => {
    await change.db.updateTable('restores').set({ state: 'running' }).where('id', '=', row.id).execute();
    change.event({ kind: 'restore', id: row.id, action: 'changed' });
  });
  const settings = fromJson<RestoreSettings>(row.settings);
  const plan = await readPlan(database.query, planId);
  const news = { planId, planName: plan.name, operationId: context.operationId, backupId: row.backup_id };
  const due = settingsOf(plan).hooks;
  if (!isPreview) await context.step('before', () => hooks.run(due, { ...news, moment: 'before_restore' }, context));
  const items = emptyItems();
  let failure: unknown;
  let result: Awaited<ReturnType<typeof restore>> | null = null;
  try {
    result = await context.step('restore', async () => {
      const { access, row: repository } = await parts.accesses.open(row.repository_id, { during: context });
      const count = (item: RestoredItem): void => {
        const { action } = item;
        if (action === 'unknown') return;
        const kept = items[isPreview ? previewed(settings.target, { ...item, action }) : action];
        kept.count += 1;
        kept.bytes += item.size;
        if (kept.first.length < MOST_NAMED) kept.first.push({ path: item.path, size: item.size });
      };
      // A check has the repository for itself, perhaps for hours.
      const onLocked = async (): Promise<void> => {
        if (await parts.endRoutineChecks(row.repository_id))
          await context.log(
            'info',
            'A routine check of the repository was ended for this; it begins again in an hour.',
          );
      };
      const isTold = access.restic.capabilities.has('restoreOptions');
      const restored = await patiently(BACKUP_PATIENCE, context, () => {
        Object.assign(items, emptyItems());
        const work = () =>
          restore(access, {
            snapshotId: settings.snapshotId,
            target: settings.target ?? '/',
            ...(settings.paths && { paths: settings.paths }),
            overwrite: settings.overwrite,
            delete: settings.deleteOthers,
            verify: settings.verify && !isPreview,
            dryRun: isPreview,
            // Holes come back as holes.
            sparse: !isPreview,
            signal: context.signal,
            ...(isTold && { onItem: count }),
            onProgress: ({ bytesDone, bytes }) =>
              void context.progress({ done: bytesDone, total: bytes, unit: 'bytes' }).catch(() => undefined),
            onLog: (line) => void context.log('info', line.slice(0, 1000)).catch(() => undefined),
          });
        return whenUnlocked(context, access, work, { onLocked });
      });
      await parts.repositoryStates.reached(repository);
      return restored;
    });
  } catch (error) {
    failure = error;
    await parts.repositoryStates.failed(row.repository_id, error, context.signal);
  }
  if (!isPreview) {
    const state = result === null ? 'failed' : result.state === 'complete' ? 'succeeded' : 'partial';
    const after = () => hooks.run(due, { ...news, moment: 'after_restore', state }, context);
    // Also after a failure: what a hook before stopped has to be started again.
    if (failure === undefined) await context.step('after', after);
    else if (!context.signal.aborted) await after().catch(() => undefined);
  }
  if (failure !== undefined || result === null) throw failure;
  const { failures, ...counts } = result;
  const done = { ...counts, failures: failures.slice(0, MOST_NAMED).map((each) => ({ ...each })), items: { ...items } };
  if (counts.state === 'partial' && counts.files === 0) {
    throw new FailedWithResult(done, 'restore_failed', `Nothing could be restored: ${failures[0]?.reason ?? ''}`, {
      hint: 'Look at the rights and the space of the target.',
    });
  }
  return done;
}

async function restoreEnded(change: Change, row: OperationRow): Promise<void> {
  const result = fromJsonOrNull<{
    state: 'complete' | 'partial';
    files: number;
    bytes: number;
    untouched: number;
    deleted: number;
    failures: unknown[];
    items: unknown;
  }>(row.result);
  const state = row.state === 'succeeded' && result?.state === 'partial' ? 'partial' : (row.state as RestoreState);
  await change.db
    .updateTable('restores')
    .set((eb) => ({
      ...{ state, error: row.error, finished_at: change.now, updated_at: change.now },
      revision: eb('revision', '+', 1),
      ...(result && {
        ...{ files: result.files, bytes: result.bytes, untouched: result.untouched, deleted: result.deleted },
        ...{ failures: JSON.stringify(result.failures), items: JSON.stringify(result.items) },
      }),
    }))
    .where('id', '=', row.id)
    .execute();
  change.event({ kind: 'restore', id: row.id, action: 'changed' });
}
