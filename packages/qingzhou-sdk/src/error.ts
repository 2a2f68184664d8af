/**
 * What went wrong, in stable words: a vendor's codes are mapped to them by the profile.
 *
 * Not from the vendor: `cloud_unreachable` (no connection, or it broke), `cloud_timeout`, `unexpected_answer` (not JSON,
 * a redirect, too large), `request_expired` (a change too old to be sent again), `cancelled`.
 */
export type QingzhouErrorCode =
  | 'not_found'
  | 'wrong_state'
  | 'invalid_signature'
  | 'unknown_access_key'
  | 'access_key_disabled'
  | 'clock_skew'
  | 'nonce_used'
  | 'permission_denied'
  | 'address_not_allowed'
  | 'quota_exceeded'
  | 'insufficient_balance'
  | 'throttled'
  | 'dry_run_allowed'
  | 'invalid_parameter'
  | 'unsupported_action'
  | 'request_refused'
  | 'cloud_unavailable'
  | 'cloud_unreachable'
  | 'cloud_timeout'
  | 'unexpected_answer'
  | 'request_expired'
  | 'cancelled';

const RETRYABLE: ReadonlySet<QingzhouErrorCode> = new Set([
  'throttled',
  'cloud_unavailable',
  'cloud_unreachable',
  'cloud_timeout',
]);

export interface QingzhouErrorDetails {
  action?: string | undefined;
  /** The vendor's own code, e.g. `Forbidden.NoPermission`. */
  remoteCode?: string | undefined;
  httpStatus?: number | undefined;
  /** The vendor's id of the request, for its support. */
  requestId?: string | undefined;
  /** What was not found. */
  resource?: string | undefined;
  /** Milliseconds that the vendor asked to wait. */
  retryAfterMs?: number | undefined;
  /** The system's word for a broken connection, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  systemCode?: string | undefined;
}

/** The only error of this client. No part of it holds a secret, a signature, a signed address or the text that was signed. */
export class QingzhouError extends Error {
  override readonly name = 'QingzhouError';
  readonly code: QingzhouErrorCode;
  /** True when the same request may succeed if it is sent again later. */
  readonly retryable: boolean;
  readonly action: string | undefined;
  readonly remoteCode: string | undefined;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly resource: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly systemCode: string | undefined;

  constructor(code: QingzhouErrorCode, message: string, details: QingzhouErrorDetails = {}) {
    super(message);
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    this.action = details.action;
    this.remoteCode = details.remoteCode;
    this.httpStatus = details.httpStatus;
    this.requestId = details.requestId;
    this.resource = details.resource;
    this.retryAfterMs = details.retryAfterMs;
    this.systemCode = details.systemCode;
  }
}
