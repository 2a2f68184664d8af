import type { ObjectPage, StoredObject } from '../api/resources.ts';

export type ObjectRow =
  /** `key` is the prefix of the folder and ends with `/`. */
  { kind: 'folder'; key: string; name: string } | ({ kind: 'object'; name: string } & StoredObject);

/** What pages of a folder hold, as rows: folders first, each once though several pages may tell it. */
export function objectRows(pages: readonly ObjectPage[], prefix: string): ObjectRow[] {
  const folders = new Map<string, ObjectRow>();
  const objects = new Map<string, ObjectRow>();
  for (const page of pages) {
    for (const key of page.prefixes) folders.set(key, { kind: 'folder', key, name: folderName(key, prefix) });
    for (const object of page.items) {
      // Some tools store an empty object under the name of the folder itself.
      objects.set(object.key, { kind: 'object', ...object, name: object.key.slice(prefix.length) || './' });
    }
  }
  return [...folders.values(), ...objects.values()];
}

function folderName(key: string, prefix: string): string {
  return key.slice(prefix.length, -1) || '/';
}

/** The folders that lead to a prefix, from the top: `a/b/` → `a/`, `a/b/`. */
export function crumbsOf(prefix: string): { prefix: string; name: string }[] {
  const crumbs: { prefix: string; name: string }[] = [];
  for (let at = prefix.indexOf('/'); at !== -1; at = prefix.indexOf('/', at + 1)) {
    const above = crumbs.at(-1)?.prefix ?? '';
    crumbs.push({ prefix: prefix.slice(0, at + 1), name: folderName(prefix.slice(0, at + 1), above) });
  }
  return crumbs;
}

/** The folder above; null at the top. */
export function parentOf(prefix: string): string | null {
  if (prefix === '') return null;
  return prefix.slice(0, prefix.lastIndexOf('/', prefix.length - 2) + 1);
}

/** Requests take so many keys at most. */
export const MOST_KEYS = 1000;

/** Selected rows as the selections that requests take: keys in portions, and each folder by itself. */
export function selectionsOf(rows: readonly ObjectRow[]): ({ keys: string[] } | { prefix: string })[] {
  const keys = rows.filter((row) => row.kind === 'object').map((row) => row.key);
  const portions = Array.from({ length: Math.ceil(keys.length / MOST_KEYS) }, (_, at) => ({
    keys: keys.slice(at * MOST_KEYS, (at + 1) * MOST_KEYS),
  }));
  return [...portions, ...rows.filter((row) => row.kind === 'folder').map((row) => ({ prefix: row.key }))];
}

/** A folder as it was typed, in the form of a prefix: `/a/b` → `a/b/`. */
export function typedPrefix(text: string): string {
  const trimmed = text.trim().replace(/^\/+/, '').replace(/\/+$/, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}
