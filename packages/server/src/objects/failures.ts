import type { SampanError } from '@sampan/driver';
import type { DeleteFailure } from '@sampan/storage';
import { FailedWithResult } from '../operations/kinds.ts';

const KEPT = 100;

/** Objects that something could not be done with: all are counted, the first are named. */
export type Failures = {
  count: number;
  first: { key: string; code: string; message: string }[];
};

export function noFailures(): Failures {
  return { count: 0, first: [] };
}

export function addFailure(failures: Failures, { key, code, message }: DeleteFailure): void {
  failures.count += 1;
  if (failures.first.length < KEPT) failures.first.push({ key, code, message });
}

/** What is wrong with the storage as a whole, and would be with every other object too. */
const WHOLE_STORAGE: ReadonlySet<string> = new Set([
  'account_problem',
  'bucket_needed',
  'bucket_not_found',
  'clock_skew',
  'egress_forbidden',
  'folder_forbidden',
  'internal_error',
  'invalid_signature',
  'login_refused',
  'not_found',
  'storage_full',
  'storage_on_other_node',
  'storage_untrusted',
  'unknown_access_key',
  'wrong_zone',
]);

export function concernsAll(error: SampanError): boolean {
  return error.retryable || WHOLE_STORAGE.has(error.code);
}

/** Ends the operation as failed when there were any, with what was done all the same. */
export function demandNoFailures(failures: Failures, done: { objects: number; bytes?: number }, verb: string): void {
  if (failures.count === 0) return;
  const all = failures.count + done.objects;
  throw new FailedWithResult(
    { ...done, failed: failures.count, failures: failures.first },
    'some_objects_failed',
    `${failures.count} of ${all} objects could not be ${verb}.`,
    {
      hint: 'Each is named with its reason in the result. The others are done.',
      parameters: { failed: failures.count, objects: all },
    },
  );
}
