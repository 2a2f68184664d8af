import { textOf } from '../table/search-params.ts';

/** What the address of the notifications page says. */
export interface ChannelsSearch {
  /** `new`, or the id of the channel that is edited. */
  form?: string;
  /** Of a new one; without it the types are shown. */
  type?: string;
  /** Id of the channel whose deliveries are shown. */
  deliveries?: string;
}

export function readChannelsSearch(raw: Readonly<Record<string, unknown>>): ChannelsSearch {
  const form = textOf(raw.form);
  const type = form === 'new' ? textOf(raw.type) : undefined;
  const deliveries = form === undefined ? textOf(raw.deliveries) : undefined;
  return { ...(form && { form }), ...(type && { type }), ...(deliveries && { deliveries }) };
}
