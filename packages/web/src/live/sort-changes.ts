import type { ResourceKind } from '../api/query-keys.ts';
import type { Host, Instance, Operation, Storage } from '../api/resources.ts';
import { isUnfinished } from '../operations/operation-state.ts';
import type { ChangeEvent } from './messages.ts';
import { newestById } from './patch-items.ts';

/** What a batch of events means for what is cached. */
export interface SortedChanges {
  instances: Map<string, Instance>;
  hosts: Map<string, Host>;
  storages: Map<string, Storage>;
  operations: Map<string, Operation>;
  /** Lists that must be asked again, because things came or went that cannot be put in place from here. */
  outdated: Set<ResourceKind>;
}

const LISTS: Readonly<Record<ChangeEvent['kind'], ResourceKind>> = {
  operation: 'operations',
  instance: 'instances',
  host: 'hosts',
  storage: 'storages',
  channel: 'channels',
  access_key: 'access-keys',
  user: 'users',
  session: 'sessions',
  simulated_cloud: 'simulated-clouds',
};

export function sortChanges(changes: readonly ChangeEvent[]): SortedChanges {
  const instances: Instance[] = [];
  const hosts: Host[] = [];
  const storages: Storage[] = [];
  const operations: Operation[] = [];
  const outdated = new Set<ResourceKind>();
  for (const change of changes) {
    const list = LISTS[change.kind];
    // A kind that a newer server has and this page does not know.
    if (list === undefined) continue;
    if (change.action === 'deleted' || change.action === 'many' || change.data === null) outdated.add(list);
    else if (change.kind === 'instance') instances.push(change.data as Instance);
    else if (change.kind === 'host') hosts.push(change.data as Host);
    else if (change.kind === 'storage') storages.push(change.data as Storage);
    else if (change.kind === 'operation') operations.push(change.data as Operation);
    else outdated.add(list);
    // What lies in a storage has no events of its own: the operations that change it end, and measurements are told.
    if (change.kind === 'storage') outdated.add('storage-usage');
    if (change.kind === 'channel') outdated.add('channel-deliveries');
    if (change.kind === 'operation' && change.data !== null && endsObjectWork(change.data)) outdated.add('objects');
    // A new operation is put in its place from here; a new instance's place depends on filters that the server applies.
    if (change.action === 'created' && change.kind !== 'operation') outdated.add(list);
  }
  return {
    instances: newestById(instances),
    hosts: newestById(hosts),
    storages: newestById(storages),
    operations: newestById(operations),
    outdated,
  };
}

function endsObjectWork(data: unknown): boolean {
  const { kind, state } = data as Operation;
  return kind.startsWith('object.') && !isUnfinished(state);
}
