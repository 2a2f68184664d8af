import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { drill, type SampleEntry } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import type { Catalogs } from '../backups/catalogs.ts';
import { findBackup, readBackup } from '../backups/store.ts';
import { FailedWithResult, type OperationContext, type OperationKind } from '../operations/kinds.ts';
import { BACKUP_PATIENCE, patiently } from '../operations/patience.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import { markDamaged } from '../repositories/damage.ts';
import { whenUnlocked } from '../repositories/locked.ts';
import type { PlanNews } from './news.ts';
import { findPlan } from './store.ts';
import { DRILL_KIND } from './work.ts';

interface Parts {
  database: Database;
  changes: Changes;
  accesses: RepositoryAccesses;
  catalogs: Catalogs;
  news: PlanNews;
  dataFolder: string;
}

const MOST_NAMED = 200;

/** Restores samples of a backup as a person would and compares them with what the source was. */
export function drillKind(parts: Parts): OperationKind {
  return {
    kind: DRILL_KIND,
    steps: ['restore'],
    run: (context) => context.step('restore', () => run(parts, context)),
    ended: (change, row) => drillEnded(parts, change, row),
  };
}

async function run(parts: Parts, context: OperationContext) {
  const { backupId } = context.input as { backupId: string };
  const { database, accesses } = parts;
  await parts.changes.run(async (change) => {
    await change.db.updateTable('drills').set({ state: 'running' }).where('id', '=', context.operationId).execute();
  });
  const backup = await readBackup(database.query, backupId);
  const samples = await database.query
    .selectFrom('backup_samples')
    .select('manifest')
    .where('backup_id', '=', backupId)
    .executeTakeFirst();
  if (!samples) throw new SampanError('wrong_state', 'This backup has no manifest of samples.');
  const manifest = fromJson<SampleEntry[]>(samples.manifest);
  const { access } = await accesses.open(backup.repository_id, { during: context });
  const workFolder = path.join(parts.dataFolder, 'drills', context.operationId);
  mkdirSync(workFolder, { recursive: true, mode: 0o700 });
  // What restic keeps on this machine would hide what is damaged in the storage.
  const cacheFolder = path.join(workFolder, 'cache');
  const fresh = { ...access, cacheFolder };
  try {
    const found = await patiently(BACKUP_PATIENCE, context, () =>
      whenUnlocked(context, fresh, () =>
        drill(fresh, {
          ...{ snapshotId: backup.snapshot_id, manifest, workFolder, signal: context.signal },
          onProgress: (done, total) => void context.progress({ done, total, unit: 'items' }).catch(() => undefined),
        }),
      ),
    );
    const affected = found.state === 'proven' ? [] : await affectedBy(parts, backup.plan_id, backupId, found.findings);
    const result = {
      ...{ state: found.state, compared: found.compared, bytes: found.bytes, affected },
      isOfRepository: found.isOfRepository,
      findings: found.findings.slice(0, MOST_NAMED).map((finding) => ({
        ...finding,
        ...('differences' in finding && { differences: [...finding.differences] }),
      })),
    };
    if (found.state === 'proven') return result;
    for (const { path: file, state } of found.findings.slice(0, 50)) await context.log('error', `${file}: ${state}`);
    if (found.error) await context.log('error', found.error.message);
    const what =
      found.error?.message ?? `${found.findings.length} of ${found.compared} files did not come back the same`;
    throw new FailedWithResult(result, 'drill_failed', `The backup does not bring back what there was: ${what}`, {
      hint: 'Restore what matters from a mirror, and check the repository with all of its data. New backups may build on what is damaged: repair it, or begin a new repository.',
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The backups of the plan that hold the same files as they were: what is stored once is damaged for all of them. */
async function affectedBy(
  parts: Parts,
  planId: string,
  backupId: string,
  findings: readonly { path: string }[],
): Promise<string[]> {
  const affected = new Set([backupId]);
  const all = await parts.catalogs.backups(planId);
  const names = findings.slice(0, 20).map((finding) => finding.path);
  for (const name of names) {
    const proven = await parts.catalogs.get(planId, backupId, name);
    if (!proven) continue;
    for (const { id } of all) {
      if (affected.has(id)) continue;
      const other = await parts.catalogs.get(planId, id, name);
      if (other && other.size === proven.size && other.modified === proven.modified) affected.add(id);
    }
  }
  return [...affected];
}

async function drillEnded(parts: Parts, change: Change, row: OperationRow): Promise<void> {
  const { planId, backupId } = fromJson<{ planId: string; backupId: string }>(row.input);
  const result = fromJsonOrNull<{
    state: 'proven' | 'failed';
    compared: number;
    bytes: number;
    isOfRepository: boolean;
    affected: string[];
    findings: { path: string; state: string }[];
  }>(row.result);
  await change.db
    .updateTable('drills')
    .set({
      state: result?.state ?? 'not_done',
      ...{ compared: result?.compared ?? 0, bytes: result?.bytes ?? 0 },
      findings: result ? JSON.stringify(result.findings) : null,
      affected: result ? JSON.stringify(result.affected) : null,
      ...{ error: row.error, finished_at: change.now, updated_at: change.now },
    })
    .where('id', '=', row.id)
    .execute();
  const plan = await findPlan(change.db, planId);
  // That it could not be done says nothing about the backup, and does not make it proven.
  if (!plan || !result) return;
  const isProven = result.state === 'proven';
  const write = { last_drill_state: result.state, last_drill_at: change.now };
  await change.db
    .updateTable('plans')
    .set({ ...write, ...(isProven && { last_proven_at: change.now }) })
    .where('id', '=', planId)
    .execute();
  const mark = isProven ? { proven_at: change.now, damaged_at: null } : { damaged_at: change.now };
  const marked = isProven ? [backupId] : result.affected;
  await change.db.updateTable('backups').set(mark).where('id', 'in', marked).execute();
  for (const id of marked) change.event({ kind: 'backup', id, action: 'changed' });
  const drill = await change.db
    .selectFrom('drills')
    .select('repository_id')
    .where('id', '=', row.id)
    .executeTakeFirst();
  if (drill && result.isOfRepository) {
    const found = { foundBy: 'drill', operationId: row.id, provenBy: 'all_data' } as const;
    await markDamaged(change, drill.repository_id, found);
  }
  change.event({ kind: 'plan', id: planId, action: 'changed' });
  const error = fromJsonOrNull<{ message: string }>(row.error);
  await parts.news.drillEnded(change, plan, {
    ...{ id: row.id, isProven, affected: result.affected.length },
    what: error?.message ?? `${result.compared}`,
    backupTime: (await findBackup(change.db, backupId))?.time ?? 0,
  });
}
