import { authorize } from '../access/authorize.ts';
import { type BucketCall, questionOf, rulesOf } from '../context.ts';
import { QingStorServerError } from '../errors.ts';

export interface Deletable {
  allowed: string[];
  refused: { key: string; error: QingStorServerError }[];
}

/** Which of many keys the caller may delete. */
export function partitionDeletable(call: BucketCall, keys: readonly string[]): Deletable {
  const { context, principal, bucket } = call;
  const rules = rulesOf(context, bucket);
  const result: Deletable = { allowed: [], refused: [] };
  for (const key of keys) {
    try {
      authorize(principal, bucket, rules, questionOf(call, 'delete_object', `${bucket.name}/${key}`));
      result.allowed.push(key);
    } catch (error) {
      if (!(error instanceof QingStorServerError)) throw error;
      result.refused.push({ key, error });
    }
  }
  return result;
}
