import { oneOf, pageNumberOf, textOf } from '../table/search-params.ts';

/** What the address of the page of repositories says. */
export interface RepositoriesSearch {
  search?: string;
  form?: 'new' | 'adopt';
  cursor?: string;
  page?: number;
}

export function readRepositoriesSearch(raw: Readonly<Record<string, unknown>>): RepositoriesSearch {
  const search = textOf(raw.search);
  const form = oneOf(raw.form, ['new', 'adopt'] as const);
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  return { ...(search && { search }), ...(form && { form }), ...(cursor && { cursor }), ...(page && { page }) };
}

export function repositoryListParameters({ search, cursor }: RepositoriesSearch) {
  return { ...(search && { search }), ...(cursor && { cursor }), limit: 50 };
}

export const REPOSITORY_TABS = ['overview', 'locks', 'snapshots', 'sheet'] as const;
export type RepositoryTab = (typeof REPOSITORY_TABS)[number];

/** What the address of one repository says. */
export interface RepositorySearch {
  tab?: RepositoryTab;
}

export function readRepositorySearch(raw: Readonly<Record<string, unknown>>): RepositorySearch {
  const tab = oneOf(raw.tab, REPOSITORY_TABS);
  return tab ? { tab } : {};
}
