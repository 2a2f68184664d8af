import { toSampanError } from '@sampan/driver';
import { RunEnd } from '../operations/lease.ts';
import { storedError } from '../operations/run.ts';
import type { Changes } from '../platform/changes.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { damageOf, holdDamage, markDamaged } from './damage.ts';
import type { RepositoryRow, RepositoryState } from './tables.ts';

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

/** What a check found that read as much of the data as it says, in percent. */
export interface CheckResult {
  isSound: boolean;
  problems: readonly string[];
  readDataPercent: number;
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

  /**
   * Keeps what a check found.
   * @param known the damage that was known when it began to read: what was found meanwhile is not taken back by it
   * @returns `mended`: there was damage, and there is none; `kept`: nothing is wrong with what it read, and the damage is elsewhere
   */
  async checked(
    id: string,
    result: CheckResult,
    { known, operationId }: { known: string | null; operationId: string },
  ): Promise<'sound' | 'mended' | 'kept' | 'damaged'> {
    const { isSound, readDataPercent } = result;
    return this.#changes.run(async (change) => {
      const row = await holdDamage(change, id);
      if (!row) return 'sound';
      const write = { checked_at: change.now, check_result: JSON.stringify(result) };
      const set = (columns: RepositoryWrite) =>
        change.db.updateTable('repositories').set(columns).where('id', '=', id).execute();
      change.event({ kind: 'repository', id, action: 'changed' });
      if (!isSound) {
        // It was read, whatever was in the way before.
        await set({ ...write, state: 'ready', error: null });
        const provenBy = readDataPercent === 0 ? 'structure' : 'all_data';
        await markDamaged(change, id, { foundBy: 'check', operationId, provenBy });
        return 'damaged';
      }
      const damage = damageOf(row);
      // What was found by reading data is as a rule not met again by a check that reads another part of them.
      const isProven = damage?.provenBy === 'structure' || readDataPercent >= 100;
      if (damage && !(isProven && row.damage === known)) {
        // What was found stays readable.
        const isNamed = fromJsonOrNull<CheckResult>(row.check_result)?.isSound === false;
        await set(isNamed ? { checked_at: write.checked_at } : write);
        return 'kept';
      }
      await set({ ...write, damage: null });
      return damage ? 'mended' : 'sound';
    });
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
