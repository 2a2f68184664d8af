import { listSnapshots, type Snapshot } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import type { BackupQueries } from '../backups/queries.ts';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { BACKUP_PATIENCE, patiently } from '../operations/patience.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { SYSTEM } from '../policy/actor.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import { overdueAt } from './freshness.ts';
import { readPlan } from './store.ts';
import type { PlanRow } from './tables.ts';
import { ADOPT_KIND, type PlanWork } from './work.ts';

interface Parts {
  database: Database;
  changes: Changes;
  accesses: RepositoryAccesses;
  backupQueries: BackupQueries;
  work: PlanWork;
}

/** Marks of Sampan in a snapshot say nothing in another plan. */
const OURS = /^(?:sampan$|plan:|run:)/;

/** Makes snapshots that no plan knows backups of a plan: those of an adopted repository, of a lost Sampan, of plain restic. */
export function adoptKind(parts: Parts): OperationKind {
  return {
    kind: ADOPT_KIND,
    steps: ['adopt'],
    run: (context) => context.step('adopt', () => run(parts, context)),
  };
}

async function run(parts: Parts, context: OperationContext) {
  const { planId, snapshotIds } = context.input as { planId: string; snapshotIds?: string[] };
  const { database, changes } = parts;
  const plan = await readPlan(database.query, planId);
  const { access } = await parts.accesses.open(plan.repository_id, { during: context });
  const all = await patiently(BACKUP_PATIENCE, context, () => listSnapshots(access, { signal: context.signal }));
  const chosen = snapshotIds ? chosenOf(all, snapshotIds) : all;
  const known = await parts.backupQueries.ofSnapshots(
    plan.repository_id,
    chosen.map(({ id }) => id),
  );
  const added = chosen.filter(({ id }) => !known.has(id));
  if (!snapshotIds) demandOneSeries(added);
  await changes.run(async (change) => {
    for (const snapshot of added) {
      const row = rowOf(snapshot, plan, change.now);
      await change.db.insertInto('backups').values(row).execute();
      change.event({ kind: 'backup', id: row.id, action: 'created' });
    }
    const fresh = await readPlan(change.db, planId);
    const newest = Math.max(fresh.last_backup_at ?? 0, ...added.map(({ time }) => time));
    const after = { ...fresh, last_backup_at: newest > 0 ? newest : null };
    await change.db
      .updateTable('plans')
      .set({ last_backup_at: after.last_backup_at, overdue_at: overdueAt(after) })
      .where('id', '=', planId)
      .execute();
    change.event({ kind: 'plan', id: planId, action: 'changed' });
  });
  // Their files are listed by an operation of its own, in order of time.
  if (added.length > 0) await parts.work.index(planId, { actor: SYSTEM, isForNew: true });
  return { adopted: added.length, known: known.size };
}

/** How many characters of an id must be given. */
export const SHORTEST_ID = 8;

/** Ids may be given by their first characters, as long as these fit one snapshot only. */
export function chosenOf<T extends Pick<Snapshot, 'id'>>(all: readonly T[], ids: readonly string[]): T[] {
  const chosen = new Set<T>();
  const byStart = Map.groupBy(all, ({ id }) => id.slice(0, SHORTEST_ID));
  for (const id of ids) {
    const near = byStart.get(id.slice(0, SHORTEST_ID)) ?? [];
    const [found, another] = near.filter((each) => each.id.startsWith(id));
    if (!found) {
      throw new SampanError('not_in_backup', `There is no snapshot ${id} in the repository.`, {
        hint: 'The page of the repository lists what is in it.',
      });
    }
    if (another) {
      throw new SampanError('several_snapshots', `More than one snapshot begins with ${id}.`, {
        hint: `Give more of its characters, e.g. ${found.id.slice(0, id.length + 4)}.`,
        parameters: { id },
      });
    }
    chosen.add(found);
  }
  return [...chosen];
}

/** What Sampan marked as of one plan, or what restic sees as one: the same machine and paths. */
function seriesOf({ tags, hostname, paths }: Snapshot): string {
  return tags.find((tag) => tag.startsWith('plan:')) ?? `${hostname} ${[...paths].sort().join(' ')}`;
}

/** Backups of several plans in one would be thinned out as one series: the newest of one would let those of the others go. */
function demandOneSeries(snapshots: readonly Snapshot[]): void {
  const series = new Map(snapshots.map((snapshot) => [seriesOf(snapshot), snapshot]));
  if (series.size <= 1) return;
  const named = [...series.values()].map(({ id, paths }) => `${id.slice(0, 8)} (${paths.join(' ')})`);
  throw new SampanError('several_series', `There are backups of ${series.size} different plans or machines here.`, {
    hint: `Make a plan for each, and name the snapshots of each. The newest of each: ${named.slice(0, 10).join(', ')}.`,
  });
}

function rowOf(snapshot: Snapshot, plan: PlanRow, now: number) {
  const { summary } = snapshot;
  return {
    ...{ id: newId(now), project_id: DEFAULT_PROJECT, revision: 1, created_at: now, updated_at: now },
    ...{ plan_id: plan.id, run_id: null, repository_id: plan.repository_id, snapshot_id: snapshot.id },
    // Whether something could not be read then, restic does not keep.
    ...{ time: snapshot.time, state: 'complete' as const, unread_count: 0 },
    ...{ files: summary?.files ?? 0, bytes: summary?.bytes ?? 0, bytes_added: summary?.bytesAdded ?? 0 },
    ...{ files_new: summary?.filesNew ?? 0, files_changed: summary?.filesChanged ?? 0 },
    paths: JSON.stringify(snapshot.paths),
    tags: JSON.stringify(['adopted', ...snapshot.tags.filter((tag) => !OURS.test(tag))]),
    ...{ title: '', note: '', pinned: 0 as const, indexed_at: null, proven_at: null, damaged_at: null },
  };
}
