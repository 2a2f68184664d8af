import { oneOf, pageNumberOf, textOf } from '../table/search-params.ts';

export const PLAN_SORTS = ['name', '-name', 'createdAt', '-createdAt'] as const;

/** What the address of the page of plans says. */
export interface PlansSearch {
  search?: string;
  sort?: (typeof PLAN_SORTS)[number];
  /** `new`, or the id of the plan that is edited. */
  form?: string;
  cursor?: string;
  page?: number;
}

export function readPlansSearch(raw: Readonly<Record<string, unknown>>): PlansSearch {
  const search = textOf(raw.search);
  const sort = oneOf(raw.sort, PLAN_SORTS);
  const form = textOf(raw.form);
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  return {
    ...(search && { search }),
    ...(sort && { sort }),
    ...(form && { form }),
    ...(cursor && { cursor }),
    ...(page && { page }),
  };
}

export function planListParameters({ search, sort, cursor }: PlansSearch) {
  return { ...(search && { search }), ...(sort && { sort }), ...(cursor && { cursor }), limit: 50 };
}

export const PLAN_TABS = ['backups', 'runs', 'growth', 'drills', 'restores', 'mirrors', 'settings'] as const;
export type PlanTab = (typeof PLAN_TABS)[number];

/** What the address of one plan says. */
export interface PlanSearch {
  /** The backups when not said. */
  tab?: PlanTab;
  form?: 'edit';
  /** A repository was made with it: its recovery sheet should be printed. */
  notice?: 'sheet';
  /** Of a list in a tab. */
  cursor?: string;
  page?: number;
}

export function readPlanSearch(raw: Readonly<Record<string, unknown>>): PlanSearch {
  const tab = oneOf(raw.tab, PLAN_TABS);
  const form = oneOf(raw.form, ['edit'] as const);
  const notice = oneOf(raw.notice, ['sheet'] as const);
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  return {
    ...(tab && { tab }),
    ...(form && { form }),
    ...(notice && { notice }),
    ...(cursor && { cursor }),
    ...(page && { page }),
  };
}
