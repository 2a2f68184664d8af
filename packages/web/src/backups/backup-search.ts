import { oneOf, pageNumberOf, textOf } from '../table/search-params.ts';

/** What the address of one backup says. */
export interface BackupSearch {
  /** The folder; the top when not said. */
  path?: string;
  /** Names that are looked for instead of showing a folder. */
  find?: string;
  /** Where: in all backups of the plan; otherwise in this one. */
  scope?: 'plan';
  /** Of the page of a large folder: the name before it. */
  cursor?: string;
  page?: number;
}

export function readBackupSearch(raw: Readonly<Record<string, unknown>>): BackupSearch {
  const path = textOf(raw.path);
  const find = textOf(raw.find);
  const scope = oneOf(raw.scope, ['plan'] as const);
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  return {
    ...(path && path !== '/' && { path }),
    ...(find && { find }),
    ...(scope && { scope }),
    ...(cursor && { cursor }),
    ...(page && { page }),
  };
}
