import { oneOf, pageNumberOf, textOf, textsOf } from '../table/search-params.ts';

export const PAGE_SIZES = [50, 100, 200] as const;
export type PageSize = (typeof PAGE_SIZES)[number];

export const INSTANCE_SORTS = [
  'name',
  '-name',
  'state',
  '-state',
  'createdAt',
  '-createdAt',
  'cpuCount',
  '-cpuCount',
  'memoryBytes',
  '-memoryBytes',
] as const;
export type InstanceSort = (typeof INSTANCE_SORTS)[number];

/** What the address of the instances page says. */
export interface InstancesSearch {
  search?: string;
  state?: string[];
  hostId?: string[];
  sort?: InstanceSort;
  limit?: PageSize;
  cursor?: string;
  page?: number;
  /** The instance whose panel is open. */
  open?: string;
}

export function readInstancesSearch(raw: Readonly<Record<string, unknown>>): InstancesSearch {
  const search = textOf(raw.search);
  const state = textsOf(raw.state);
  const hostId = textsOf(raw.hostId);
  const sort = oneOf(raw.sort, INSTANCE_SORTS);
  const limit = PAGE_SIZES.find((size) => String(size) === String(raw.limit));
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  const open = textOf(raw.open);
  return {
    ...(search && { search }),
    ...(state && { state }),
    ...(hostId && { hostId }),
    ...(sort && { sort }),
    ...(limit && { limit }),
    ...(cursor && { cursor }),
    ...(page && { page }),
    ...(open && { open }),
  };
}

/** The address after a filter, the sort or the page size changed: a cursor belongs to the list that it came from. */
export function withFilter(
  current: InstancesSearch,
  change: { [K in keyof InstancesSearch]?: InstancesSearch[K] | undefined },
): InstancesSearch {
  const { cursor: _cursor, page: _page, ...kept } = current;
  return readInstancesSearch({ ...kept, ...change });
}

/** What the server is asked; the panel that is open does not matter for it. */
export function instanceListParameters(search: InstancesSearch, remembered: PageSize) {
  const { open: _open, page: _page, limit, sort, ...filters } = search;
  return { ...filters, sort: sort ?? 'name', limit: limit ?? remembered, count: true } as const;
}

export type InstanceListParameters = ReturnType<typeof instanceListParameters>;

export function hasFilters(search: InstancesSearch): boolean {
  return Boolean(search.search || search.state || search.hostId);
}
