import type { QingStorErrorCode } from './error.ts';
import { REMEDIES } from './remedies.ts';

interface Meaning {
  code: QingStorErrorCode;
  hint?: string;
  retryable?: boolean;
}

/** The vendor's codes. Sources: its error table and what its SDKs' scenarios check. */
const BY_REMOTE_CODE: Readonly<Record<string, Meaning>> = {
  invalid_access_key_id: { code: 'unknown_access_key', hint: REMEDIES.unknownKey },
  signature_not_matched: { code: 'signature_not_matched', hint: REMEDIES.badSecret },
  request_expired: { code: 'clock_skew', hint: REMEDIES.clock },
  access_denied: { code: 'permission_denied', hint: REMEDIES.permission },
  permission_denied: { code: 'permission_denied', hint: REMEDIES.permission },
  delinquent_account: { code: 'account_problem', hint: REMEDIES.account },
  account_problem: { code: 'account_problem', hint: REMEDIES.account },
  bucket_not_exists: { code: 'bucket_not_found', hint: REMEDIES.bucketNotFound },
  object_not_exists: { code: 'object_not_found' },
  upload_not_exists: { code: 'upload_not_found' },
  bucket_already_exists: { code: 'bucket_exists', hint: 'Bucket names are shared by everyone: choose another.' },
  bucket_not_empty: { code: 'bucket_not_empty', hint: 'Delete its objects and abort its uploads first.' },
  bucket_not_active: { code: 'bucket_not_ready', hint: REMEDIES.account },
  lease_not_ready: { code: 'bucket_not_ready', hint: 'A bucket can be deleted a minute after it was created.' },
  precondition_failed: { code: 'precondition_failed' },
  invalid_range: { code: 'invalid_range' },
  bad_digest: { code: 'digest_mismatch', retryable: true },
  incomplete_body: { code: 'connection_broken', retryable: true },
  entity_too_large: { code: 'too_large', hint: 'One put takes 5 GiB, so does one part.' },
  metadata_too_large: { code: 'too_large', hint: 'All user metadata together take 2 KB.' },
  max_parts_exceeded: { code: 'too_many', hint: 'Choose a larger chunk size.' },
  too_many_buckets: { code: 'too_many' },
  too_many_objects: { code: 'too_many' },
  max_requests_exceeded: { code: 'throttled', hint: REMEDIES.busy, retryable: true },
  fetch_throttled: { code: 'throttled', hint: REMEDIES.busy, retryable: true },
  internal_error: { code: 'service_unavailable', hint: REMEDIES.busy, retryable: true },
  service_unavailable: { code: 'service_unavailable', hint: REMEDIES.busy, retryable: true },
  upstream_failed: { code: 'service_unavailable', hint: REMEDIES.busy, retryable: true },
};

/** What an answer means: by the vendor's code, else by the status where that says enough. */
export function meaningOf(status: number, remoteCode: string | undefined): Meaning {
  const known = remoteCode !== undefined && Object.hasOwn(BY_REMOTE_CODE, remoteCode) && BY_REMOTE_CODE[remoteCode];
  if (known) return known;
  if (remoteCode?.endsWith('_not_exists')) return { code: 'setting_not_found' };
  if (status === 429) return { code: 'throttled', hint: REMEDIES.busy, retryable: true };
  if (status >= 500) return { code: 'service_unavailable', hint: REMEDIES.busy, retryable: true };
  if (status === 408) return { code: 'timed_out', retryable: true };
  if (status === 304) return { code: 'not_modified' };
  if (status === 412) return { code: 'precondition_failed' };
  if (status === 416) return { code: 'invalid_range' };
  if (status === 401) return { code: 'signature_not_matched', hint: REMEDIES.badSecret };
  if (status === 403) return { code: 'permission_denied', hint: REMEDIES.permission };
  return { code: 'request_refused' };
}
