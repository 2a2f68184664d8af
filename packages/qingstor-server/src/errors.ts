interface Row {
  /** HTTP status of the QingStor answer. Source: the vendor's table of errors. */
  status: number;
  /** Code and status of the same refusal on the S3 side. */
  s3: string;
  s3Status: number;
  message: string;
}

const row = (status: number, s3: string, message: string, s3Status = status): Row => ({
  status,
  s3,
  s3Status,
  message,
});

const TABLE = {
  invalid_argument: row(400, 'InvalidArgument', 'An argument of the request is not valid.'),
  invalid_request: row(400, 'InvalidRequest', 'The request is not valid.'),
  invalid_json: row(400, 'MalformedXML', 'The body is not what this request needs.'),
  invalid_bucket_name: row(
    400,
    'InvalidBucketName',
    'A bucket name has 6 to 63 lower-case letters, digits and hyphens.',
  ),
  invalid_object_name: row(400, 'KeyTooLongError', 'An object key has 1 to 1023 bytes of UTF-8.'),
  invalid_object_state: row(400, 'InvalidObjectState', 'The object is not in a state for this.', 403),
  bad_digest: row(400, 'BadDigest', 'The body does not have the digest that was sent with it.'),
  invalid_part: row(400, 'InvalidPart', 'A part was not uploaded, or has another ETag.'),
  invalid_part_order: row(400, 'InvalidPartOrder', 'The parts are not in increasing order.'),
  entity_too_small: row(400, 'EntityTooSmall', 'Every part but the last has at least 4 MiB.'),
  entity_too_large: row(400, 'EntityTooLarge', 'One request carries at most 5 GiB.'),
  max_parts_exceeded: row(400, 'InvalidArgument', 'A part number lies between 0 and 10000.'),
  too_many_objects: row(400, 'MalformedXML', 'At most 1000 objects can be deleted at once.'),
  metadata_too_large: row(400, 'MetadataTooLarge', 'The metadata of an object have at most 2 KiB.'),
  incomplete_body: row(400, 'IncompleteBody', 'The body ended, or stopped coming, before it was complete.'),
  form_policy_violated: row(400, 'AccessDenied', 'The form does not keep to its policy.', 403),
  cname_error: row(400, 'InvalidRequest', 'This domain is bound to another bucket.'),
  content_sha256_mismatch: row(400, 'XAmzContentSHA256Mismatch', 'The body does not have the SHA-256 that was signed.'),
  invalid_access_key_id: row(401, 'InvalidAccessKeyId', 'There is no such access key.', 403),
  signature_not_matched: row(401, 'SignatureDoesNotMatch', 'The signature does not match the request.', 403),
  request_expired: row(
    403,
    'RequestTimeTooSkewed',
    'The request has expired, or a clock is off by more than 15 minutes.',
  ),
  permission_denied: row(403, 'AccessDenied', 'You are not allowed to do this.'),
  bucket_not_exists: row(404, 'NoSuchBucket', 'The bucket does not exist.'),
  object_not_exists: row(404, 'NoSuchKey', 'The object does not exist.'),
  upload_not_exists: row(404, 'NoSuchUpload', 'The upload does not exist; it was completed or aborted.'),
  cors_not_exists: row(404, 'NoSuchCORSConfiguration', 'The bucket has no CORS rules.'),
  policy_not_exists: row(404, 'NoSuchBucketPolicy', 'The bucket has no policy.'),
  lifecycle_not_exists: row(404, 'NoSuchLifecycleConfiguration', 'The bucket has no lifecycle rules.'),
  mirror_not_exists: row(404, 'NotFound', 'The bucket has no mirror.'),
  notification_not_exists: row(404, 'NotFound', 'The bucket has no notifications.'),
  logging_not_exists: row(404, 'NotFound', 'The bucket has no logging.'),
  replication_not_exists: row(404, 'ReplicationConfigurationNotFoundError', 'The bucket has no replication.'),
  cname_not_exists: row(404, 'NotFound', 'The bucket has no domain of its own.'),
  method_not_allowed: row(405, 'MethodNotAllowed', 'This method is not allowed here.'),
  bucket_already_exists: row(409, 'BucketAlreadyExists', 'The bucket exists already.'),
  bucket_already_owned: row(409, 'BucketAlreadyOwnedByYou', 'The bucket exists already and is yours.'),
  bucket_not_empty: row(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty'),
  invalid_position: row(409, 'InvalidArgument', 'The position is not the end of the object.'),
  precondition_failed: row(412, 'PreconditionFailed', 'A precondition of the request does not hold.'),
  invalid_range: row(416, 'InvalidRange', 'The range lies outside of the object.'),
  internal_error: row(500, 'InternalError', 'The server failed; its log says why.'),
  not_implemented: row(501, 'NotImplemented', 'This server does not do that.'),
  service_unavailable: row(503, 'ServiceUnavailable', 'The server cannot do this now. Try again later.'),
  upstream_failed: row(503, 'ServiceUnavailable', 'The other side could not be reached.'),
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof TABLE;

/** A refusal as a client sees it, in either protocol. */
export class QingStorServerError extends Error {
  override readonly name = 'QingStorServerError';
  readonly code: ErrorCode;
  readonly row: Row;
  /** Seconds after which the client may try again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message?: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message ?? TABLE[code].message, { cause: options.cause });
    this.code = code;
    this.row = TABLE[code];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const TOO_MANY_FILES = new Set(['EMFILE', 'ENFILE']);
/** Primary result code of SQLite for "database or disk is full". */
const SQLITE_FULL = 13;
/** "Disk I/O error", which is also what a file size limit looks like to SQLite. */
const SQLITE_IOERR = 10;

/** What a client is told about any error; what is not foreseen is `internal_error`, its text kept from the client. */
export function asServerError(error: unknown): QingStorServerError {
  if (error instanceof QingStorServerError) return error;
  const { code = '', errcode } = error as { code?: string; errcode?: number };
  if (NO_ROOM.has(code) || (errcode !== undefined && (errcode & 0xff) === SQLITE_FULL)) {
    const message =
      'There is no space left on the disk of the server. Nothing was stored; delete something or add space.';
    return new QingStorServerError('service_unavailable', message, { cause: error });
  }
  if (errcode !== undefined && (errcode & 0xff) === SQLITE_IOERR) {
    const message = 'The disk of the server failed, or is full. Nothing was stored.';
    return new QingStorServerError('service_unavailable', message, { cause: error });
  }
  if (TOO_MANY_FILES.has(code)) {
    const message = 'The server has too many files open. Nothing was stored; try again in a moment.';
    return new QingStorServerError('service_unavailable', message, { retryAfterSeconds: 1, cause: error });
  }
  return new QingStorServerError('internal_error', undefined, { cause: error });
}
