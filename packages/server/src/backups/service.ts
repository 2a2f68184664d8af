import { readContent } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import { INDEX_KIND, type PlanWork } from '../plans/work.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { isoTime } from '../platform/time.ts';
import { type Actor, SYSTEM } from '../policy/actor.ts';
import type { RepositoryAccesses } from '../repositories/access.ts';
import type { Catalogs } from './catalogs.ts';
import { DELETE_KIND } from './delete-kind.ts';
import type { BackupQueries, BackupView } from './queries.ts';
import { placesOf, readBackup } from './store.ts';
import type { BackupRow } from './tables.ts';

interface Node {
  path: string;
  name: string;
  kind: string;
  size: number;
  mode: number;
  modified: number;
}

function beingListed(operation: string): SampanError {
  return new SampanError('not_indexed', 'The list of files of this backup is being made.', {
    hint: 'Try again when the operation has ended.',
    retryable: true,
    parameters: { operation },
  });
}

function presentNode(node: Node) {
  return { ...node, modified: isoTime(node.modified) };
}

/** Looking into backups, naming and pinning them, taking them away. */
export class BackupService {
  readonly queries: BackupQueries;
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #operations: OperationService;
  readonly #catalogs: Catalogs;
  readonly #accesses: RepositoryAccesses;
  readonly #work: PlanWork;
  readonly #nodeId: string;

  constructor(parts: {
    database: Database;
    changes: Changes;
    operations: OperationService;
    queries: BackupQueries;
    catalogs: Catalogs;
    accesses: RepositoryAccesses;
    work: PlanWork;
    nodeId: string;
  }) {
    this.queries = parts.queries;
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#operations = parts.operations;
    this.#catalogs = parts.catalogs;
    this.#accesses = parts.accesses;
    this.#work = parts.work;
    this.#nodeId = parts.nodeId;
  }

  async update(
    id: string,
    edit: { title?: string; note?: string; pinned?: boolean },
    actor: Actor,
    expectedRevision: number | undefined,
  ): Promise<BackupView> {
    const shown = await this.queries.get(id);
    await this.#changes.run(async (change) => {
      const row = await readBackup(change.db, id);
      checkRevision(expectedRevision, row.revision, shown, edit);
      await change.db
        .updateTable('backups')
        .set({
          ...{ title: edit.title ?? row.title, note: edit.note ?? row.note },
          pinned: (edit.pinned ?? row.pinned === 1) ? 1 : 0,
          ...{ revision: row.revision + 1, updated_at: change.now },
        })
        .where('id', '=', id)
        .execute();
      change.event({ kind: 'backup', id, action: 'changed' });
      change.audit({
        actor,
        action: 'backup.update',
        resource: { kind: 'backup', id, name: isoTime(row.time) },
        result: 'succeeded',
        difference: { ...edit },
      });
    });
    return this.queries.get(id);
  }

  /** Takes one backup away for good, in its repository and its mirrors. @throws SampanError `wrong_state` for a pinned one */
  async remove(id: string, actor: Actor, operationId: string | undefined): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readBackup(change.db, id);
      if (row.pinned === 1) {
        throw new SampanError('wrong_state', 'The backup is pinned.', { hint: 'Unpin it first.' });
      }
      const wish = { backupId: id };
      const same = await this.#operations.waitingOrSame(change, row.plan_id, operationId, DELETE_KIND, wish);
      if (same) return same;
      change.audit({
        actor,
        action: DELETE_KIND,
        resource: { kind: 'backup', id, name: isoTime(row.time) },
        result: 'succeeded',
      });
      const plan = await change.db
        .selectFrom('plans')
        .select(['name', 'node_id'])
        .where('id', '=', row.plan_id)
        .executeTakeFirstOrThrow();
      return this.#operations.create(change, {
        id: operationId,
        kind: DELETE_KIND,
        target: { kind: 'plan', id: row.plan_id, name: plan.name },
        hostId: null,
        actor,
        input: { planId: row.plan_id, backupId: id },
        locks: [`plan:${row.plan_id}`],
        nodeId: plan.node_id,
      });
    });
  }

  async files(id: string, folder: string, options: { after?: string | undefined; limit: number }) {
    const row = await this.#here(id);
    const found = await this.#catalogs.list(row.plan_id, id, folder, { ...options, limit: options.limit + 1 });
    if (!found) throw await this.#notIndexed(row);
    const items = found.slice(0, options.limit);
    return {
      items: items.map(presentNode),
      nextAfter: found.length > options.limit ? (items.at(-1)?.name ?? null) : null,
    };
  }

  async search(planId: string, text: string, options: { backupId?: string | undefined; limit: number }) {
    if (options.backupId !== undefined) {
      const row = await this.#here(options.backupId);
      const known = await this.#catalogs.backups(planId);
      if (!known.some(({ id }) => id === row.id)) throw await this.#notIndexed(row);
    }
    const found = await this.#catalogs.search(planId, text, options);
    return found.map(({ firstBackupId, lastBackupId, ...node }) => ({
      ...presentNode(node),
      ...{ firstBackupId, lastBackupId },
    }));
  }

  async compare(fromId: string, toId: string, options: { after?: number | undefined; limit: number }) {
    const rows = [await this.#here(fromId), await this.#here(toId)];
    const [older, newer] = rows.sort((a, b) => a.time - b.time);
    if (!older || !newer || older.plan_id !== newer.plan_id || older.id === newer.id) {
      throw new SampanError('invalid_request', 'Two different backups of one plan can be compared.', {
        hint: 'Choose two of the same plan.',
      });
    }
    const found = await this.#catalogs.compare(older.plan_id, older.id, newer.id, options);
    if (!found) throw await this.#notIndexed(newer);
    return {
      next: found.next,
      items: found.items.map(({ path, before, after }) => ({
        path,
        change: before === null ? 'added' : after === null ? 'removed' : 'changed',
        before: before && presentNode(before),
        after: after && presentNode(after),
      })),
    };
  }

  /** The content of a file, or of a folder as an archive. */
  async content(
    id: string,
    wish: { path: string; archive: 'tar' | 'zip' | null; repositoryId?: string | undefined; signal: AbortSignal },
  ) {
    const row = await this.#here(id);
    const places = await placesOf(this.#database.query, row);
    const place =
      wish.repositoryId === undefined
        ? places[0]
        : places.find(({ repositoryId }) => repositoryId === wish.repositoryId);
    if (!place) {
      throw new SampanError('not_found', 'The backup is not in this repository.', { hint: 'Choose another place.' });
    }
    const { access } = await this.#accesses.open(place.repositoryId);
    return readContent(access, {
      ...{ snapshotId: place.snapshotId, path: wish.path, signal: wish.signal },
      ...(wish.archive && { archive: wish.archive }),
    });
  }

  /** One path of a backup; null when nobody knows, since it is not indexed. */
  async node(id: string, path: string) {
    const row = await this.#here(id);
    const known = await this.#catalogs.backups(row.plan_id);
    if (!known.some((each) => each.id === id)) return undefined;
    return this.#catalogs.get(row.plan_id, id, path);
  }

  /** @throws SampanError `plan_on_other_node`: catalogs and local repositories are where the plan is */
  async #here(id: string): Promise<BackupRow> {
    const row = await readBackup(this.#database.query, id);
    const plan = await this.#database.query
      .selectFrom('plans')
      .select('node_id')
      .where('id', '=', row.plan_id)
      .executeTakeFirst();
    if (!plan || plan.node_id === this.#nodeId) return row;
    throw new SampanError('plan_on_other_node', `The plan belongs to the server ${plan.node_id}.`, {
      hint: `This is the server ${this.#nodeId}; ask the other one.`,
      parameters: { node: plan.node_id, here: this.#nodeId },
    });
  }

  /** Why the last making of the list failed, when that is a moment ago. */
  async #lastIndexing(planId: string) {
    const row = await this.#operations.newestOfTarget(planId, INDEX_KIND);
    const error = fromJsonOrNull<{ message: string; hint: string | null }>(row?.error ?? null);
    if (row?.state !== 'failed' || !error || (row.finished_at ?? 0) < Date.now() - 60_000) return null;
    return { ...error, operationId: row.id };
  }

  /** Its list is made at once; who asked is told which operation does it. */
  async #notIndexed(row: BackupRow): Promise<SampanError> {
    const run = row.run_id === null ? undefined : await this.#operations.find(row.run_id);
    if (run?.state === 'running') return beingListed(run.id);
    const failed = await this.#lastIndexing(row.plan_id);
    if (failed) {
      return new SampanError('not_indexed', `The list of files of this backup could not be made: ${failed.message}`, {
        hint: failed.hint ?? 'Mend this; it is tried again after a minute.',
        parameters: { operation: failed.operationId },
      });
    }
    const operation = await this.#work.index(row.plan_id, { actor: SYSTEM });
    return beingListed(operation.id);
  }
}
