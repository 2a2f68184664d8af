import type { ResourceKind } from '../api/query-keys.ts';
import type { Host, Instance, Operation, Storage } from '../api/resources.ts';
import { isUnfinished } from '../operations/operation-state.ts';
import type { ChangeEvent } from './messages.ts';
import { newestById, type Revised } from './patch-items.ts';

/** What a batch of events means for what is cached. */
export interface SortedChanges {
  instances: Map<string, Instance>;
  hosts: Map<string, Host>;
  storages: Map<string, Storage>;
  operations: Map<string, Operation>;
  /** Of backups, where nothing depends on what else is known: by their lists. */
  others: Map<PatchedKind, Map<string, Revised>>;
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
  plan: 'plans',
  run: 'runs',
  backup: 'backups',
  restore: 'restores',
  repository: 'repositories',
  system: 'system',
};

/** Their events carry them whole, and they are put in place as they are. */
export const PATCHED_KINDS = ['plans', 'runs', 'backups', 'restores', 'repositories'] as const;
export type PatchedKind = (typeof PATCHED_KINDS)[number];

function isPatched(kind: ResourceKind): kind is PatchedKind {
  return PATCHED_KINDS.some((known) => known === kind);
}

export function sortChanges(changes: readonly ChangeEvent[]): SortedChanges {
  const instances: Instance[] = [];
  const hosts: Host[] = [];
  const storages: Storage[] = [];
  const operations: Operation[] = [];
  const others = new Map<PatchedKind, Revised[]>();
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
    else if (isPatched(list)) others.set(list, [...(others.get(list) ?? []), change.data as Revised]);
    else outdated.add(list);
    // What lies in a storage has no events of its own: the operations that change it end, and measurements are told.
    if (change.kind === 'storage') outdated.add('storage-usage');
    // Plans and backups tell whether their repositories are damaged.
    if (change.kind === 'repository') for (const kind of ['plans', 'backups'] as const) outdated.add(kind);
    if (change.kind === 'channel') outdated.add('channel-deliveries');
    if (change.kind === 'system') outdated.add('secret-key');
    if (change.kind === 'operation' && change.data !== null && endsObjectWork(change.data)) outdated.add('objects');
    if (change.kind === 'operation' && change.data !== null) addMarked(outdated, change);
    // A new operation is put in its place from here; a new instance's place depends on filters that the server applies.
    if (change.action === 'created' && change.kind !== 'operation') outdated.add(list);
  }
  return {
    instances: newestById(instances),
    hosts: newestById(hosts),
    storages: newestById(storages),
    operations: newestById(operations),
    others: new Map([...others].map(([kind, things]) => [kind, newestById(things)])),
    outdated,
  };
}

function endsObjectWork(data: unknown): boolean {
  const { kind, state } = data as Operation;
  return kind.startsWith('object.') && !isUnfinished(state);
}

/** Plans and repositories carry a mark of the operation that works on them, which has no event of theirs. */
function addMarked(outdated: Set<ResourceKind>, { action, data }: ChangeEvent): void {
  const { kind, target, state } = data as Operation;
  const isEnd = !isUnfinished(state);
  if (action !== 'created' && !isEnd) return;
  if (target.kind === 'plan') outdated.add('plans');
  if (target.kind === 'repository') outdated.add('repositories');
  if (kind === 'plan.drill') outdated.add('drills');
  if (isEnd && kind === 'plan.index') outdated.add('backups');
}
