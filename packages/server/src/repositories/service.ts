import { listLocks, listSnapshots, type Snapshot } from '@sampan/backup';
import { SampanError, toSampanError } from '@sampan/driver';
import type { Static } from 'typebox';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { InvalidRequest, idTaken, RevisionMismatch } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { demandFreeName, nameColumns } from '../platform/names.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { isoTime } from '../platform/time.ts';
import { type Actor, SYSTEM } from '../policy/actor.ts';
import { findStorage, readStorage } from '../storages/store.ts';
import type { RepositoryAccesses } from './access.ts';
import { CHECK_KIND, CREATE_KIND, PRUNE_KIND, UNLOCK_KIND } from './kinds.ts';
import { ownerOf } from './locked.ts';
import { editedTimes, maintenanceOf, nextMaintenance, putOffCheck, readMaintenance } from './maintenance.ts';
import { demandOneLine, makePassword, RepositoryPasswords, tryPassword } from './passwords.ts';
import type { RepositoryView } from './present.ts';
import type { RepositoryQueries } from './queries.ts';
import { queueOnRepository, repositoryBusy } from './queue.ts';
import type { NewRepository, RepositoryEdit } from './schema.ts';
import { findRepository, readRepository, savePassword } from './store.ts';
import type { RepositoryRow } from './tables.ts';

/** `a/b/` of what a person typed; '' for the top. @throws InvalidRequest */
export function readFolder(text: string): string {
  const parts = text.split('/').filter(Boolean);
  const isBad = parts.some((part) => part === '.' || part === '..' || /[\p{Cc}\\]/u.test(part));
  if (isBad) {
    const message = 'a folder has no `.`, `..`, backslash or control character in it';
    throw new InvalidRequest([{ field: 'folder', code: 'bad_format', message }]);
  }
  return parts.length === 0 ? '' : `${parts.join('/')}/`;
}

/** To cancel an operation that begins or ends at the same moment. */
const MOST_CANCELS = 5;

type Asked = 'check' | 'prune' | 'unlock';
const KINDS: Readonly<Record<Asked, string>> = { check: CHECK_KIND, prune: PRUNE_KIND, unlock: UNLOCK_KIND };

/** Rules of adding, adopting, changing and looking after repositories. */
export class RepositoryService {
  readonly queries: RepositoryQueries;
  readonly accesses: RepositoryAccesses;
  readonly passwords: RepositoryPasswords;
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #operations: OperationService;

  constructor(parts: {
    database: Database;
    changes: Changes;
    sealer: Sealer;
    operations: OperationService;
    queries: RepositoryQueries;
    accesses: RepositoryAccesses;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
    this.#operations = parts.operations;
    this.queries = parts.queries;
    this.accesses = parts.accesses;
    this.passwords = new RepositoryPasswords(parts);
  }

  /**
   * A repository that is adopted was opened with its password before there is anything of it here.
   * @param options.repeated the id comes from an Idempotency-Key: what exists under it is the first attempt's
   */
  async create(
    wish: Static<typeof NewRepository>,
    actor: Actor,
    options: { repeated?: boolean; closed: AbortSignal },
  ): Promise<RepositoryView> {
    const isThere = wish.id !== undefined && (await findRepository(this.#database.query, wish.id)) !== undefined;
    if (!isThere) await this.#demandAdoptable(wish, options.closed);
    const id = await this.#changes.run((change) => this.createWithin(change, wish, actor, options));
    this.#operations.wakeRunner();
    return this.queries.get(id);
  }

  /** The same within a change of somebody else, e.g. of a plan that is made together with its repository. */
  async createWithin(
    change: Change,
    wish: Static<typeof NewRepository>,
    actor: Actor,
    options: { repeated?: boolean } = {},
  ): Promise<string> {
    if (wish.adopt && wish.password === undefined) {
      const message = 'the password of the repository is needed to adopt it';
      throw new InvalidRequest([{ field: 'password', code: 'required', message }]);
    }
    if (!wish.adopt && wish.password !== undefined) {
      const message = 'Sampan makes the password of a new repository; give one only to adopt';
      throw new InvalidRequest([{ field: 'password', code: 'not_offered', message }]);
    }
    if (wish.password !== undefined) demandOneLine(wish.password);
    const folder = readFolder(wish.folder ?? '');
    const maintenance = readMaintenance(wish.maintenance);
    const id = wish.id ?? newId(change.now);
    if (await findRepository(change.db, id)) {
      if (options.repeated) return id;
      throw idTaken('repository', id);
    }
    const storage = await findStorage(change.db, wish.storageId);
    if (!storage) {
      const message = `there is no storage ${wish.storageId}`;
      throw new InvalidRequest([{ field: 'storageId', code: 'not_found', message }]);
    }
    await demandFreeName(change.db, 'repositories', wish.name);
    await this.#demandFreePlace(change, storage.id, folder);
    const row: RepositoryRow = {
      ...{ id, project_id: DEFAULT_PROJECT, revision: 1, created_at: change.now, updated_at: change.now },
      ...nameColumns(wish.name),
      ...{ storage_id: storage.id, folder, restic_id: null, append_only: wish.appendOnly ? 1 : 0 },
      ...{
        state: 'new',
        error: null,
        damage: null,
        node_id: storage.node_id,
        maintenance: JSON.stringify(maintenance),
      },
      ...nextMaintenance(maintenance, change.now, { pruned: null, checked: null, appendOnly: wish.appendOnly }),
      ...{ pruned_at: null, prune_error: null, checked_at: null, check_result: null, bytes: null, measured_at: null },
    };
    await change.db.insertInto('repositories').values(row).execute();
    await savePassword(change.db, this.#sealer, id, 'password', wish.password ?? makePassword());
    change.event({ kind: 'repository', id, action: 'created' });
    change.audit({
      actor,
      action: wish.adopt ? 'repository.adopt' : 'repository.create',
      resource: { kind: 'repository', id, name: row.name },
      result: 'succeeded',
      difference: { storage: storage.name, folder, appendOnly: wish.appendOnly },
    });
    await queueOnRepository(this.#operations, change, row, CREATE_KIND, actor, { adopt: wish.adopt });
    return id;
  }

  async update(
    id: string,
    edit: Static<typeof RepositoryEdit>,
    actor: Actor,
    expectedRevision: number | undefined,
  ): Promise<RepositoryView> {
    const shown = await this.queries.get(id);
    await this.#changes.run(async (change) => {
      const row = await readRepository(change.db, id);
      checkRevision(expectedRevision, row.revision, shown, edit);
      const name = edit.name ?? row.name;
      await demandFreeName(change.db, 'repositories', name, id);
      const maintenance = readMaintenance(edit.maintenance, maintenanceOf(row));
      const appendOnly = edit.appendOnly ?? row.append_only === 1;
      const columns = {
        ...nameColumns(name),
        append_only: appendOnly ? (1 as const) : (0 as const),
        maintenance: JSON.stringify(maintenance),
        ...editedTimes(row, maintenance, change.now, appendOnly),
        ...{ revision: row.revision + 1, updated_at: change.now },
      };
      const updated = await change.db
        .updateTable('repositories')
        .set(columns)
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .executeTakeFirst();
      if (updated.numUpdatedRows === 0n) throw new RevisionMismatch(shown, edit);
      change.event({ kind: 'repository', id, action: 'changed' });
      change.audit({
        actor,
        action: 'repository.update',
        resource: { kind: 'repository', id, name },
        result: 'succeeded',
        difference: {
          ...(name !== row.name && { name: [row.name, name] }),
          ...(appendOnly !== (row.append_only === 1) && { appendOnly: [!appendOnly, appendOnly] }),
        },
      });
    });
    return this.queries.get(id);
  }

  /** Forgets a repository. What is stored stays, and opens with its password: the recovery sheet should be kept. */
  async remove(id: string, actor: Actor, expectedRevision: number | undefined): Promise<void> {
    const shown = await this.queries.get(id);
    await this.#changes.run(async (change) => {
      const row = await readRepository(change.db, id);
      checkRevision(expectedRevision, row.revision, shown, null);
      const [plan] = shown.plans;
      if (plan) {
        throw new SampanError('repository_in_use', `The plan ${plan.name} keeps its backups here.`, {
          hint: 'Delete the plan first, or take this mirror out of it.',
          parameters: { plan: plan.id },
        });
      }
      if ((await this.#operations.unfinishedOfTarget(change, id)).length > 0) throw repositoryBusy();
      await change.db.deleteFrom('repositories').where('id', '=', id).execute();
      change.event({ kind: 'repository', id, action: 'deleted' });
      change.audit({
        actor,
        action: 'repository.delete',
        resource: { kind: 'repository', id, name: row.name },
        result: 'succeeded',
      });
    });
  }

  /** A check, a prune, or taking stale locks away, as somebody asks for it. */
  async ask(
    id: string,
    what: Asked,
    actor: Actor,
    options: { operationId?: string | undefined; readDataPercent?: number | undefined } = {},
  ): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readRepository(change.db, id);
      const kind = KINDS[what];
      if (what === 'prune' && row.append_only === 1) {
        throw new SampanError('append_only', `${row.name} is append-only: nothing of it is deleted.`, {
          hint: 'Prune it with an access that may, best from another machine.',
        });
      }
      const { operationId, readDataPercent } = options;
      const same = await this.#operations.waitingOrSame(change, id, operationId, kind, { readDataPercent });
      if (same) return same;
      change.audit({
        actor,
        action: kind,
        resource: { kind: 'repository', id, name: row.name },
        result: 'succeeded',
      });
      const more: Record<string, number> = readDataPercent === undefined ? {} : { readDataPercent };
      return queueOnRepository(this.#operations, change, row, kind, actor, more, operationId);
    });
  }

  /**
   * Ends routine checks of it, for somebody who cannot wait; they begin again in an hour. What a person asked for goes on.
   * @returns whether there was one
   */
  async endRoutineChecks(id: string): Promise<boolean> {
    const routine = await this.#changes.run(async (change) => {
      const checks = await this.#operations.unfinishedOfTarget(change, id, CHECK_KIND);
      const found = checks.filter((check) => check.actor_kind === 'system' && check.cancel_requested === 0);
      if (found.length > 0) await putOffCheck(change, id);
      return found;
    });
    for (const operation of routine) await this.#cancel(operation.id);
    return routine.length > 0;
  }

  async #cancel(operationId: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#operations.cancel(operationId, SYSTEM);
        return;
      } catch (error) {
        const { code } = toSampanError(error);
        // It ended by itself just now.
        if (code === 'wrong_state') return;
        // It began just now.
        if (code !== 'operation_conflict' || attempt === MOST_CANCELS) throw error;
      }
    }
  }

  async locks(id: string, signal: AbortSignal) {
    const { access } = await this.accesses.open(id);
    const locks = await listLocks(access, { signal });
    return locks.map((lock) => ({ ...lock, time: isoTime(lock.time), owner: ownerOf(lock) }));
  }

  /** What restic says is in it, also what no plan made. */
  async snapshots(id: string, signal: AbortSignal): Promise<Snapshot[]> {
    const { access } = await this.accesses.open(id);
    return listSnapshots(access, { signal });
  }

  /** Queues the routines that are due; another server may have done so already. */
  async queueDue(now: number): Promise<void> {
    for (const [column, kind] of [
      ['next_prune_at', PRUNE_KIND],
      ['next_check_at', CHECK_KIND],
    ] as const) {
      const due = await this.#database.query
        .selectFrom('repositories')
        .select('id')
        .where(column, '<=', now)
        .limit(50)
        .execute();
      for (const { id } of due) {
        await this.#changes.run(async (change) => {
          const row = await readRepository(change.db, id);
          const next = nextMaintenance(maintenanceOf(row), now + 1, {
            pruned: now,
            checked: now,
            appendOnly: row.append_only === 1,
          });
          const taken = await change.db
            .updateTable('repositories')
            .set({ [column]: next[column] })
            .where('id', '=', id)
            .where(column, '<=', now)
            .executeTakeFirst();
          // What was never made has nothing to look after.
          if (taken.numUpdatedRows === 0n || row.restic_id === null) return;
          if ((await this.#operations.unfinishedOfTarget(change, id, kind)).length > 0) return;
          await queueOnRepository(this.#operations, change, row, kind, SYSTEM, {});
        });
      }
    }
  }

  /** @throws SampanError `storage_in_use` naming the repository that lies there */
  async demandStorageFree(change: Change, storageId: string): Promise<void> {
    const row = await change.db
      .selectFrom('repositories')
      .select(['id', 'name'])
      .where('storage_id', '=', storageId)
      .limit(1)
      .executeTakeFirst();
    if (!row) return;
    const storage = await readStorage(change.db, storageId);
    throw new SampanError('storage_in_use', `The repository ${row.name} lies on ${storage.name}.`, {
      hint: 'Remove the repository from Sampan first; what is stored stays.',
      parameters: { repository: row.id },
    });
  }

  /** Where the storage is a folder of another server, its operation finds out. */
  async #demandAdoptable(wish: Static<typeof NewRepository>, closed: AbortSignal): Promise<void> {
    if (!wish.adopt || wish.password === undefined) return;
    demandOneLine(wish.password);
    const folder = readFolder(wish.folder ?? '');
    if (!(await findStorage(this.#database.query, wish.storageId))) return;
    try {
      await tryPassword(this.accesses, { storage_id: wish.storageId, folder, append_only: 1 }, wish.password, closed);
    } catch (error) {
      if (toSampanError(error).code !== 'storage_on_other_node') throw error;
    }
  }

  async #demandFreePlace(change: Change, storageId: string, folder: string): Promise<void> {
    const rows = await change.db
      .selectFrom('repositories')
      .select(['name', 'folder'])
      .where('storage_id', '=', storageId)
      .execute();
    const other = rows.find((row) => row.folder.startsWith(folder) || folder.startsWith(row.folder));
    if (!other) return;
    throw new SampanError('folder_taken', `The repository ${other.name} lies in ${other.folder || 'the top'} there.`, {
      hint: 'Choose a folder that is not inside of another repository and holds none.',
      parameters: { name: other.name, folder: other.folder || '/' },
    });
  }
}
