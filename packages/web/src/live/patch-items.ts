export interface Revised {
  id: string;
  revision: number;
}

/**
 * The list with the newer versions in place. Order, length and untouched items stay, so that nothing on the page jumps;
 * the very same list comes back when nothing in it changed.
 */
export function patchItems<T extends Revised>(items: readonly T[], newer: ReadonlyMap<string, T>): readonly T[] {
  let changed = false;
  const patched = items.map((item) => {
    const candidate = newer.get(item.id);
    if (!candidate || candidate.revision < item.revision || candidate === item) return item;
    changed = true;
    return candidate;
  });
  return changed ? patched : items;
}

/** The newest version of each thing in a batch of events. */
export function newestById<T extends Revised>(things: readonly T[]): Map<string, T> {
  const newest = new Map<string, T>();
  for (const thing of things) {
    const known = newest.get(thing.id);
    if (!known || known.revision <= thing.revision) newest.set(thing.id, thing);
  }
  return newest;
}
