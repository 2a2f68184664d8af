import { toSampanError } from '@sampan/driver';
import { RunEnd } from '../operations/lease.ts';
import { storedError } from '../operations/run.ts';
import type { Changes } from '../platform/changes.ts';
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
    | 'restic_id'
    | 'pruned_at'
    | 'prune_error'
    | 'checked_at'
    | 'check_result'
    | 'bytes'
    | 'measured_at'
  >
>;

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

  /** It answered as it should. A damage that a check found stays until a check finds none. */
  async reached(row: RepositoryRow): Promise<void> {
    if (row.state === 'ready' || row.state === 'damaged') return;
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
