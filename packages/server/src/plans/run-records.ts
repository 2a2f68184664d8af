import type { BackupResult } from '@sampan/backup';
import type { OperationRow } from '../operations/tables.ts';
import type { Change, Changes } from '../platform/changes.ts';
import { newId } from '../platform/ids.ts';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { findRun, writeRun } from '../runs/store.ts';
import type { RunState } from '../runs/tables.ts';
import { overdueAt } from './freshness.ts';
import type { PlanNews } from './news.ts';
import { settingsOf } from './settings.ts';
import { findPlan, readPlan } from './store.ts';
import type { PlanRow } from './tables.ts';

const MOST_UNREAD_KEPT = 1_000;

/** What restic made becomes a backup of the plan, with the run and the plan in one change. @returns its id */
export async function keepBackup(
  parts: { changes: Changes; news: PlanNews },
  runId: string,
  plan: PlanRow,
  result: BackupResult & { startedAt: number; paths: readonly string[] },
): Promise<string> {
  const settings = settingsOf(plan);
  return parts.changes.run(async (change) => {
    const id = newId(change.now);
    await change.db
      .insertInto('backups')
      .values({
        ...{ id, project_id: DEFAULT_PROJECT, revision: 1, created_at: change.now, updated_at: change.now },
        ...{ plan_id: plan.id, run_id: runId, repository_id: plan.repository_id },
        ...{ snapshot_id: result.snapshotId, time: result.startedAt, state: result.state },
        ...{ unread_count: result.unreadCount, files: result.files, bytes: result.bytes },
        ...{ bytes_added: result.bytesStored ?? result.bytesAdded },
        ...{ files_new: result.filesNew, files_changed: result.filesChanged },
        ...{ paths: JSON.stringify(result.paths), tags: JSON.stringify(settings.tags), title: '', note: '', pinned: 0 },
        ...{ indexed_at: null, proven_at: null, damaged_at: null },
      })
      .execute();
    await writeRun(change, runId, {
      ...{ backup_id: id, unread_count: result.unreadCount, files: result.files, bytes: result.bytes },
      unread: JSON.stringify(result.unread.slice(0, MOST_UNREAD_KEPT)),
      ...{ bytes_added: result.bytesStored ?? result.bytesAdded, progress: null },
    });
    const fresh = await readPlan(change.db, plan.id);
    const after = {
      ...fresh,
      last_backup_at: result.startedAt,
      last_complete_at: result.state === 'complete' ? result.startedAt : fresh.last_complete_at,
    };
    await change.db
      .updateTable('plans')
      .set({
        ...{ last_backup_at: after.last_backup_at, last_complete_at: after.last_complete_at },
        ...{ overdue_at: overdueAt(after), overdue_told: 0, bytes: result.bytes, files: result.files },
      })
      .where('id', '=', plan.id)
      .execute();
    await change.db
      .updateTable('plan_mirrors')
      .set((eb) => ({ behind: eb('behind', '+', 1), state: 'waiting' }))
      .where('plan_id', '=', plan.id)
      .execute();
    if (fresh.overdue_told === 1) await parts.news.recovered(change, after);
    change.event({ kind: 'backup', id, action: 'created' });
    change.event({ kind: 'plan', id: plan.id, action: 'changed' });
    return id;
  });
}

/** The run ends with its operation, and people hear of it. */
export async function endRun(news: PlanNews, change: Change, row: OperationRow): Promise<void> {
  const run = await findRun(change.db, row.id);
  if (!run) return;
  const error = fromJsonOrNull<{ code: string; message: string; hint: string | null }>(row.error);
  const isPartial = row.result !== null && fromJson<{ state?: string }>(row.result).state === 'partial';
  const state = row.state === 'succeeded' && isPartial ? 'partial' : (row.state as RunState);
  await writeRun(change, row.id, {
    ...{ state, error: row.error, finished_at: change.now, progress: null, pause_requested: 0, paused_at: null },
  });
  const plan = await findPlan(change.db, run.plan_id);
  if (!plan) return;
  await change.db.updateTable('plans').set({ last_end_state: state }).where('id', '=', plan.id).execute();
  change.event({ kind: 'plan', id: plan.id, action: 'changed' });
  if (state === 'succeeded' || state === 'partial' || state === 'failed' || state === 'interrupted')
    await news.runEnded(change, plan, { id: row.id, state, unreadCount: run.unread_count, error });
}
