import { SampanError, toSampanError } from '@sampan/driver';
import type { Publisher } from '../notifications/publish.ts';
import { RunEnd } from '../operations/lease.ts';
import { storedError } from '../operations/run.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { TestVerdict } from '../platform/http/connection-checks.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import type { StoredError } from './present.ts';
import type { StorageRow, StorageState } from './tables.ts';

/** What makes a storage unreachable, as opposed to one that answers and refuses. */
const OUTAGE_CODES: ReadonlySet<string> = new Set([
  'storage_unreachable',
  'storage_unavailable',
  'storage_timeout',
  'throttled',
  'unexpected_answer',
  'internal_error',
]);

function stateFor(code: string): StorageState {
  return OUTAGE_CODES.has(code) ? 'unreachable' : 'refused';
}

function isTrouble(state: StorageState): boolean {
  return state === 'unreachable' || state === 'refused';
}

type StateWrite = Partial<
  Pick<StorageRow, 'state' | 'error' | 'objects' | 'bytes' | 'measured_at' | 'checked_at' | 'next_measure_at'>
>;

/** Keeps what checks, tests and measurements found: no new revision, since nobody changed the storage. */
export class StorageStates {
  readonly #changes: Changes;
  readonly #notifications: Publisher;

  constructor(changes: Changes, notifications: Publisher) {
    this.#changes = changes;
    this.#notifications = notifications;
  }

  ready(id: string, optionsRevision: number): Promise<void> {
    return this.#write(id, optionsRevision, { state: 'ready', error: null, checked_at: Date.now() });
  }

  /** What ends a run from outside says nothing about the storage, nor does that it lies on another computer. */
  async failed(id: string, optionsRevision: number, thrown: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted || thrown instanceof RunEnd) return;
    const error = toSampanError(thrown);
    if (error.code === 'not_found' || error.code === 'storage_on_other_node') return;
    await this.#write(id, optionsRevision, {
      state: stateFor(error.code),
      error: storedError(error),
      checked_at: Date.now(),
    });
  }

  /** The end of Test Connection of a saved storage. */
  async tested(id: string, optionsRevision: number, verdict: TestVerdict): Promise<void> {
    if (verdict === null) return this.ready(id, optionsRevision);
    const { code = 'unexpected_answer', message, cause, remedy, parameters } = verdict;
    const error = new SampanError(code, cause ?? message, {
      ...(remedy !== undefined && { hint: remedy }),
      ...(parameters !== undefined && { parameters }),
    });
    await this.#write(id, optionsRevision, {
      state: stateFor(code),
      error: storedError(error),
      checked_at: Date.now(),
    });
  }

  async measured(id: string, found: { objects: number; bytes: number }, day: string): Promise<void> {
    await this.#changes.run(async (change) => {
      const written = await change.db
        .updateTable('storages')
        .set({ ...found, measured_at: change.now })
        .where('id', '=', id)
        .executeTakeFirst();
      if (written.numUpdatedRows === 0n) return;
      const counts = {
        write_requests: 0,
        read_requests: 0,
        list_requests: 0,
        delete_requests: 0,
        failed_requests: 0,
        bytes_sent: 0,
        bytes_received: 0,
      };
      await change.db
        .insertInto('storage_days')
        .values({ storage_id: id, day, ...counts, ...found })
        .onConflict((conflict) => conflict.columns(['storage_id', 'day']).doUpdateSet(found))
        .execute();
      change.event({ kind: 'storage', id, action: 'changed' });
    });
  }

  /** What was found with options that were changed meanwhile says nothing any more. */
  async #write(id: string, optionsRevision: number, write: StateWrite): Promise<void> {
    await this.#changes.run(async (change) => {
      const before = await change.db.selectFrom('storages').select('state').where('id', '=', id).executeTakeFirst();
      const after = await change.db
        .updateTable('storages')
        .set(write)
        .where('id', '=', id)
        .where('options_revision', '=', optionsRevision)
        .returning(['id', 'name', 'state', 'error'])
        .executeTakeFirst();
      if (!before || !after) return;
      change.event({ kind: 'storage', id, action: 'changed' });
      await this.#tell(change, before.state, after);
    });
  }

  /** Trouble is told each time it is found: the channels know how often that is worth a message. */
  async #tell(
    change: Change,
    before: StorageState,
    { id, name, state, error }: Pick<StorageRow, 'id' | 'name' | 'state' | 'error'>,
  ): Promise<void> {
    const about = { subject: { kind: 'storage', id, name }, path: `/storages/${id}` } as const;
    const trouble = `storage.unreachable:${id}`;
    if (isTrouble(state)) {
      const found = fromJsonOrNull<StoredError>(error);
      await this.#notifications.publish(change, {
        ...about,
        event: 'storage.unreachable',
        severity: 'error',
        repeatKey: trouble,
        parameters: { code: found?.code ?? '', reason: found?.message ?? state, hint: found?.hint ?? '' },
      });
    } else if (isTrouble(before)) {
      await this.#notifications.publish(change, {
        ...about,
        event: 'storage.recovered',
        severity: 'info',
        repeatKey: `storage.recovered:${id}`,
        resolves: trouble,
        parameters: {},
      });
    }
  }
}
