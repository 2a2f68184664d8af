import { toSampanError } from '@sampan/driver';
import { RunEnd } from '../operations/lease.ts';
import { storedError } from '../operations/run.ts';
import type { Change, Changes } from '../platform/changes.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import type { Damage, RepositoryRow, RepositoryState } from './tables.ts';

/** What makes it unreachable. */
const OUTAGES: ReadonlySet<string> = new Set([
  'storage_unreachable',
  'storage_unavailable',
  'storage_timeout',
  'throttled',
  'unexpected_answer',
]);
/** What the repository or its storage says no to. Other errors, e.g. of a hook, say nothing about it. */
const REFUSALS: ReadonlySet<string> = new Set([
  'wrong_repository_password',
  'repository_not_found',
  'repository_exists',
  'permission_denied',
  'unknown_access_key',
  'invalid_signature',
  'login_refused',
  'bucket_not_found',
  'wrong_zone',
  'storage_full',
  'storage_untrusted',
]);

export type RepositoryWrite = Partial<
  Pick<
    RepositoryRow,
    | 'state'
    | 'error'
    | 'damage'
    | 'restic_id'
    | 'pruned_at'
    | 'prune_error'
    | 'checked_at'
    | 'check_result'
    | 'bytes'
    | 'measured_at'
  >
>;

export function damageOf(row: Pick<RepositoryRow, 'damage'>): Damage | null {
  return fromJsonOrNull<Damage>(row.damage);
}

/** Within the change that makes it known. What was found before is not made less by it. */
export async function markDamaged(change: Change, id: string, found: Omit<Damage, 'foundAt'>): Promise<void> {
  const row = await change.db.selectFrom('repositories').select('damage').where('id', '=', id).executeTakeFirst();
  if (!row) return;
  const before = damageOf(row);
  const damage: Damage = {
    ...{ ...found, foundAt: before?.foundAt ?? change.now },
    provenBy: before?.provenBy === 'all_data' ? 'all_data' : found.provenBy,
  };
  await change.db
    .updateTable('repositories')
    .set({ damage: JSON.stringify(damage) })
    .where('id', '=', id)
    .execute();
  change.event({ kind: 'repository', id, action: 'changed' });
}

/** Keeps what work with a repository found out about it. */
export class RepositoryStates {
  readonly #changes: Changes;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  async write(id: string, write: RepositoryWrite): Promise<void> {
    await this.#changes.run(async (change) => {
      const written = await change.db.updateTable('repositories').set(write).where('id', '=', id).executeTakeFirst();
      if (written.numUpdatedRows > 0n) change.event({ kind: 'repository', id, action: 'changed' });
    });
  }

  /** It answered as it should, which says nothing of a damage that is known. */
  async reached(row: RepositoryRow): Promise<void> {
    if (row.state === 'ready') return;
    await this.write(row.id, { state: 'ready', error: null });
  }

  async failed(id: string, thrown: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted || thrown instanceof RunEnd) return;
    const error = toSampanError(thrown);
    const isOutage = OUTAGES.has(error.code);
    if (!isOutage && !REFUSALS.has(error.code)) return;
    const state: RepositoryState = isOutage ? 'unreachable' : 'refused';
    await this.write(id, { state, error: storedError(error) });
  }
}
