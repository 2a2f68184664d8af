import type { RpcParameters } from '@sampan/accesskey';
import { invalidParameter, missingParameter } from './errors.ts';

const LONGEST_ID = 64;

export function needed(parameters: RpcParameters, name: string): string {
  const value = parameters[name];
  if (!value) throw missingParameter(name);
  if (value.length > LONGEST_ID) throw invalidParameter(name, `it may have ${LONGEST_ID} characters at most`);
  return value;
}

export function flag(parameters: RpcParameters, name: string): boolean {
  const value = parameters[name];
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw invalidParameter(name, 'it must be true or false');
}

function wholeNumber(parameters: RpcParameters, name: string, fallback: number, largest: number): number {
  const value = parameters[name];
  if (value === undefined) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > largest) throw invalidParameter(name, `it must be a whole number from 1 to ${largest}`);
  return number;
}

export interface Paging {
  pageNumber: number;
  pageSize: number;
}

export function paging(parameters: RpcParameters): Paging {
  return {
    pageNumber: wholeNumber(parameters, 'PageNumber', 1, 1_000_000),
    pageSize: wholeNumber(parameters, 'PageSize', 20, 100),
  };
}

/** `InstanceIds=["i-…"]`, at most 100; undefined when absent. */
export function idList(parameters: RpcParameters, name: string): readonly string[] | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw invalidParameter(name, 'it must be a JSON array of ids');
  }
  const ids = Array.isArray(list) ? list.filter((id): id is string => typeof id === 'string') : [];
  if (!Array.isArray(list) || ids.length !== list.length || ids.length > 100) {
    throw invalidParameter(name, 'it must be a JSON array of at most 100 ids');
  }
  return ids;
}

/** `Tag.N.Key` and `Tag.N.Value`. */
export function tagFilters(parameters: RpcParameters): { key: string; value: string | undefined }[] {
  return Object.keys(parameters)
    .map((name) => /^Tag\.(\d{1,3})\.Key$/.exec(name)?.[1])
    .filter((number): number is string => number !== undefined)
    .map((number) => ({ key: parameters[`Tag.${number}.Key`] ?? '', value: parameters[`Tag.${number}.Value`] }));
}

/** One page out of a list that is short enough to be kept whole. */
export function pageOf<Item>(items: readonly Item[], { pageNumber, pageSize }: Paging) {
  const from = (pageNumber - 1) * pageSize;
  return {
    counts: { TotalCount: items.length, PageNumber: pageNumber, PageSize: pageSize },
    items: items.slice(from, from + pageSize),
  };
}
