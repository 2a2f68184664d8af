import { oneOf, textOf } from '../table/search-params.ts';

/** What the address of the storages page says. */
export interface StoragesSearch {
  /** `new`, or the id of the storage that is edited. */
  form?: string;
  /** Of a new one; without it the gallery of types is shown. */
  type?: string;
}

export function readStoragesSearch(raw: Readonly<Record<string, unknown>>): StoragesSearch {
  const form = textOf(raw.form);
  const type = form === 'new' ? textOf(raw.type) : undefined;
  return { ...(form && { form }), ...(type && { type }) };
}

export const STORAGE_TABS = ['overview', 'objects', 'buckets', 'test'] as const;
export type StorageTab = (typeof STORAGE_TABS)[number];

/** What the address of one storage says. */
export interface StorageSearch {
  /** The overview when not said. */
  tab?: StorageTab;
  /** Of the objects that are shown; ends with `/`. */
  prefix?: string;
  /** Another than that of the storage. */
  bucket?: string;
  form?: 'edit';
}

export function readStorageSearch(raw: Readonly<Record<string, unknown>>): StorageSearch {
  const tab = oneOf(raw.tab, STORAGE_TABS);
  const prefix = tab === 'objects' ? textOf(raw.prefix) : undefined;
  const bucket = tab === 'objects' ? textOf(raw.bucket) : undefined;
  const form = oneOf(raw.form, ['edit'] as const);
  return { ...(tab && { tab }), ...(prefix && { prefix }), ...(bucket && { bucket }), ...(form && { form }) };
}
