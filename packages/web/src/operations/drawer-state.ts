import { useSyncExternalStore } from 'react';

/** Kept for the tab, so that the drawer is still open after a reload. */
const STORAGE_KEY = 'sampan.operations-drawer';
let open = sessionStorage.getItem(STORAGE_KEY) === 'open';
const listeners = new Set<() => void>();

export function setDrawerOpen(next: boolean): void {
  open = next;
  sessionStorage.setItem(STORAGE_KEY, next ? 'open' : 'closed');
  for (const listener of listeners) listener();
}

export function useDrawerOpen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}
