/**
 * What went wrong, in stable words. The vendor's own code, where there is one, is `remoteCode`.
 *
 * Not from the vendor: `endpoint_unreachable` (no connection could be made), `endpoint_untrusted` (TLS certificate),
 * `connection_broken`, `timed_out`, `not_qingstor` (a page of HTML: a proxy or another server answered),
 * `unexpected_answer`, `wrong_zone`, `corrupted_upload`, `corrupted_download`, `object_changed` (between two pieces of a
 * download), `source_failed` and `source_changed` (what was to be uploaded), `cancelled`, and the options' own.
 */
export type QingStorErrorCode =
  | 'invalid_option'
  | 'incomplete_credentials'
  | 'credentials_not_found'
  | 'unknown_access_key'
  | 'signature_not_matched'
  | 'clock_skew'
  | 'permission_denied'
  | 'account_problem'
  | 'wrong_zone'
  | 'bucket_not_found'
  | 'object_not_found'
  | 'upload_not_found'
  | 'setting_not_found'
  | 'bucket_exists'
  | 'bucket_not_empty'
  | 'bucket_not_ready'
  | 'precondition_failed'
  | 'not_modified'
  | 'invalid_range'
  | 'too_large'
  | 'too_many'
  | 'digest_mismatch'
  | 'request_refused'
  | 'throttled'
  | 'service_unavailable'
  | 'endpoint_unreachable'
  | 'endpoint_untrusted'
  | 'connection_broken'
  | 'timed_out'
  | 'not_qingstor'
  | 'unexpected_answer'
  | 'corrupted_upload'
  | 'corrupted_download'
  | 'object_changed'
  | 'source_failed'
  | 'source_changed'
  | 'cancelled';

export interface QingStorErrorDetails {
  /** What to do now. */
  hint?: string | undefined;
  /** True when the same request may succeed if it is sent again later. */
  retryable?: boolean | undefined;
  /** The vendor's own code, e.g. `bucket_not_exists`. */
  remoteCode?: string | undefined;
  httpStatus?: number | undefined;
  /** The vendor's id of the request, for its support. */
  requestId?: string | undefined;
  bucket?: string | undefined;
  key?: string | undefined;
  /** With `wrong_zone`: where the bucket is. */
  zone?: string | undefined;
  /** Milliseconds that the other side asked to wait. */
  retryAfterMs?: number | undefined;
  /** The system's word for a broken connection, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  systemCode?: string | undefined;
  /** With `clock_skew`: the other side's clock minus ours, milliseconds. */
  skewMs?: number | undefined;
  /** A multipart upload that could not be removed either; it takes space until it is aborted. */
  leftUploadId?: string | undefined;
  /** Set for what the caller's own code threw (`source_failed`); nothing of a request. */
  cause?: unknown;
}

/** The only error of this client. No part of it holds a secret, a signature or a signed URL. */
export class QingStorError extends Error {
  override readonly name = 'QingStorError';
  readonly code: QingStorErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly remoteCode: string | undefined;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly zone: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly systemCode: string | undefined;
  readonly skewMs: number | undefined;
  readonly leftUploadId: string | undefined;

  constructor(code: QingStorErrorCode, message: string, details: QingStorErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.remoteCode = details.remoteCode;
    this.httpStatus = details.httpStatus;
    this.requestId = details.requestId;
    this.bucket = details.bucket;
    this.key = details.key;
    this.zone = details.zone;
    this.retryAfterMs = details.retryAfterMs;
    this.systemCode = details.systemCode;
    this.skewMs = details.skewMs;
    this.leftUploadId = details.leftUploadId;
  }

  /** The same error with more said about it. */
  with(details: QingStorErrorDetails): QingStorError {
    const { hint, retryable, remoteCode, httpStatus, requestId, bucket, key, zone } = this;
    const { retryAfterMs, systemCode, skewMs, leftUploadId, cause } = this;
    const own = { hint, retryable, remoteCode, httpStatus, requestId, bucket, key, zone };
    return new QingStorError(this.code, this.message, {
      ...own,
      ...{ retryAfterMs, systemCode, skewMs, leftUploadId, cause },
      ...details,
    });
  }
}

/** True for a `QingStorError` with one of the codes. */
export function isQingStorError(thrown: unknown, ...codes: readonly QingStorErrorCode[]): thrown is QingStorError {
  return thrown instanceof QingStorError && (codes.length === 0 || codes.includes(thrown.code));
}
