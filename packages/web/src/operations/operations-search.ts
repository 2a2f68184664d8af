import type { OperationState } from '../api/resources.ts';
import { pageNumberOf, textOf, textsOf } from '../table/search-params.ts';
import type { OperationListParameters } from './operation-list.ts';
import { OPERATION_STATES } from './operation-state.ts';

/** What the address of the operations page says. */
export interface OperationsSearch {
  state?: OperationState[];
  open?: string;
  cursor?: string;
  page?: number;
}

export function readOperationsSearch(raw: Readonly<Record<string, unknown>>): OperationsSearch {
  const state = textsOf(raw.state)?.filter((value): value is OperationState =>
    OPERATION_STATES.includes(value as OperationState),
  );
  const open = textOf(raw.open);
  const cursor = textOf(raw.cursor);
  const page = cursor ? pageNumberOf(raw.page) : undefined;
  return { ...(state?.length && { state }), ...(open && { open }), ...(cursor && { cursor }), ...(page && { page }) };
}

export function operationListParameters(search: OperationsSearch): OperationListParameters {
  return { ...(search.state && { state: search.state }), ...(search.cursor && { cursor: search.cursor }), limit: 50 };
}
