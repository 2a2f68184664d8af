import type { ComputeDriver, ComputeDriverType } from '@sampan/compute';
import { type OptionValues, SampanError } from '@sampan/driver';
import type { InventoryService } from '../inventory/service.ts';
import type { OperationService } from '../operations/service.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { type TestTarget, testTarget } from '../platform/http/connection-checks.ts';
import { idTaken, notFound, RevisionMismatch } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { fromJson } from '../platform/json.ts';
import { demandFreeName, nameColumns } from '../platform/names.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import type { Actor } from '../policy/actor.ts';
import type { HostConnections } from './connections.ts';
import { type HostView, presentHost } from './present.ts';
import { HostQueries } from './queries.ts';
import { findHost, openOptions, saveSecrets, secretFieldsOf } from './store.ts';
import { HostSyncs } from './syncs.ts';
import type { HostRow } from './tables.ts';
import type { HostTypes } from './types.ts';

export interface NewHost {
  id?: string | undefined;
  name: string;
  type: string;
  options: Readonly<Record<string, unknown>>;
}

export interface HostEdit {
  name?: string | undefined;
  /** Replace those of the same name; null or blank clears; a secret that is absent is kept. */
  options?: Readonly<Record<string, unknown>> | undefined;
}

/** Rules of adding, changing and removing hosts. Reading is in `queries`, synchronising in `syncs`. */
export class HostService {
  readonly types: HostTypes;
  readonly connections: HostConnections;
  readonly queries: HostQueries;
  readonly syncs: HostSyncs;
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #operations: OperationService;
  readonly #inventory: InventoryService;
  #afterRemoval: () => Promise<void> = async () => undefined;

  constructor(parts: {
    database: Database;
    changes: Changes;
    sealer: Sealer;
    types: HostTypes;
    connections: HostConnections;
    operations: OperationService;
    inventory: InventoryService;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
    this.types = parts.types;
    this.connections = parts.connections;
    this.#operations = parts.operations;
    this.#inventory = parts.inventory;
    this.queries = new HostQueries(parts.database);
    this.syncs = new HostSyncs(parts);
  }

  /** What belongs to a host elsewhere is let go with it, e.g. the process of a simulated cloud. */
  onRemoved(listener: () => Promise<void>): void {
    this.#afterRemoval = listener;
  }

  /** @param options.repeated the id comes from an Idempotency-Key: what exists under it is the first attempt's */
  async create(
    wish: NewHost,
    actor: Actor,
    options: { simulated?: boolean; repeated?: boolean } = {},
  ): Promise<HostView> {
    const type = this.types.get(wish.type);
    const { plain, secrets } = this.types.split(type, this.types.validate(type, wish.options));
    const id = await this.#changes.run(async (change) => {
      const hostId = wish.id ?? newId(change.now);
      if (await findHost(change.db, hostId)) {
        if (options.repeated) return hostId;
        throw idTaken('host', hostId);
      }
      await demandFreeName(change.db, 'hosts', wish.name);
      const row: HostRow = {
        id: hostId,
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
        simulated: options.simulated ? 1 : 0,
        instance_count: 0,
        synced_at: null,
        sync_duration_ms: null,
        next_sync_at: change.now,
      };
      await change.db.insertInto('hosts').values(row).execute();
      await saveSecrets(change.db, this.#sealer, hostId, secrets);
      change.event({ kind: 'host', id: hostId, action: 'created' });
      change.audit({
        actor,
        action: 'host.create',
        resource: { kind: 'host', id: hostId, name: row.name },
        result: 'succeeded',
        difference: { type: row.type, options: plain, secrets: [...secrets.keys()] },
      });
      await this.syncs.queue(change, row, actor, false);
      return hostId;
    });
    return this.queries.get(id);
  }

  async update(id: string, edit: HostEdit, actor: Actor, expectedRevision: number | undefined): Promise<HostView> {
    await this.#changes.run(async (change) => {
      const row = await findHost(change.db, id);
      if (!row) throw notFound('host', id);
      const secretNames = (await secretFieldsOf(change.db, [id])).get(id) ?? [];
      const shown = presentHost(row, { sealedOptions: secretNames, simulatedCloudId: null });
      checkRevision(expectedRevision, row.revision, shown, this.#withoutSecrets(row.type, edit));
      const name = edit.name ?? row.name;
      await demandFreeName(change.db, 'hosts', name, id);
      const type = this.types.get(row.type);
      const before = await openOptions(change.db, this.#sealer, row);
      const merged = this.#merged(type, before, edit.options ?? {});
      const { plain, secrets } = this.types.split(type, this.types.validate(type, merged));
      const optionsChanged = edit.options !== undefined;
      const updated = await change.db
        .updateTable('hosts')
        .set({
          ...nameColumns(name),
          options: JSON.stringify(plain),
          options_revision: row.options_revision + (optionsChanged ? 1 : 0),
          revision: row.revision + 1,
          updated_at: change.now,
        })
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .executeTakeFirst();
      if (updated.numUpdatedRows === 0n) throw new RevisionMismatch(shown, this.#withoutSecrets(row.type, edit));
      if (optionsChanged) {
        await saveSecrets(change.db, this.#sealer, id, secrets);
        await this.syncs.queue(change, { ...row, name }, actor, true);
      }
      change.event({ kind: 'host', id, action: 'changed' });
      change.audit({
        actor,
        action: 'host.update',
        resource: { kind: 'host', id, name },
        result: 'succeeded',
        difference: {
          ...(name !== row.name && { name: [row.name, name] }),
          ...(optionsChanged && {
            options: [fromJson<OptionValues>(row.options), plain],
            secrets: changedSecrets(edit.options, type.options),
          }),
        },
      });
    });
    this.#operations.wakeRunner();
    return this.queries.get(id);
  }

  /** Removes a host and its inventory from Sampan. Nothing in the cloud is touched. */
  async remove(id: string, actor: Actor, expectedRevision: number | undefined): Promise<void> {
    await this.#changes.run(async (change) => {
      const row = await findHost(change.db, id);
      if (!row) throw notFound('host', id);
      checkRevision(
        expectedRevision,
        row.revision,
        presentHost(row, { sealedOptions: [], simulatedCloudId: null }),
        null,
      );
      const busy = await this.#operations.unfinishedOfHost(change, id);
      if (busy) {
        throw new SampanError('host_in_use', `${busy.kind} on ${busy.target_name} is still running on this host.`, {
          hint: 'Wait for it, or cancel it, then remove the host.',
          parameters: { operation: busy.id },
        });
      }
      await this.#inventory.forgetHost(change, id);
      await change.db.deleteFrom('hosts').where('id', '=', id).execute();
      change.event({ kind: 'host', id, action: 'deleted' });
      change.event({ kind: 'instance', id: null, action: 'many', data: { hostId: id } });
      change.audit({
        actor,
        action: 'host.delete',
        resource: { kind: 'host', id, name: row.name },
        result: 'succeeded',
      });
    });
    await this.connections.forget(id);
    await this.#afterRemoval();
  }

  /** What to test: given options over the stored ones of a host, so that a secret need not be typed again. */
  async driverToTest(
    typeName: string,
    given: Readonly<Record<string, unknown>>,
    hostId: string | undefined,
  ): Promise<{ driver: ComputeDriver; target: TestTarget }> {
    const type = this.types.get(typeName);
    let options = given;
    let row: HostRow | undefined;
    if (hostId !== undefined) {
      row = await findHost(this.#database.query, hostId);
      if (!row) throw notFound('host', hostId);
      options = this.#merged(type, await openOptions(this.#database.query, this.#sealer, row), given);
    }
    const values = this.types.validate(type, options);
    return { driver: this.connections.make(type, values), target: testTarget('host', type, values, row) };
  }

  /**
   * Options that were given over those that are stored. A stored secret goes only where it went before: with another
   * address it must be given again, or whoever may edit a host could have its secret sent to themselves.
   */
  #merged(
    type: ComputeDriverType,
    stored: OptionValues,
    given: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    const isSameTarget = type.options
      .filter((field) => field.kind === 'url')
      .every((field) => !(field.name in given) || given[field.name] === stored[field.name]);
    const kept = isSameTarget ? stored : this.types.split(type, stored).plain;
    return { ...kept, ...given };
  }

  #withoutSecrets(typeName: string, edit: HostEdit): HostEdit {
    return edit.options ? { ...edit, options: this.types.withoutSecrets(typeName, edit.options) } : edit;
  }
}

function changedSecrets(options: HostEdit['options'], fields: readonly { name: string; kind: string }[]): string[] {
  return fields
    .filter((field) => field.kind === 'secret' && options && field.name in options)
    .map((field) => field.name);
}
