import { QingStorServerError } from '../errors.ts';
import type { ObjectRecord } from '../store/records.ts';

export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: string | undefined;
  ifUnmodifiedSince?: string | undefined;
}

/** The JS SDK percent-encodes the values of headers. */
export function decodeHeaderValue(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** @param prefix '' for a plain request, `x-qs-copy-source-` for the source of a copy */
export function readConditions(header: (name: string) => string | undefined, prefix = ''): Conditions {
  const read = (name: string) => {
    const value = header(`${prefix}${name}`);
    return value === undefined ? undefined : decodeHeaderValue(value);
  };
  return {
    ifMatch: read('if-match'),
    ifNoneMatch: read('if-none-match'),
    ifModifiedSince: read('if-modified-since'),
    ifUnmodifiedSince: read('if-unmodified-since'),
  };
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });
}

/** Whole seconds, as HTTP dates have them; NaN, which no comparison holds for, when it is no date. */
const seconds = (date: string) => Date.parse(date) / 1000;

/** What the conditions of a GET or HEAD make of it. Order and meaning: RFC 9110, section 13.2.2. */
export function judge(conditions: Conditions, object: ObjectRecord): 'go' | 'not-modified' | 'failed' {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const modified = Math.floor(object.modified / 1000);
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object.etag)) return 'failed';
  } else if (ifUnmodifiedSince !== undefined && modified > seconds(ifUnmodifiedSince)) return 'failed';
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, object.etag) ? 'not-modified' : 'go';
  if (ifModifiedSince !== undefined && modified <= seconds(ifModifiedSince)) return 'not-modified';
  return 'go';
}

/** For the source of a copy, where everything but "go" is a refusal. */
export function mustHold(conditions: Conditions, object: ObjectRecord): void {
  if (judge(conditions, object) !== 'go') throw new QingStorServerError('precondition_failed');
}

/** For a write: looked at inside of the transaction, so that of two writers with `If-None-Match: *` one wins. */
export function writeExpectation({ ifMatch, ifNoneMatch }: Conditions) {
  return (current: ObjectRecord | undefined): void => {
    if (ifNoneMatch !== undefined && current && names(ifNoneMatch, current.etag)) {
      throw new QingStorServerError('precondition_failed');
    }
    if (ifMatch !== undefined && !(current && names(ifMatch, current.etag))) {
      throw new QingStorServerError('precondition_failed');
    }
  };
}
