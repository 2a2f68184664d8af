import type { InstanceState } from '@sampan/compute';
import { SampanError } from '@sampan/driver';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { HostService } from '../hosts/service.ts';
import { findHost } from '../hosts/store.ts';
import { matches } from '../inventory/search-index.ts';
import type { InstanceRow } from '../inventory/tables.ts';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { countRows, type Page, parseSort, readPage } from '../platform/http/page.ts';
import { notFound } from '../platform/http/problem.ts';
import type { Actor } from '../policy/actor.ts';
import type { Tables } from '../tables.ts';
import { addressesFor, type HostOfInstance, type InstanceView, namesFor, presentInstance } from './present.ts';
import { POWER_RULES, type PowerAction, TRANSITIONAL } from './rules.ts';

const SORTS = {
  name: 'sort_name',
  state: 'state',
  createdAt: 'remote_created_at',
  cpuCount: 'cpu_count',
  memoryBytes: 'memory_bytes',
};

export interface InstanceListRequest {
  limit: number;
  cursor?: string | undefined;
  sort?: string | undefined;
  search?: string | undefined;
  count: boolean;
  state?: readonly InstanceState[] | undefined;
  hostId?: readonly string[] | undefined;
  regionId?: readonly string[] | undefined;
}

export class InstanceService {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #hosts: HostService;
  readonly #operations: OperationService;

  constructor(parts: { database: Database; changes: Changes; hosts: HostService; operations: OperationService }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#hosts = parts.hosts;
    this.#operations = parts.operations;
  }

  async list(request: InstanceListRequest): Promise<Page<InstanceView>> {
    const sort = parseSort(request.sort, SORTS, 'name');
    let query = this.#database.query.selectFrom('instances').selectAll('instances').where('vanished_at', 'is', null);
    const { state, hostId, regionId, search } = request;
    if (state && state.length > 0) query = query.where('state', 'in', [...state]);
    if (hostId && hostId.length > 0) query = query.where('host_id', 'in', [...hostId]);
    if (regionId && regionId.length > 0) query = query.where('region_id', 'in', [...regionId]);
    if (search) {
      query = query.where(
        (eb) =>
          matches(eb as ExpressionBuilder<Tables, 'instances'>, this.#database.kind, search) ?? sql<boolean>`1 = 1`,
      );
    }
    const { rows, nextCursor } = await readPage(query, 'instances', sort, request);
    const page: Page<InstanceView> = { items: await this.present(rows), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }

  async get(id: string): Promise<InstanceView> {
    const [view] = (await this.views([id])).values();
    if (!view) throw notFound('instance', id);
    return view;
  }

  async views(ids: readonly string[]): Promise<Map<string, InstanceView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('instances')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  /** Adds what the narrow query did not read, with a handful of look-ups for a whole page. */
  async present(rows: readonly InstanceRow[]): Promise<InstanceView[]> {
    const [hosts, imageNames, flavorNames, networkNames, addresses, operations] = await Promise.all([
      this.#hostsOf(rows),
      namesFor(this.#database, 'images', rows, 'image_id'),
      namesFor(this.#database, 'flavors', rows, 'flavor_id'),
      namesFor(this.#database, 'networks', rows, 'network_id'),
      addressesFor(this.#database, rows),
      this.#operations.pendingOf(rows.map((row) => row.id)),
    ]);
    const context = { hosts, imageNames, flavorNames, networkNames, addresses, operations };
    return rows.map((row) => presentInstance(row, context));
  }

  /**
   * Queues a power action. What the present state does not allow is refused now; while the instance is on its way to
   * another state, the operation waits its turn.
   * @throws SampanError `not_found`, `wrong_state`, `not_supported`
   */
  async power(
    id: string,
    action: PowerAction,
    wish: { force: boolean; operationId?: string | undefined },
    actor: Actor,
  ): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      if (wish.operationId !== undefined) {
        const first = await change.db
          .selectFrom('operations')
          .selectAll()
          .where('id', '=', wish.operationId)
          .executeTakeFirst();
        if (first) return first;
      }
      const row = await change.db.selectFrom('instances').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) throw notFound('instance', id);
      await this.#demandPossible(change.db, row, action, wish.force);
      const operation = await this.#operations.create(change, {
        id: wish.operationId,
        kind: `instance.${action}`,
        target: { kind: 'instance', id, name: row.name },
        hostId: row.host_id,
        actor,
        input: { hostId: row.host_id, remoteId: row.remote_id ?? '', force: wish.force },
        locks: [`instance:${id}`],
      });
      change.audit({
        actor,
        action: `instance.${action}`,
        resource: { kind: 'instance', id, name: row.name },
        result: 'succeeded',
        difference: { operation: operation.id, force: wish.force },
      });
      return operation;
    });
  }

  async #demandPossible(db: Kysely<Tables>, row: InstanceRow, action: PowerAction, force: boolean): Promise<void> {
    if (row.vanished_at !== null || row.remote_id === null) throw notFound('instance', row.id);
    const rule = POWER_RULES[action];
    const host = (await this.#hostsOf([row], db)).get(row.host_id);
    if (
      !host?.capabilities.includes(rule.capability) ||
      (force && action === 'stop' && !host.capabilities.includes('instance.stop.force'))
    ) {
      throw new SampanError(
        'not_supported',
        `This kind of host cannot ${action} instances${force ? ' by force' : ''}.`,
        {
          hint: 'GET /api/v1/host-types tells what each kind can do.',
          parameters: { action },
        },
      );
    }
    const isPending = (await this.#operations.pendingOf([row.id], db)).has(row.id);
    if (rule.from.includes(row.state) || TRANSITIONAL.has(row.state) || row.state === 'unknown' || isPending) return;
    throw new SampanError(
      'wrong_state',
      `The instance is ${row.state}; ${action} needs it to be ${rule.from.join(' or ')}.`,
      {
        hint:
          row.lock_reason === null
            ? 'Wait for its present state to change, or choose another action.'
            : `It is locked: ${row.lock_reason}.`,
        parameters: { state: row.state, action },
      },
    );
  }

  async #hostsOf(
    rows: readonly InstanceRow[],
    db: Kysely<Tables> = this.#database.query,
  ): Promise<Map<string, HostOfInstance>> {
    const ids = [...new Set(rows.map((row) => row.host_id))];
    const found = await Promise.all(ids.map((id) => findHost(db, id)));
    return new Map(
      found.flatMap((host) =>
        host
          ? [
              [
                host.id,
                {
                  id: host.id,
                  name: host.name,
                  simulated: host.simulated === 1,
                  capabilities: this.#hosts.types.find(host.type)?.capabilities ?? [],
                },
              ] as const,
            ]
          : [],
      ),
    );
  }
}
