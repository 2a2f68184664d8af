import { textOf } from '../table/search-params.ts';

/** What the address of the hosts page says. */
export interface HostsSearch {
  /** `new`, or the id of the host that is edited. */
  form?: string;
}

export function readHostsSearch(raw: Readonly<Record<string, unknown>>): HostsSearch {
  const form = textOf(raw.form);
  return form ? { form } : {};
}
