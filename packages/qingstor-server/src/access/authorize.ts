import { QingStorServerError } from '../errors.ts';
import type { BucketRecord } from '../store/records.ts';
import { aclAllows, type Grant } from './acl.ts';
import type { Principal } from './authenticate.ts';
import { askPolicy, type PolicyQuestion, type PolicyStatement } from './policy.ts';

/** Actions that the policy of a bucket can speak about; all others are for its owner alone. */
const POLICY_ACTIONS: ReadonlySet<string> = new Set([
  ...['list_objects', 'head_bucket', 'get_bucket_stats', 'get_object', 'head_object', 'create_object', 'delete_object'],
  ...['list_multipart_uploads', 'list_object_parts', 'upload_object_part', 'abort_multipart_upload'],
  ...['initiate_multipart_upload', 'complete_multipart_upload'],
]);
/** Never for an anonymous caller, whatever the bucket allows. */
const SIGNED_ONLY: ReadonlySet<string> = new Set(['get_bucket_stats', 'delete_object']);

export interface AccessRules {
  grants: readonly Grant[];
  policy: readonly PolicyStatement[];
}

function keyAllows(principal: Principal, question: PolicyQuestion): boolean {
  const { key } = principal;
  return !key?.policy || askPolicy(key.policy, question, 'everyone') === 'allow';
}

/** Throws `permission_denied` when the key is confined and may not do this. */
export function checkKeyPolicy(principal: Principal, question: PolicyQuestion): void {
  if (!keyAllows(principal, question)) {
    throw new QingStorServerError('permission_denied', 'The policy of this access key does not allow it.');
  }
}

/**
 * Decides, in this order: the policy of the key (it can only confine), the owner, the policy of the bucket, its ACL.
 * Throws `permission_denied`.
 */
export function authorize(
  principal: Principal,
  bucket: BucketRecord,
  rules: AccessRules,
  question: PolicyQuestion,
): void {
  checkKeyPolicy(principal, question);
  if (principal.userId !== null && principal.userId === bucket.owner) return;
  if (principal.userId === null && SIGNED_ONLY.has(question.action)) throw new QingStorServerError('permission_denied');
  if (POLICY_ACTIONS.has(question.action)) {
    const verdict = askPolicy(rules.policy, question);
    if (verdict === 'allow') return;
    if (verdict === undefined && aclAllows(rules.grants, principal.userId, question.action)) return;
  }
  throw new QingStorServerError('permission_denied');
}
