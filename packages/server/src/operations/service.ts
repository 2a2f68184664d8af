import { isDeepStrictEqual } from 'node:util';
import { SampanError } from '@sampan/driver';
import type { Kysely } from 'kysely';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { notFound } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { fromJson, type Json } from '../platform/json.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { type Actor, userIdOf } from '../policy/actor.ts';
import type { Tables } from '../tables.ts';
import { tellTarget } from './events.ts';
import type { OperationKind, Step } from './kinds.ts';
import { isFinished } from './lease.ts';
import { type OperationView, presentOperation } from './present.ts';
import { storedError } from './run.ts';
import type { OperationRunner } from './runner.ts';
import { blockedBy, findOperation, insertOperation, releaseLocks } from './store.ts';
import type { OperationRow } from './tables.ts';

export interface NewOperation {
  /** May be chosen by the caller, so that a repeated request finds its first attempt. */
  id?: string | undefined;
  kind: string;
  target: { kind: string; id: string; name: string };
  hostId: string | null;
  actor: Actor;
  input: Json;
  /** `kind:id` of what nobody else may change meanwhile. */
  locks: readonly string[];
  /** Routine of Sampan itself: not shown among a person's operations. */
  background?: boolean;
  /** The only node that may run it; any when not said. */
  nodeId?: string | null;
  /** Ids of what must not be removed before it has ended. */
  uses?: readonly string[];
}

/** Names of hosts by id; the operations feature does not read the hosts' table. */
export type HostNames = (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Those of these servers that do not live. */
export type AbsentNodes = (nodeIds: readonly string[]) => Promise<ReadonlySet<string>>;

export class OperationService {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #runner: OperationRunner;
  readonly #kinds = new Map<string, OperationKind>();
  #hostNames: HostNames = async () => new Map();
  #absentNodes: AbsentNodes = async () => new Set();

  constructor(parts: { database: Database; changes: Changes; runner: OperationRunner }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#runner = parts.runner;
    // Everything that ends or begins is an event; what waited may now run.
    this.#changes.onEvents(() => this.#runner.wake());
  }

  useHostNames(hostNames: HostNames): void {
    this.#hostNames = hostNames;
  }

  useAbsentNodes(absentNodes: AbsentNodes): void {
    this.#absentNodes = absentNodes;
  }

  register(kind: OperationKind): void {
    this.#kinds.set(kind.kind, kind);
    this.#runner.register(kind);
  }

  /** Queues an operation within a change: it exists exactly if the change commits. */
  async create(change: Change, wish: NewOperation): Promise<OperationRow> {
    const kind = this.#kinds.get(wish.kind);
    if (!kind) throw new Error(`operation kind ${wish.kind} was not registered`);
    const steps: Step[] = kind.steps.map((name) => ({
      name,
      state: 'pending',
      startedAt: null,
      finishedAt: null,
      message: '',
    }));
    const row: OperationRow = {
      id: wish.id ?? newId(change.now),
      project_id: DEFAULT_PROJECT,
      revision: 1,
      created_at: change.now,
      updated_at: change.now,
      kind: wish.kind,
      target_kind: wish.target.kind,
      target_id: wish.target.id,
      target_name: wish.target.name,
      host_id: wish.hostId,
      background: wish.background ? 1 : 0,
      actor_kind: wish.actor.kind,
      actor_id: userIdOf(wish.actor),
      actor_name: wish.actor.name,
      state: 'queued',
      cancel_requested: 0,
      input: JSON.stringify(wish.input),
      checkpoint: null,
      steps: JSON.stringify(steps),
      progress: null,
      error: null,
      result: null,
      attempts: 0,
      node_id: wish.nodeId ?? null,
      lease_owner: null,
      lease_epoch: 0,
      lease_expires_at: 0,
      started_at: null,
      finished_at: null,
    };
    await insertOperation(change.db, row, wish);
    if (row.background === 0) {
      change.event({ kind: 'operation', id: row.id, action: 'created' });
      tellTarget(change, row);
    }
    return row;
  }

  /** Background operations append no event that would wake the runner. */
  wakeRunner(): void {
    this.#runner.wake();
  }

  async get(id: string): Promise<OperationView> {
    const [view] = (await this.views([id])).values();
    if (!view) throw notFound('operation', id);
    return view;
  }

  async find(id: string): Promise<OperationRow | undefined> {
    return findOperation(this.#database.query, id);
  }

  /** Those of these that are still kept. */
  async kept(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#database.query
      .selectFrom('operations')
      .select('id')
      .where('id', 'in', [...ids])
      .execute();
    return new Set(rows.map((row) => row.id));
  }

  async views(ids: readonly string[]): Promise<Map<string, OperationView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('operations')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  async present(rows: readonly OperationRow[]): Promise<OperationView[]> {
    const hostNames = await this.#hostNames([...new Set(rows.flatMap((row) => row.host_id ?? []))]);
    const isUnfinished = ({ state }: OperationRow) => state === 'queued' || state === 'running';
    const nodes = new Set(rows.filter(isUnfinished).flatMap((row) => row.node_id ?? []));
    const absent = nodes.size === 0 ? nodes : await this.#absentNodes([...nodes]);
    return Promise.all(
      rows.map(async (row) =>
        presentOperation(row, {
          hostName: (row.host_id !== null && hostNames.get(row.host_id)) || null,
          absentNode: isUnfinished(row) && row.node_id !== null && absent.has(row.node_id) ? row.node_id : null,
          waitingFor: row.state === 'queued' ? ((await blockedBy(this.#database.query, row.id)) ?? null) : null,
        }),
      ),
    );
  }

  /** The unfinished operation of each of these targets; of several the first, which runs or runs next. */
  async pendingOf(
    targetIds: readonly string[],
    db: Kysely<Tables> = this.#database.query,
  ): Promise<Map<string, { id: string; kind: string; state: OperationRow['state'] }>> {
    if (targetIds.length === 0) return new Map();
    const rows = await db
      .selectFrom('operations')
      .select(['id', 'kind', 'state', 'target_id'])
      .where('target_id', 'in', [...targetIds])
      .where('state', 'in', ['queued', 'running'])
      .where('background', '=', 0)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return new Map(rows.map((row) => [row.target_id, { id: row.id, kind: row.kind, state: row.state }]));
  }

  /** A person's operation that runs or waits on a host, its routine synchronisation not counted. */
  async unfinishedOfHost(change: Change, hostId: string): Promise<OperationRow | undefined> {
    return change.db
      .selectFrom('operations')
      .selectAll()
      .where('host_id', '=', hostId)
      .where('target_id', '<>', hostId)
      .where('state', 'in', ['queued', 'running'])
      .limit(1)
      .executeTakeFirst();
  }

  /** A person's operation that runs or waits and said that it uses this. */
  async unfinishedUsing(change: Change, resourceId: string): Promise<OperationRow | undefined> {
    return change.db
      .selectFrom('operation_uses')
      .innerJoin('operations', 'operations.id', 'operation_uses.operation_id')
      .selectAll('operations')
      .where('operation_uses.resource_id', '=', resourceId)
      .where('operations.background', '=', 0)
      .where('operations.state', 'in', ['queued', 'running'])
      .limit(1)
      .executeTakeFirst();
  }

  /**
   * A visible operation of this target (and of one kind) that has not begun, or the one with this id.
   *
   * @param wish what its input must say, for kinds that do different things to one target
   */
  async waitingOrSame(
    change: Change,
    targetId: string,
    id: string | undefined,
    kind?: string,
    wish: Readonly<Record<string, unknown>> = {},
  ): Promise<OperationRow | undefined> {
    let query = change.db
      .selectFrom('operations')
      .selectAll()
      .where('target_id', '=', targetId)
      .where('background', '=', 0)
      .where((eb) => eb.or([eb('state', '=', 'queued'), eb('id', '=', id ?? '')]));
    if (kind !== undefined) query = query.where('kind', '=', kind);
    const rows = await query.execute();
    const isWished = (row: OperationRow): boolean => {
      const input = fromJson<Record<string, unknown>>(row.input);
      return Object.entries(wish).every(([name, value]) => isDeepStrictEqual(input[name], value));
    };
    return rows.find((row) => row.id === id) ?? rows.find(isWished);
  }

  /** What runs or waits on this target, in the order in which it began. */
  async unfinishedOfTarget(change: Change, targetId: string, kind?: string): Promise<OperationRow[]> {
    let query = change.db
      .selectFrom('operations')
      .selectAll()
      .where('target_id', '=', targetId)
      .where('state', 'in', ['queued', 'running'])
      .orderBy('created_at')
      .orderBy('id');
    if (kind !== undefined) query = query.where('kind', '=', kind);
    return query.execute();
  }

  /** The newest operation of this kind on this target, finished or not. */
  async newestOfTarget(targetId: string, kind: string): Promise<OperationRow | undefined> {
    return this.#database.query
      .selectFrom('operations')
      .selectAll()
      .where('target_id', '=', targetId)
      .where('kind', '=', kind)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Ends everything that runs or waits, before a runner begins: for what is no longer this server's to do. Answers how many. */
  async interruptAll(change: Change, why: { code: string; message: string; hint: string }): Promise<number> {
    const rows = await change.db
      .selectFrom('operations')
      .selectAll()
      .where('state', 'in', ['queued', 'running'])
      .execute();
    const error = storedError(new SampanError(why.code, why.message, { hint: why.hint }));
    for (const row of rows) {
      const end = { state: 'interrupted' as const, finished_at: change.now, error };
      await change.db
        .updateTable('operations')
        .set((eb) => ({ ...end, revision: eb('revision', '+', 1), updated_at: change.now }))
        .where('id', '=', row.id)
        .execute();
      await releaseLocks(change.db, row.id);
      await this.#kinds.get(row.kind)?.ended?.(change, { ...row, ...end });
      change.event({ kind: 'operation', id: row.id, action: 'changed' });
      tellTarget(change, row);
    }
    return rows.length;
  }

  /** Asks to end it. A queued one ends at once; a running one as soon as its run can stop cleanly. */
  async cancel(id: string, actor: Actor): Promise<OperationView> {
    await this.#changes.run(async (change) => {
      const row = await findOperation(change.db, id);
      if (!row) throw notFound('operation', id);
      if (isFinished(row.state)) {
        throw new SampanError('wrong_state', `The operation has ended already (${row.state}).`, {
          parameters: { state: row.state },
        });
      }
      const isQueued = row.state === 'queued';
      const changed = await change.db
        .updateTable('operations')
        .set((eb) => ({
          cancel_requested: 1 as const,
          revision: eb('revision', '+', 1),
          updated_at: change.now,
          ...(isQueued && { state: 'cancelled' as const, finished_at: change.now }),
        }))
        .where('id', '=', id)
        .where('state', '=', row.state)
        .executeTakeFirst();
      if (changed.numUpdatedRows === 0n) {
        throw new SampanError('operation_conflict', 'The operation changed its state just now.', {
          hint: 'Try again.',
          retryable: true,
        });
      }
      if (isQueued) {
        await releaseLocks(change.db, id);
        await this.#kinds.get(row.kind)?.ended?.(change, { ...row, state: 'cancelled', finished_at: change.now });
      }
      change.event({ kind: 'operation', id, action: 'changed' });
      tellTarget(change, row);
      change.audit({
        actor,
        action: 'operation.cancel',
        resource: { kind: 'operation', id, name: `${row.kind} ${row.target_name}` },
        result: 'succeeded',
      });
    });
    this.#runner.cancel(id);
    return this.get(id);
  }
}
