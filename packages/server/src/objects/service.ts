import { SampanError } from '@sampan/driver';
import type { ObjectStore, PutResult } from '@sampan/storage';
import type { OperationService } from '../operations/service.ts';
import { findOperation } from '../operations/store.ts';
import type { OperationRow } from '../operations/tables.ts';
import { audited } from '../platform/audited.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { InvalidRequest, idTaken } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import type { Json } from '../platform/json.ts';
import { isoTime } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import type { StorageConnections } from '../storages/connections.ts';
import { bucketOf } from '../storages/present.ts';
import { findStorage, readStorage } from '../storages/store.ts';
import type { StorageRow } from '../storages/tables.ts';
import { CLEANUP_KIND, type CleanupInput } from './cleanup-kind.ts';
import { COPY_KIND, type CopyInput } from './copy-kind.ts';
import { DELETE_KIND, type DeleteInput } from './delete-kind.ts';
import type { RequestBody } from './request-body.ts';
import { shuttingDown, UPLOAD_KIND, type UploadInput } from './upload-kind.ts';
import type { UploadStreams } from './upload-streams.ts';

const LOOK_EVERY_MS = 1_000;

export interface ObjectPlace {
  storageId: string;
  bucket?: string | undefined;
}

/** Which objects: by name, or all whose names begin alike. */
export interface Selection {
  keys?: readonly string[] | undefined;
  prefix?: string | undefined;
}

export interface NewUpload {
  key: string;
  contentType: string | null;
  body: RequestBody;
  /** Aborts when the sender is gone. */
  closed: AbortSignal;
  /** Aborts when the server stops. */
  stopping: AbortSignal;
}

export interface NewCopy extends Selection {
  base?: string | undefined;
  target: ObjectPlace & { prefix: string };
}

function selected({ keys, prefix }: Selection): { keys: string[] | null; prefix: string | null } {
  if ((keys === undefined) === (prefix === undefined)) {
    const message = 'give either keys or prefix';
    throw new InvalidRequest([{ field: keys === undefined ? 'keys' : 'prefix', code: 'required', message }]);
  }
  return { keys: keys ? [...new Set(keys)] : null, prefix: prefix ?? null };
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

/** The folder that all have in common: `a/b/1` and `a/c/2` are copied as `b/1` and `c/2`. */
function commonFolder(names: readonly string[]): string {
  const [first = '', ...others] = names.map(folderOf);
  let common = first;
  while (common !== '' && !others.every((each) => each.startsWith(common))) common = folderOf(common.slice(0, -1));
  return common;
}

/** Rules of working with objects. */
export class ObjectService {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #operations: OperationService;
  readonly #connections: StorageConnections;
  readonly #streams: UploadStreams;
  readonly #nodeId: string;

  constructor(parts: {
    database: Database;
    changes: Changes;
    operations: OperationService;
    connections: StorageConnections;
    streams: UploadStreams;
    nodeId: string;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#operations = parts.operations;
    this.#connections = parts.connections;
    this.#streams = parts.streams;
    this.#nodeId = parts.nodeId;
  }

  /** The objects of a storage, or of another bucket that its key reaches. */
  async store(place: ObjectPlace, actor: Actor): Promise<ObjectStore> {
    const storage = await this.#connections.live(place.storageId);
    demandOwnBucket(storage.row, place, actor);
    return storage.objects(place.bucket);
  }

  async upload(place: ObjectPlace, upload: NewUpload, actor: Actor): Promise<PutResult> {
    const store = await this.store(place, actor);
    const { key, contentType, body, closed, stopping } = upload;
    const row = await readStorage(this.#database.query, place.storageId);
    const entry = {
      actor,
      action: UPLOAD_KIND,
      resource: storageResource(row),
      difference: { key, ...inBucket(place) },
    };
    return audited(this.#changes, entry, async () => {
      try {
        const signal = AbortSignal.any([closed, stopping]);
        return await store.put(key, body, { signal, ...(contentType !== null && { contentType }) });
      } catch (error) {
        throw body.failure() ?? (stopping.aborted ? shuttingDown() : error);
      }
    });
  }

  /** The same as an operation that others can watch and cancel. Resolves when it is stored. */
  async uploadWatched(
    place: ObjectPlace,
    upload: NewUpload,
    operationId: string | undefined,
    actor: Actor,
  ): Promise<PutResult & { operationId: string }> {
    await this.store(place, actor);
    const id = operationId ?? newId();
    const { key, contentType, body, closed, stopping } = upload;
    const { promise, resolve, reject } = Promise.withResolvers<PutResult>();
    const begun = new AbortController();
    const input: UploadInput = { storageId: place.storageId, bucket: place.bucket ?? null, key, contentType };
    // Before the operation exists: a runner may take it at once.
    this.#streams.put(id, { body, closed, stopping, begun: () => begun.abort(), done: resolve, failed: reject });
    promise.catch(() => undefined);
    try {
      await this.#changes.run(async (change) => {
        const row = await readStorage(change.db, place.storageId);
        if (await findOperation(change.db, id)) throw idTaken('operation', id);
        await this.#operation(
          change,
          { id, kind: UPLOAD_KIND, row, actor, input, nodeId: this.#nodeId, uses: [row.id] },
          { key, ...inBucket(place) },
        );
      });
      this.#operations.wakeRunner();
      const result = await Promise.race([promise, this.#endedUnbegun(id, begun.signal)]);
      return { ...result, operationId: id };
    } catch (error) {
      throw body.failure() ?? error;
    } finally {
      this.#streams.take(id);
    }
  }

  async delete(
    place: ObjectPlace,
    selection: Selection,
    actor: Actor,
    operationId: string | undefined,
  ): Promise<OperationRow> {
    const what = selected(selection);
    const input: DeleteInput = { storageId: place.storageId, bucket: place.bucket ?? null, ...what };
    return this.#changes.run(async (change) => {
      const first = await this.#repeated(change, operationId);
      if (first) return first;
      const row = await readStorage(change.db, place.storageId);
      demandOwnBucket(row, place, actor);
      const wish = { id: operationId, kind: DELETE_KIND, row, actor, input, nodeId: row.node_id, uses: [row.id] };
      return this.#operation(change, wish, { ...told(what), ...inBucket(place) });
    });
  }

  /** Removes unfinished uploads that are older, also those of others who write into the same bucket. */
  async cleanUp(
    place: ObjectPlace,
    olderThanMs: number,
    actor: Actor,
    operationId: string | undefined,
  ): Promise<OperationRow> {
    const input: CleanupInput = { storageId: place.storageId, bucket: place.bucket ?? null, olderThanMs };
    return this.#changes.run(async (change) => {
      const first = await this.#repeated(change, operationId);
      if (first) return first;
      const row = await readStorage(change.db, place.storageId);
      demandOwnBucket(row, place, actor);
      const wish = { id: operationId, kind: CLEANUP_KIND, row, actor, input, nodeId: row.node_id, uses: [row.id] };
      return this.#operation(change, wish, { olderThanMs, ...inBucket(place) });
    });
  }

  async copy(place: ObjectPlace, wish: NewCopy, actor: Actor, operationId: string | undefined): Promise<OperationRow> {
    const what = selected(wish);
    const base = wish.base ?? (what.prefix === null ? commonFolder(what.keys ?? []) : folderOf(what.prefix));
    const strange = (what.keys ?? [what.prefix ?? '']).find((name) => !name.startsWith(base));
    if (strange !== undefined) {
      const message = `${strange} does not begin with the base ${base}`;
      throw new InvalidRequest([{ field: 'base', code: 'bad_format', message }]);
    }
    const target = { ...wish.target, bucket: wish.target.bucket ?? null };
    const input: CopyInput = { storageId: place.storageId, bucket: place.bucket ?? null, ...what, base, target };
    return this.#changes.run(async (change) => {
      const first = await this.#repeated(change, operationId);
      if (first) return first;
      const row = await readStorage(change.db, place.storageId);
      const to = await findStorage(change.db, target.storageId);
      if (!to) {
        const message = `there is no storage ${target.storageId}`;
        throw new InvalidRequest([{ field: 'target.storageId', code: 'not_offered', message }]);
      }
      demandOwnBucket(row, place, actor);
      demandOwnBucket(to, wish.target, actor);
      demandApart(input, row);
      const nodeId = row.node_id ?? to.node_id;
      if (to.node_id !== null && to.node_id !== nodeId) {
        throw new SampanError('storage_on_other_node', `${row.name} and ${to.name} are folders of two servers.`, {
          hint: 'Copy by way of a storage that both can reach.',
          parameters: { node: to.node_id, here: String(nodeId) },
        });
      }
      const operation = { id: operationId, kind: COPY_KIND, row, actor, input, nodeId, uses: [row.id, to.id] };
      return this.#operation(change, operation, {
        ...told(what),
        ...inBucket(place),
        target: { storage: to.id, prefix: target.prefix, ...inBucket(wish.target) },
      });
    });
  }

  /** A link that works without keys for a time. It is a secret: nothing of it is kept. */
  async presign(
    place: ObjectPlace,
    wish: { key: string; method: 'GET' | 'PUT'; expiresInSeconds: number; downloadName?: string | undefined },
    actor: Actor,
  ): Promise<{ url: string; expiresAt: string }> {
    const store = await this.store(place, actor);
    const { presign } = store;
    if (!presign) {
      throw new SampanError('not_supported', 'This kind of storage makes no links.', {
        hint: 'Download it through Sampan instead.',
      });
    }
    const row = await readStorage(this.#database.query, place.storageId);
    const { key, method, expiresInSeconds } = wish;
    const difference = { key, method, expiresInSeconds, ...inBucket(place) };
    const entry = { actor, action: 'object.presign', resource: storageResource(row), difference };
    const expiresAt = isoTime(Date.now() + expiresInSeconds * 1000);
    const url = await audited(this.#changes, entry, () => presign(key, wish));
    return { url, expiresAt };
  }

  async #repeated(change: Change, operationId: string | undefined): Promise<OperationRow | undefined> {
    if (operationId === undefined) return undefined;
    return findOperation(change.db, operationId);
  }

  async #operation(
    change: Change,
    wish: {
      id: string | undefined;
      kind: string;
      row: StorageRow;
      actor: Actor;
      input: Json;
      nodeId: string | null;
      uses: readonly string[];
    },
    difference: Record<string, Json>,
  ): Promise<OperationRow> {
    const { id, kind, row, actor, input, nodeId, uses } = wish;
    const target = storageResource(row);
    const operation = await this.#operations.create(change, {
      id,
      kind,
      target,
      hostId: null,
      actor,
      input,
      locks: [],
      nodeId,
      uses,
    });
    change.audit({
      actor,
      action: kind,
      resource: target,
      result: 'succeeded',
      difference: { operation: operation.id, ...difference },
    });
    return operation;
  }

  /** Rejects when the operation ended before any run began: somebody cancelled it while it waited. */
  async #endedUnbegun(id: string, begun: AbortSignal): Promise<never> {
    while (!begun.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS).unref());
      const row = begun.aborted ? undefined : await this.#operations.find(id);
      if (row && row.state !== 'queued' && row.state !== 'running')
        throw new SampanError('cancelled', 'The upload was cancelled before it began.');
    }
    return new Promise<never>(() => undefined);
  }
}

function storageResource(row: StorageRow) {
  return { kind: 'storage', id: row.id, name: row.name };
}

function inBucket({ bucket }: ObjectPlace): { bucket?: string } {
  return bucket === undefined ? {} : { bucket };
}

function told({ keys, prefix }: { keys: string[] | null; prefix: string | null }): Record<string, Json> {
  return keys ? { keys: keys.slice(0, 100), count: keys.length } : { prefix };
}

/** A storage that names its bucket is about that one; what else its key could reach is for administrators. */
function demandOwnBucket(row: StorageRow, { bucket }: ObjectPlace, actor: Actor): void {
  const own = bucketOf(row);
  const isOwn = bucket === undefined || own === null || bucket === own;
  if (isOwn || actor.kind === 'system' || actor.role === 'administrator') return;
  throw new SampanError('permission_denied_here', `${row.name} is about the bucket ${own}.`, {
    hint: 'Other buckets that its key can reach are for administrators.',
  });
}

/** What is copied into itself would never end, or would change nothing. */
function demandApart(input: CopyInput, row: StorageRow): void {
  const { storageId, bucket, prefix, base, target } = input;
  const own = bucketOf(row);
  if (storageId !== target.storageId || (bucket ?? own) !== (target.bucket ?? own)) return;
  const isInside = prefix !== null && target.prefix.startsWith(prefix);
  if (target.prefix !== base && !isInside) return;
  const message = 'the target must lie outside of what is copied';
  throw new InvalidRequest([{ field: 'target.prefix', code: 'bad_format', message }]);
}
