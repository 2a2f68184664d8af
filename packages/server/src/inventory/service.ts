import type { RemoteInstance } from '@sampan/compute';
import type { NewEvent } from '../events/store.ts';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import { saveInstances } from './instance-rows.ts';
import { type CatalogueTable, markVanished, saveCatalogue } from './remote-rows.ts';
import type { InstanceRow } from './tables.ts';

/** More changed instances than this in one page are told as one event: `many`. */
const EVENTS_AT_ONCE = 20;

type CatalogueItems<T extends CatalogueTable> = Parameters<typeof saveCatalogue<T>>[4];

function eventsFor(hostId: string, created: readonly string[], changed: readonly string[]): NewEvent[] {
  if (created.length + changed.length > EVENTS_AT_ONCE) {
    return [{ kind: 'instance', id: null, action: 'many', data: { hostId } }];
  }
  return [
    ...created.map((id): NewEvent => ({ kind: 'instance', id, action: 'created' })),
    ...changed.map((id): NewEvent => ({ kind: 'instance', id, action: 'changed' })),
  ];
}

/** Keeps what clouds have in tables, so that every list and search is answered by the database. */
export class InventoryService {
  readonly #database: Database;
  readonly #changes: Changes;

  constructor(parts: { database: Database; changes: Changes }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
  }

  async saveCatalogue<T extends CatalogueTable>(
    table: T,
    hostId: string,
    syncId: string,
    items: CatalogueItems<T>,
  ): Promise<void> {
    await this.#changes.run((change) => saveCatalogue(change.db, table, hostId, syncId, items, change.now));
  }

  async markCatalogueVanished(table: CatalogueTable, hostId: string, syncId: string): Promise<void> {
    await this.#changes.run((change) => markVanished(change.db, table, hostId, syncId, change.now));
  }

  /** Saves a page of a listing (`seenBy` is the synchronisation) or the answer to a look-up. */
  async saveInstances(hostId: string, remotes: readonly RemoteInstance[], seenBy: string = newId()): Promise<void> {
    await this.#changes.run(async (change) => {
      const { created, changed } = await saveInstances(
        change.db,
        this.#database.kind,
        hostId,
        seenBy,
        remotes,
        change.now,
      );
      for (const event of eventsFor(hostId, created, changed)) change.event(event);
    });
  }

  /** Instances of a host that a listing did not contain: candidates only, since pages shift while one reads. */
  async unseenInstances(
    hostId: string,
    syncId: string,
    after: string,
    limit: number,
  ): Promise<{ id: string; remoteId: string }[]> {
    const rows = await this.#database.query
      .selectFrom('instances')
      .select(['id', 'remote_id'])
      .where('host_id', '=', hostId)
      .where('seen_by', '<>', syncId)
      .where('vanished_at', 'is', null)
      .where('remote_id', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.flatMap((row) => (row.remote_id === null ? [] : [{ id: row.id, remoteId: row.remote_id }]));
  }

  /** Says that instances are gone, after a look-up by id said so. */
  async markInstancesVanished(hostId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#changes.run(async (change) => {
      await change.db
        .updateTable('instances')
        .set((eb) => ({ vanished_at: change.now, revision: eb('revision', '+', 1), updated_at: change.now }))
        .where('id', 'in', [...ids])
        .where('vanished_at', 'is', null)
        .execute();
      for (const event of eventsFor(hostId, [], ids)) change.event(event);
    });
  }

  async countInstances(hostId: string): Promise<number> {
    const { count } = await this.#database.query
      .selectFrom('instances')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('host_id', '=', hostId)
      .where('vanished_at', 'is', null)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Before a host is removed: its rows go with it, but the search index knows no foreign keys. */
  async forgetHost(change: Change, hostId: string): Promise<void> {
    const key = this.#database.kind === 'sqlite' ? 'rowid' : 'number';
    await change.db
      .deleteFrom('instance_search')
      .where(key, 'in', (eb) => eb.selectFrom('instances').select('number').where('host_id', '=', hostId))
      .execute();
  }

  async findInstance(id: string): Promise<InstanceRow | undefined> {
    return this.#database.query.selectFrom('instances').selectAll().where('id', '=', id).executeTakeFirst();
  }
}
