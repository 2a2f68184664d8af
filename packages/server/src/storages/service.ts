import { type OptionValues, SampanError } from '@sampan/driver';
import type { StorageDriver, StorageDriverType } from '@sampan/storage';
import type { Publisher } from '../notifications/publish.ts';
import type { OperationService } from '../operations/service.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { type TestTarget, testTarget } from '../platform/http/connection-checks.ts';
import { InvalidRequest, idTaken, RevisionMismatch } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { fromJson } from '../platform/json.ts';
import { demandFreeName, nameColumns } from '../platform/names.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import type { Actor } from '../policy/actor.ts';
import type { StorageConnections } from './connections.ts';
import { withKeptSecrets } from './kept-secrets.ts';
import { bucketOf, limitsOf, type StorageLimits, type StorageView } from './present.ts';
import type { Prices } from './prices.ts';
import { StorageQueries } from './queries.ts';
import { StorageStates } from './states.ts';
import { findStorage, openOptions, readStorage, saveSecrets, secretFieldsOf } from './store.ts';
import type { StorageRow } from './tables.ts';
import type { StorageTypes } from './types.ts';
import { ROUTINES, StorageWork } from './work.ts';

type Given = Readonly<Record<string, unknown>>;

export interface NewStorage {
  id?: string | undefined;
  name: string;
  type: string;
  options: Given;
  limits?: Partial<StorageLimits> | undefined;
}

export interface StorageEdit {
  name?: string | undefined;
  /** Replace those of the same name; null or blank clears; a secret that is absent is kept. */
  options?: Given | undefined;
  /** Replace those of the same name; null lifts. */
  limits?: Partial<StorageLimits> | undefined;
}

const NO_LIMITS: StorageLimits = { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency: null };

function limitColumns(limits: StorageLimits) {
  return {
    upload_bytes_per_second: limits.uploadBytesPerSecond,
    download_bytes_per_second: limits.downloadBytesPerSecond,
    concurrency: limits.concurrency,
  };
}

/** Of a storage whose bucket is still to be chosen there is nothing to count. */
function canBeMeasured(type: StorageDriverType, row: StorageRow): boolean {
  return bucketOf(row) !== null || !type.capabilities.includes('buckets');
}

/** What only administrators may use, because it reaches into the server itself. */
function demandAdministrator(type: StorageDriverType, options: OptionValues, actor: Actor): void {
  if (actor.kind === 'system' || actor.role === 'administrator') return;
  const what =
    options.environmentAuth === true
      ? 'Environment Auth, which uses the credentials of the server itself,'
      : type.isLocal
        ? 'A folder of the server itself'
        : null;
  if (what === null) return;
  throw new SampanError('permission_denied_here', `${what} is for administrators.`, {
    hint: 'Ask an administrator to do it or to change your role.',
  });
}

/** Rules of adding, changing and removing storages. Reading is in `queries`, routine work in `work`. */
export class StorageService {
  readonly types: StorageTypes;
  readonly connections: StorageConnections;
  readonly queries: StorageQueries;
  readonly states: StorageStates;
  readonly work: StorageWork;
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #operations: OperationService;
  readonly #nodeId: string;
  #guard: (change: Change, id: string) => Promise<void> = async () => undefined;

  constructor(parts: {
    database: Database;
    changes: Changes;
    sealer: Sealer;
    types: StorageTypes;
    connections: StorageConnections;
    operations: OperationService;
    nodeId: string;
    notifications: Publisher;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
    this.types = parts.types;
    this.connections = parts.connections;
    this.#operations = parts.operations;
    this.#nodeId = parts.nodeId;
    this.queries = new StorageQueries(parts);
    this.states = new StorageStates(parts.changes, parts.notifications);
    this.work = new StorageWork(parts);
  }

  /** @param options.repeated the id comes from an Idempotency-Key: what exists under it is the first attempt's */
  async create(wish: NewStorage, actor: Actor, options: { repeated?: boolean } = {}): Promise<StorageView> {
    const type = this.types.get(wish.type);
    const values = this.types.validate(type, wish.options);
    demandAdministrator(type, values, actor);
    await this.#demandUsable(type, values);
    const { plain, secrets } = this.types.split(type, values);
    const id = await this.#changes.run(async (change) => {
      const storageId = wish.id ?? newId(change.now);
      if (await findStorage(change.db, storageId)) {
        if (options.repeated) return storageId;
        throw idTaken('storage', storageId);
      }
      await demandFreeName(change.db, 'storages', wish.name);
      const row: StorageRow = {
        id: storageId,
        project_id: DEFAULT_PROJECT,
        revision: 1,
        created_at: change.now,
        updated_at: change.now,
        ...nameColumns(wish.name),
        type: type.type,
        options: JSON.stringify(plain),
        options_revision: 1,
        state: 'new',
        error: null,
        node_id: type.isLocal ? this.#nodeId : null,
        ...limitColumns({ ...NO_LIMITS, ...wish.limits }),
        prices: null,
        objects: null,
        bytes: null,
        measured_at: null,
        checked_at: null,
        next_check_at: change.now + ROUTINES.check.everyMs,
        next_measure_at: change.now + ROUTINES.measure.everyMs,
      };
      await change.db.insertInto('storages').values(row).execute();
      await saveSecrets(change.db, this.#sealer, storageId, secrets);
      change.event({ kind: 'storage', id: storageId, action: 'created' });
      change.audit({
        actor,
        action: 'storage.create',
        resource: { kind: 'storage', id: storageId, name: row.name },
        result: 'succeeded',
        difference: { type: row.type, options: plain, secrets: [...secrets.keys()], limits: { ...limitsOf(row) } },
      });
      await this.work.queue(change, row, ROUTINES.check);
      if (canBeMeasured(type, row)) await this.work.queue(change, row, ROUTINES.measure);
      return storageId;
    });
    return this.queries.get(id);
  }

  async update(
    id: string,
    edit: StorageEdit,
    actor: Actor,
    expectedRevision: number | undefined,
  ): Promise<StorageView> {
    const saved = await this.#changes.run(async (change) => {
      const row = await readStorage(change.db, id);
      const shown = this.queries.view(row, (await secretFieldsOf(change.db, [id])).get(id) ?? []);
      const yours = { ...edit, ...(edit.options && { options: this.types.withoutSecrets(row.type, edit.options) }) };
      checkRevision(expectedRevision, row.revision, shown, yours);
      const name = edit.name ?? row.name;
      await demandFreeName(change.db, 'storages', name, id);
      const options = edit.options && (await this.#editedOptions(change, row, edit.options, actor));
      const limits = { ...limitsOf(row), ...edit.limits };
      const columns = {
        ...nameColumns(name),
        ...limitColumns(limits),
        ...(options && { options: JSON.stringify(options.plain), options_revision: row.options_revision + 1 }),
        revision: row.revision + 1,
        updated_at: change.now,
      };
      const updated = await change.db
        .updateTable('storages')
        .set(columns)
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .executeTakeFirst();
      if (updated.numUpdatedRows === 0n) throw new RevisionMismatch(shown, yours);
      const after = { ...row, ...columns };
      if (options) {
        await saveSecrets(change.db, this.#sealer, id, options.secrets);
        await this.work.queue(change, after, ROUTINES.check);
        const isElsewhere = bucketOf(after) !== bucketOf(row);
        if (isElsewhere && canBeMeasured(this.types.get(row.type), after))
          await this.work.queue(change, after, ROUTINES.measure);
      }
      change.event({ kind: 'storage', id, action: 'changed' });
      change.audit({
        actor,
        action: 'storage.update',
        resource: { kind: 'storage', id, name },
        result: 'succeeded',
        difference: {
          ...(name !== row.name && { name: [row.name, name] }),
          ...(edit.limits && { limits: [{ ...limitsOf(row) }, { ...limits }] }),
          ...(options && {
            options: [fromJson<OptionValues>(row.options), options.plain],
            secrets: options.changedSecrets,
          }),
        },
      });
      return after;
    });
    this.connections.useLimits(saved);
    this.#operations.wakeRunner();
    return this.queries.get(id);
  }

  async setPrices(
    id: string,
    prices: Prices,
    actor: Actor,
    expectedRevision: number | undefined,
  ): Promise<StorageView> {
    const { currency, ...numbers } = prices;
    const isEmpty = Object.values(numbers).every((price) => price === null);
    if (!isEmpty && currency === null)
      throw new InvalidRequest([{ field: 'currency', code: 'required', message: 'prices need their currency' }]);
    await this.#changes.run(async (change) => {
      const row = await readStorage(change.db, id);
      const shown = this.queries.view(row, (await secretFieldsOf(change.db, [id])).get(id) ?? []);
      checkRevision(expectedRevision, row.revision, shown, prices);
      const after = isEmpty ? null : JSON.stringify(prices);
      const updated = await change.db
        .updateTable('storages')
        .set({ prices: after, revision: row.revision + 1, updated_at: change.now })
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .executeTakeFirst();
      if (updated.numUpdatedRows === 0n) throw new RevisionMismatch(shown, prices);
      change.event({ kind: 'storage', id, action: 'changed' });
      change.audit({
        actor,
        action: 'storage.set_prices',
        resource: { kind: 'storage', id, name: row.name },
        result: 'succeeded',
        difference: { prices: [shown.prices && { ...shown.prices }, isEmpty ? null : { ...prices }] },
      });
    });
    return this.queries.get(id);
  }

  /** Asked before a storage is removed: throws while something of another feature lies on it. */
  useGuard(guard: (change: Change, id: string) => Promise<void>): void {
    this.#guard = guard;
  }

  /** Removes a storage from Sampan. Nothing of what is stored is touched. */
  async remove(id: string, actor: Actor, expectedRevision: number | undefined): Promise<void> {
    await this.#changes.run(async (change) => {
      const row = await readStorage(change.db, id);
      checkRevision(expectedRevision, row.revision, this.queries.view(row, []), null);
      await this.#guard(change, id);
      await this.work.demandUnused(change, row);
      await change.db.deleteFrom('storages').where('id', '=', id).execute();
      change.event({ kind: 'storage', id, action: 'deleted' });
      change.audit({
        actor,
        action: 'storage.delete',
        resource: { kind: 'storage', id, name: row.name },
        result: 'succeeded',
      });
    });
    await this.connections.forget(id);
  }

  /** A driver of options that are not saved: given ones over the stored ones of a storage. Close it. */
  async driverToTest(
    typeName: string,
    given: Given,
    storageId: string | undefined,
    actor: Actor,
  ): Promise<{ driver: StorageDriver; target: TestTarget }> {
    const type = this.types.get(typeName);
    let options = given;
    let row: StorageRow | undefined;
    if (storageId !== undefined) {
      row = await readStorage(this.#database.query, storageId);
      if (row.type !== type.type) {
        const message = `${row.name} is of the type ${row.type}: its secrets are not used for another`;
        throw new InvalidRequest([{ field: 'type', code: 'not_offered', message }]);
      }
      this.connections.demandHere(row);
      const stored = await openOptions(this.#database.query, this.#sealer, storageId);
      options = withKeptSecrets(type.options, stored.options, given);
    }
    const values = this.types.validate(type, options);
    demandAdministrator(type, values, actor);
    const driver = this.connections.make(type, values, storageId ?? null);
    return { driver, target: testTarget('storage', type, values, row) };
  }

  /** A driver of its own for a test of a storage as it is saved. Close it. */
  async savedDriver(id: string): Promise<{ driver: StorageDriver; target: TestTarget; optionsRevision: number }> {
    const row = await readStorage(this.#database.query, id);
    this.connections.demandHere(row);
    const { options, optionsRevision } = await openOptions(this.#database.query, this.#sealer, id);
    const type = this.types.get(row.type);
    const target = testTarget('storage', type, options, row);
    return { driver: this.connections.make(type, options, id), target, optionsRevision };
  }

  async #editedOptions(change: Change, row: StorageRow, given: Given, actor: Actor) {
    this.connections.demandHere(row);
    const type = this.types.get(row.type);
    const stored = await openOptions(change.db, this.#sealer, row.id);
    const values = this.types.validate(type, withKeptSecrets(type.options, stored.options, given));
    demandAdministrator(type, values, actor);
    await this.#demandUsable(type, values);
    const { plain, secrets } = this.types.split(type, values);
    const changedSecrets = type.options
      .filter((field) => field.kind === 'secret' && field.name in given)
      .map((field) => field.name);
    return { plain, secrets, changedSecrets };
  }

  /** A driver may refuse what its schema cannot tell, e.g. a folder. */
  async #demandUsable(type: StorageDriverType, values: OptionValues): Promise<void> {
    const driver = this.connections.make(type, values, null);
    try {
      driver.objects();
    } catch (error) {
      // The bucket may be chosen later; keys that the environment lacks now may be there then.
      const isLater = error instanceof SampanError && error.code !== 'folder_forbidden';
      if (!isLater) throw error;
    } finally {
      await driver.close();
    }
  }
}
