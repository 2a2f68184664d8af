import type { QueryClient } from '@tanstack/react-query';
import { queryKeys, type ResourceKind } from '../api/query-keys.ts';
import type { Host, Instance, Operation, Page, Storage } from '../api/resources.ts';
import { insertOperations, type OperationListParameters } from '../operations/operation-list.ts';
import type { ChangeEvent } from './messages.ts';
import { markInstances } from './operation-marks.ts';
import { patchItems, type Revised } from './patch-items.ts';
import { recentResources } from './recent-resources.ts';
import { sortChanges } from './sort-changes.ts';

/**
 * Brings a batch of events into the cached answers, each list once however many events there are.
 *
 * @returns the lists that must be asked again
 */
export function applyChanges(client: QueryClient, changes: readonly ChangeEvent[]): Set<ResourceKind> {
  const { instances, hosts, storages, operations, others, outdated } = sortChanges(changes);
  recentResources.remember('instances', instances.values());
  recentResources.remember('hosts', hosts.values());
  recentResources.remember('storages', storages.values());
  recentResources.remember('operations', operations.values());
  for (const [kind, newer] of others) {
    recentResources.rememberOthers(kind, newer.values());
    patchLists<Revised>(client, kind, (items) => patchItems(items, newer));
    patchSingles(client, kind, (one: Revised) => patchItems([one], newer));
  }

  patchLists<Instance>(client, 'instances', (items) =>
    markInstances(patchItems(items, instances), operations.values()),
  );
  patchLists<Host>(client, 'hosts', (items) => patchItems(items, hosts));
  patchLists<Storage>(client, 'storages', (items) => patchItems(items, storages));
  patchLists<Operation>(client, 'operations', (items, parameters) =>
    insertOperations(patchItems(items, operations), operations.values(), parameters as OperationListParameters),
  );
  patchSingles(client, 'instances', (one: Instance) =>
    markInstances(patchItems([one], instances), operations.values()),
  );
  patchSingles(client, 'hosts', (one: Host) => patchItems([one], hosts));
  patchSingles(client, 'storages', (one: Storage) => patchItems([one], storages));
  patchSingles(client, 'operations', (one: Operation) => patchItems([one], operations));
  return outdated;
}

function patchLists<T extends Revised>(
  client: QueryClient,
  kind: ResourceKind,
  patch: (items: readonly T[], parameters: unknown) => readonly T[],
): void {
  for (const [key, page] of client.getQueriesData<Page<T>>({ queryKey: queryKeys.lists(kind) })) {
    if (!page) continue;
    const items = patch(page.items, key[2]);
    if (items !== page.items) client.setQueryData(key, { ...page, items: items as T[] }, keepAge(client, key));
  }
}

function patchSingles<T extends Revised>(
  client: QueryClient,
  kind: ResourceKind,
  patch: (one: T) => readonly T[],
): void {
  for (const [key, one] of client.getQueriesData<T>({ queryKey: [kind, 'one'] })) {
    if (!one) continue;
    const [patched] = patch(one);
    if (patched && patched !== one) client.setQueryData(key, patched, keepAge(client, key));
  }
}

/** An event about one row does not make the rest of a list newer than it is. */
function keepAge(client: QueryClient, key: readonly unknown[]): { updatedAt: number } | undefined {
  const updatedAt = client.getQueryState(key)?.dataUpdatedAt;
  return updatedAt === undefined ? undefined : { updatedAt };
}
