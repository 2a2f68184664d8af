import type { ResourceKind } from '../api/query-keys.ts';

/** The shortest time, in milliseconds, between two requests for the same list because of events. */
const PAUSE = 1500;

/** Asks for lists again, soon, but not once per event: a synchronisation says many times that a list changed. */
export function createRefresher(
  refresh: (kind: ResourceKind) => void,
  later: (action: () => void, milliseconds: number) => void,
  now: () => number,
) {
  const refreshedAt = new Map<ResourceKind, number>();
  const waiting = new Set<ResourceKind>();
  return (kinds: Iterable<ResourceKind>): void => {
    for (const kind of kinds) {
      if (waiting.has(kind)) continue;
      waiting.add(kind);
      const wait = Math.max(100, (refreshedAt.get(kind) ?? -Infinity) + PAUSE - now());
      later(() => {
        waiting.delete(kind);
        refreshedAt.set(kind, now());
        refresh(kind);
      }, wait);
    }
  };
}
