import { useSyncExternalStore } from 'react';
import type { Theme } from './palette.ts';

export type ThemeMode = 'light' | 'dark' | 'system';

/** The same name is read by public/theme-boot.js before the first paint. */
const STORAGE_KEY = 'sampan.theme';
const listeners = new Set<() => void>();
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
let mode: ThemeMode = storedMode();

systemIsDark.addEventListener('change', apply);
// Another tab chose a theme.
addEventListener('storage', (event) => {
  if (event.key !== STORAGE_KEY) return;
  mode = storedMode();
  apply();
});

export function setThemeMode(next: ThemeMode): void {
  mode = next;
  if (next === 'system') localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, next);
  apply();
}

export function useThemeMode(): ThemeMode {
  return useSyncExternalStore(subscribe, () => mode);
}

/** The theme in force. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, theme);
}

function theme(): Theme {
  if (mode === 'system') return systemIsDark.matches ? 'dark' : 'light';
  return mode;
}

function storedMode(): ThemeMode {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function apply(): void {
  document.documentElement.dataset.theme = theme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
