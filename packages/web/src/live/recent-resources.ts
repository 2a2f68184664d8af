import type { Host, Instance, Operation, Storage } from '../api/resources.ts';
import { markInstances } from './operation-marks.ts';
import { patchItems, type Revised } from './patch-items.ts';
import type { PatchedKind } from './sort-changes.ts';

/** How long, in milliseconds, an answer may be on its way and still be corrected by what events said meanwhile. */
const MEMORY = 30_000;

interface Entry<T> {
  at: number;
  resource: T;
}

interface Kinds {
  instances: Instance;
  hosts: Host;
  storages: Storage;
  operations: Operation;
}

/**
 * Remembers what events said a short time ago.
 *
 * An answer that was made before an event may arrive after it, and would put the older state back on the page; every
 * answer is therefore compared with what is remembered here.
 */
export function createRecentResources(now: () => number) {
  const memory: { [K in keyof Kinds]: Map<string, Entry<Kinds[K]>> } = {
    instances: new Map(),
    hosts: new Map(),
    storages: new Map(),
    operations: new Map(),
  };

  const others = new Map<string, Entry<{ kind: PatchedKind; thing: Revised }>>();

  function recent<K extends keyof Kinds>(kind: K): Map<string, Kinds[K]> {
    const resources = new Map<string, Kinds[K]>();
    for (const [id, entry] of memory[kind]) {
      if (now() - entry.at > MEMORY) memory[kind].delete(id);
      else resources.set(id, entry.resource);
    }
    return resources;
  }

  return {
    remember<K extends keyof Kinds>(kind: K, resources: Iterable<Kinds[K]>): void {
      for (const resource of resources) memory[kind].set(resource.id, { at: now(), resource });
    },
    instances(items: Instance[]): Instance[] {
      return markInstances(patchItems(items, recent('instances')), recent('operations').values()) as Instance[];
    },
    hosts: (items: Host[]): Host[] => patchItems(items, recent('hosts')) as Host[],
    storages: (items: Storage[]): Storage[] => patchItems(items, recent('storages')) as Storage[],
    operations: (items: Operation[]): Operation[] => patchItems(items, recent('operations')) as Operation[],
    rememberOthers(kind: PatchedKind, things: Iterable<Revised>): void {
      for (const thing of things) others.set(`${kind} ${thing.id}`, { at: now(), resource: { kind, thing } });
    },
    /** Plans, runs, backups, restores and repositories, with what events said meanwhile. */
    others<T extends Revised>(kind: PatchedKind, items: T[]): T[] {
      const known = new Map(items.map((item) => [item.id, item]));
      const newer = new Map<string, T>();
      for (const [key, { at, resource }] of others) {
        if (now() - at > MEMORY) others.delete(key);
        // Of the same revision the answer is as good, and its mark of an operation may be newer.
        else if (
          resource.kind === kind &&
          resource.thing.revision > (known.get(resource.thing.id)?.revision ?? Infinity)
        )
          newer.set(resource.thing.id, resource.thing as T);
      }
      return patchItems(items, newer) as T[];
    },
    forget(): void {
      others.clear();
      for (const kind of Object.values(memory)) kind.clear();
    },
  };
}

export const recentResources = createRecentResources(Date.now);
