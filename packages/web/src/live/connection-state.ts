import { useSyncExternalStore } from 'react';

/** Whether what is shown follows the server; `lost` carries since when it does not, in milliseconds since 1970 UTC. */
export type ConnectionState = { kind: 'connecting' } | { kind: 'open' } | { kind: 'lost'; since: number };

let state: ConnectionState = { kind: 'connecting' };
const listeners = new Set<() => void>();

export function setConnectionState(next: ConnectionState): void {
  // The time of the first loss counts, however often connecting again failed since.
  if (next.kind === state.kind) return;
  state = next;
  for (const listener of listeners) listener();
}

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
