import { SampanError } from '@sampan/driver';
import type { Static } from 'typebox';
import { placesOf, readBackup } from '../backups/store.ts';
import type { OperationService } from '../operations/service.ts';
import type { BackupRoots } from '../plans/roots.ts';
import { readPlan } from '../plans/store.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { type Page, parseSort, readPage } from '../platform/http/page.ts';
import { InvalidRequest, notFound } from '../platform/http/problem.ts';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import type { StoredError } from '../storages/present.ts';
import { PREVIEW_KIND, RESTORE_KIND, type RestoreSettings } from './kind.ts';
import type { NewRestore, RestoreSchema } from './schema.ts';
import type { RestoreRow } from './tables.ts';

export type RestoreView = Static<typeof RestoreSchema>;

function presentRestore(row: RestoreRow): RestoreView {
  const { snapshotId: _, ...settings } = fromJson<RestoreSettings>(row.settings);
  return {
    id: row.id,
    revision: row.revision,
    planId: row.plan_id,
    backupId: row.backup_id,
    repositoryId: row.repository_id,
    preview: row.is_preview === 1,
    ...settings,
    state: row.state,
    ...{ files: row.files, bytes: row.bytes, untouched: row.untouched, deleted: row.deleted },
    items: fromJsonOrNull(row.items),
    failures: fromJsonOrNull(row.failures) ?? [],
    error: fromJsonOrNull<StoredError>(row.error),
    createdAt: isoTime(row.created_at),
    finishedAt: isoTimeOrNull(row.finished_at),
  };
}

/** Restoring backups, and looking at what was restored. */
export class RestoreService {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #operations: OperationService;
  readonly #roots: BackupRoots;

  constructor(parts: { database: Database; changes: Changes; operations: OperationService; roots: BackupRoots }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#operations = parts.operations;
    this.#roots = parts.roots;
  }

  async create(
    wish: Static<typeof NewRestore>,
    actor: Actor,
    options: { repeated?: boolean } = {},
  ): Promise<RestoreView> {
    const backup = await readBackup(this.#database.query, wish.backupId);
    const places = await placesOf(this.#database.query, backup);
    const place =
      wish.repositoryId === undefined
        ? places[0]
        : places.find(({ repositoryId }) => repositoryId === wish.repositoryId);
    if (!place) {
      const message = 'the backup is not in this repository';
      throw new InvalidRequest([{ field: 'repositoryId', code: 'not_offered', message }]);
    }
    const paths = wish.paths ? [...new Set(wish.paths.map((each) => this.#roots.checkForm(each, 'paths')))] : null;
    await this.#demandTarget(wish.target, paths ?? fromJson<string[]>(backup.paths), actor);
    if (wish.deleteOthers && wish.target === undefined && paths === null) {
      const message = 'deleting what the backup does not have, where things were, needs a choice of folders';
      throw new InvalidRequest([{ field: 'deleteOthers', code: 'not_offered', message }]);
    }
    const settings: RestoreSettings = {
      ...{ snapshotId: place.snapshotId, paths, target: wish.target ?? null },
      overwrite: (wish.overwrite ?? 'if_changed') as RestoreSettings['overwrite'],
      ...{ deleteOthers: wish.deleteOthers === true, verify: wish.verify !== false },
    };
    const id = await this.#changes.run(async (change) => {
      const plan = await readPlan(change.db, backup.plan_id);
      const before =
        wish.id && (await change.db.selectFrom('restores').select('id').where('id', '=', wish.id).executeTakeFirst());
      if (before && options.repeated) return before.id;
      const operation = await this.#operations.create(change, {
        id: wish.id,
        kind: wish.preview ? PREVIEW_KIND : RESTORE_KIND,
        target: { kind: 'plan', id: plan.id, name: plan.name },
        hostId: null,
        actor,
        input: { planId: plan.id, backupId: backup.id },
        // Two that write to one place would be in each other's way; nothing else waits.
        locks: wish.preview ? [] : [`restore:${settings.target ?? '/'}`],
        nodeId: plan.node_id,
        background: wish.preview === true,
      });
      await change.db
        .insertInto('restores')
        .values({
          ...{ id: operation.id, project_id: DEFAULT_PROJECT, revision: 1 },
          ...{ created_at: change.now, updated_at: change.now, plan_id: plan.id, backup_id: backup.id },
          ...{ repository_id: place.repositoryId, is_preview: wish.preview ? 1 : 0 },
          ...{ settings: JSON.stringify(settings), state: 'queued', files: 0, bytes: 0, untouched: 0, deleted: 0 },
          ...{ items: null, failures: null, error: null, finished_at: null },
        })
        .execute();
      change.event({ kind: 'restore', id: operation.id, action: 'created' });
      if (!wish.preview) {
        change.audit({
          actor,
          action: 'restore.create',
          resource: { kind: 'backup', id: backup.id, name: `${plan.name} ${isoTime(backup.time)}` },
          result: 'succeeded',
          difference: {
            target: settings.target,
            paths,
            overwrite: settings.overwrite,
            deleteOthers: settings.deleteOthers,
          },
        });
      }
      return operation.id;
    });
    this.#operations.wakeRunner();
    return this.get(id);
  }

  async list(request: {
    limit: number;
    cursor?: string | undefined;
    planId?: string | undefined;
    backupId?: string | undefined;
  }): Promise<Page<RestoreView>> {
    const sort = parseSort(undefined, { createdAt: 'created_at' }, '-createdAt');
    let query = this.#database.query.selectFrom('restores').selectAll().where('is_preview', '=', 0);
    if (request.planId !== undefined) query = query.where('plan_id', '=', request.planId);
    if (request.backupId !== undefined) query = query.where('backup_id', '=', request.backupId);
    const { rows, nextCursor } = await readPage(query, 'restores', sort, request);
    return { items: rows.map(presentRestore), nextCursor };
  }

  async get(id: string): Promise<RestoreView> {
    const view = (await this.views([id])).get(id);
    if (!view) throw notFound('restore', id);
    return view;
  }

  async views(ids: readonly string[]): Promise<Map<string, RestoreView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('restores')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map(rows.map((row) => [row.id, presentRestore(row)]));
  }

  /** Back to where things were is for administrators; elsewhere everyone keeps to the allowed folders. */
  async #demandTarget(target: string | undefined, paths: readonly string[], actor: Actor): Promise<void> {
    if (target !== undefined) {
      await this.#roots.demand(this.#roots.checkForm(target, 'target'), actor, 'write');
      return;
    }
    if (actor.kind !== 'system' && actor.role !== 'administrator') {
      throw new SampanError('permission_denied_here', 'Restoring to where things were is for administrators.', {
        hint: 'Give a target folder, or ask an administrator.',
      });
    }
    for (const each of paths) await this.#roots.demand(each, actor, 'write');
  }
}
