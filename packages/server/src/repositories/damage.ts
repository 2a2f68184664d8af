import type { Change } from '../platform/changes.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import type { Damage, RepositoryRow } from './tables.ts';

/** How it is told, be it by the operation that found it or by the repository that has it. */
export const REPOSITORY_DAMAGED = {
  code: 'repository_damaged',
  message: 'The repository is damaged.',
  hint: 'Restore what matters from a mirror. A check that reads all data names what is damaged. New backups may build on it: repair it with `restic repair`, or begin a new repository.',
} as const;

/** The damage of a repository that is known; null when none is. */
export function damageOf(row: Pick<RepositoryRow, 'damage'>): Damage | null {
  return fromJsonOrNull<Damage>(row.damage);
}

/** What is known of it, held until the change ends: two findings at once do not undo each other. */
export async function holdDamage(change: Change, id: string) {
  return change.db
    .updateTable('repositories')
    .set((eb) => ({ damage: eb.ref('damage') }))
    .where('id', '=', id)
    .returning(['damage', 'check_result'])
    .executeTakeFirst();
}

/** Within the change that makes it known. What was found before is not made less by it. */
export async function markDamaged(
  change: Change,
  id: string,
  found: Omit<Damage, 'foundAt' | 'firstFoundAt'>,
): Promise<void> {
  const row = await holdDamage(change, id);
  if (!row) return;
  const before = damageOf(row);
  const damage: Damage = {
    ...{ ...found, foundAt: change.now, firstFoundAt: before?.firstFoundAt ?? change.now },
    provenBy: before?.provenBy === 'all_data' ? 'all_data' : found.provenBy,
  };
  await change.db
    .updateTable('repositories')
    .set({ damage: JSON.stringify(damage) })
    .where('id', '=', id)
    .execute();
  change.event({ kind: 'repository', id, action: 'changed' });
}
