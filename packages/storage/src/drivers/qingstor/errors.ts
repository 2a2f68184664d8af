import { SampanError } from '@sampan/driver';
import { isQingStorError, type QingStorErrorCode } from '@sampan/qingstor-sdk';
import { EGRESS_FORBIDDEN, egressForbidden } from '../../errors.ts';
import { sourceFailed } from '../../source.ts';

/** The SDK's codes as those of the contract; what is not named keeps its name. */
const CODES: Partial<Record<QingStorErrorCode, string>> = {
  signature_not_matched: 'invalid_signature',
  endpoint_unreachable: 'storage_unreachable',
  connection_broken: 'storage_unreachable',
  endpoint_untrusted: 'storage_untrusted',
  timed_out: 'storage_timeout',
  service_unavailable: 'storage_unavailable',
  bucket_not_ready: 'storage_unavailable',
  not_qingstor: 'unexpected_answer',
  invalid_range: 'range_not_satisfiable',
  digest_mismatch: 'corrupted_upload',
  source_changed: 'size_mismatch',
  precondition_failed: 'object_changed',
};

/** Whatever a call of the SDK threw, as an error of the contract. */
export function translated(thrown: unknown): SampanError {
  if (thrown instanceof SampanError) return thrown;
  if (!isQingStorError(thrown)) return sourceFailed(thrown);
  const { code, message, hint, retryable, retryAfterMs, bucket, key, zone, remoteCode, requestId, skewMs } = thrown;
  if (thrown.systemCode === EGRESS_FORBIDDEN) return egressForbidden('the address that the endpoint leads to');
  if (code === 'source_failed' && thrown.cause instanceof SampanError) return thrown.cause;
  // The SDK checks names before it asks: the only option that a call can get wrong.
  const isName = code === 'invalid_option' && /bucket/i.test(message);
  const parameters = Object.entries({ bucket, key, zone, remoteCode, requestId, skewMs }).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return new SampanError(
    isName ? 'invalid_bucket_name' : (CODES[code] ?? code),
    /[.?!]$/.test(message) ? message : `${message}.`,
    {
      hint: hint ?? 'Try again; if it stays, ask the vendor’s support with the request id.',
      retryable,
      parameters: Object.fromEntries(parameters),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  );
}

/** Runs a call of the SDK so that only `SampanError` leaves it. */
export async function translating<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(error);
  }
}
