import { SampanError, toSampanError } from '@sampan/driver';
import { flavorItem, imageItem, networkItem, regionItem } from '../inventory/remote-rows.ts';
import type { InventoryService } from '../inventory/service.ts';
import type { Publisher } from '../notifications/publish.ts';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { RunEnd } from '../operations/lease.ts';
import { storedError } from '../operations/run.ts';
import type { Change, Changes } from '../platform/changes.ts';
import { fromJsonOrNull, type Json } from '../platform/json.ts';
import type { HostConnections } from './connections.ts';
import type { HostRow, HostState, HostTables } from './tables.ts';

export const SYNC_KIND = 'host.sync';
const LOOK_UP_AT_ONCE = 100;

/** What makes a cloud unreachable, as opposed to one that answers and refuses. */
const OUTAGE_CODES = new Set([
  'cloud_unreachable',
  'cloud_unavailable',
  'cloud_timeout',
  'throttled',
  'name_not_resolved',
  'tls_failed',
  'unexpected_answer',
  'internal_error',
]);

interface Parts {
  changes: Changes;
  connections: HostConnections;
  inventory: InventoryService;
  notifications: Publisher;
}

/** Reads everything a host has into the tables. Safe to repeat: a resumed run begins again. */
export function syncKind(parts: Parts): OperationKind {
  return {
    kind: SYNC_KIND,
    steps: ['regions', 'networks', 'images', 'flavors', 'instances', 'vanished'],
    run: async (context) => {
      const { hostId } = context.input as { hostId: string };
      const startedAt = Date.now();
      await setHost(parts, hostId, (row) => ({ state: row.synced_at === null ? 'synchronizing' : row.state }));
      try {
        const counts = await synchronise(parts, hostId, context);
        const instanceCount = await parts.inventory.countInstances(hostId);
        const { driver } = await parts.connections.driver(hostId);
        const isSimulated = driver.isSimulated() === true;
        await setHost(parts, hostId, (row) => ({
          state: 'ready',
          error: null,
          instance_count: instanceCount,
          synced_at: Date.now(),
          sync_duration_ms: Date.now() - startedAt,
          simulated: isSimulated || row.simulated === 1 ? 1 : 0,
        }));
        return counts;
      } catch (error) {
        await recordFailure(parts, hostId, error, context.signal);
        throw error;
      }
    },
  };
}

async function recordFailure(parts: Parts, hostId: string, thrown: unknown, signal: AbortSignal): Promise<void> {
  if (signal.aborted || thrown instanceof RunEnd) return;
  const error = toSampanError(thrown);
  const state: HostState = OUTAGE_CODES.has(error.code) ? 'unreachable' : 'refused';
  await setHost(parts, hostId, () => ({ state, error: storedError(error) }));
}

type HostWrite = Partial<
  Pick<HostTables['hosts'], 'state' | 'error' | 'instance_count' | 'synced_at' | 'sync_duration_ms' | 'simulated'>
>;

/** Writes what a synchronisation found; only a visible change makes a new revision and an event. */
async function setHost(
  { changes, notifications }: Pick<Parts, 'changes' | 'notifications'>,
  hostId: string,
  write: (row: HostTables['hosts']) => HostWrite,
): Promise<void> {
  await changes.run(async (change) => {
    const row = await change.db.selectFrom('hosts').selectAll().where('id', '=', hostId).executeTakeFirst();
    if (!row) throw new SampanError('not_found', 'The host was removed meanwhile.', { hint: 'Nothing is to be done.' });
    const written = write(row);
    await change.db.updateTable('hosts').set(written).where('id', '=', hostId).execute();
    change.event({ kind: 'host', id: hostId, action: 'changed' });
    // A synchronisation that only begins has found nothing yet.
    if ('error' in written) await tellState(change, notifications, row.state, { ...row, ...written });
  });
}

function isTrouble(state: HostState): boolean {
  return state === 'unreachable' || state === 'refused';
}

/** Trouble is told each time it is found: the channels know how often that is worth a message. */
async function tellState(
  change: Change,
  notifications: Publisher,
  before: HostState,
  { id, name, state, error }: Pick<HostRow, 'id' | 'name' | 'state' | 'error'>,
): Promise<void> {
  const about = { subject: { kind: 'host', id, name }, path: `/hosts?form=${id}` } as const;
  const trouble = `host.unreachable:${id}`;
  if (isTrouble(state)) {
    const found = fromJsonOrNull<{ code: string; message: string; hint: string | null }>(error);
    await notifications.publish(change, {
      ...about,
      event: 'host.unreachable',
      severity: 'error',
      repeatKey: trouble,
      parameters: { code: found?.code ?? '', reason: found?.message ?? state, hint: found?.hint ?? '' },
    });
  } else if (isTrouble(before)) {
    await notifications.publish(change, {
      ...about,
      event: 'host.recovered',
      severity: 'info',
      repeatKey: `host.recovered:${id}`,
      resolves: trouble,
      parameters: {},
    });
  }
}

async function synchronise(parts: Parts, hostId: string, context: OperationContext): Promise<Record<string, Json>> {
  const { inventory } = parts;
  const { signal, operationId: syncId } = context;
  const { driver } = await parts.connections.driver(hostId);
  const counts: Record<string, number> = { regions: 0, networks: 0, images: 0, flavors: 0, instances: 0, vanished: 0 };

  const step = async <T>(
    name: string,
    pages: AsyncIterable<readonly T[]>,
    save: (page: readonly T[]) => Promise<void>,
  ) =>
    context.step(name, async () => {
      let count = 0;
      for await (const page of pages) {
        signal.throwIfAborted();
        await save(page);
        count += page.length;
        await context.progress({ done: count, total: null, unit: 'items' });
      }
      counts[name] = count;
      await context.stepMessage(String(count));
    });

  await step('regions', driver.listRegions(signal), (page) =>
    inventory.saveCatalogue('regions', hostId, syncId, page.map(regionItem)),
  );
  await step('networks', driver.listNetworks(signal), (page) =>
    inventory.saveCatalogue('networks', hostId, syncId, page.map(networkItem)),
  );
  await step('images', driver.listImages(signal), (page) =>
    inventory.saveCatalogue('images', hostId, syncId, page.map(imageItem)),
  );
  await step('flavors', driver.listFlavors(signal), (page) =>
    inventory.saveCatalogue('flavors', hostId, syncId, page.map(flavorItem)),
  );
  await step('instances', driver.listInstances(signal), (page) => inventory.saveInstances(hostId, page, syncId));
  await context.step('vanished', async () => {
    for (const table of ['regions', 'networks', 'images', 'flavors'] as const)
      await inventory.markCatalogueVanished(table, hostId, syncId);
    counts.vanished = await findVanished(parts, hostId, context);
    await context.stepMessage(String(counts.vanished));
  });
  return counts;
}

/** Pages shift while one reads: what the listing did not contain is looked up by id before it is called gone. */
async function findVanished(parts: Parts, hostId: string, context: OperationContext): Promise<number> {
  const { driver } = await parts.connections.driver(hostId);
  let after = '';
  let vanished = 0;
  for (;;) {
    const candidates = await parts.inventory.unseenInstances(hostId, context.operationId, after, LOOK_UP_AT_ONCE);
    const last = candidates.at(-1);
    if (!last) return vanished;
    after = last.id;
    const found = await driver.getInstances(
      candidates.map((candidate) => candidate.remoteId),
      context.signal,
    );
    const still = new Set(found.map((instance) => instance.remoteId));
    const gone = candidates.filter((candidate) => !still.has(candidate.remoteId)).map((candidate) => candidate.id);
    await parts.inventory.saveInstances(hostId, found, context.operationId);
    await parts.inventory.markInstancesVanished(hostId, gone);
    vanished += gone.length;
  }
}
