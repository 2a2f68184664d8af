import { SampanError } from '@sampan/driver';

export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** The request itself is wrong; `fields` says where. */
export class InvalidRequest extends SampanError {
  readonly fields: readonly FieldProblem[];

  constructor(fields: readonly FieldProblem[], message?: string) {
    super('invalid_request', message ?? fields.map((field) => field.message).join('; '), {
      hint: 'Correct the fields that are named and send it again.',
    });
    this.fields = fields;
  }
}

/**
 * What a storage answered to a request that was passed on to it. Its codes are those of the contract, some of which are
 * ours too: that the storage does not know its key must not read as if the caller were not signed in.
 */
export class RemoteError extends SampanError {
  constructor(error: SampanError) {
    const { code, message, hint, retryable, parameters, retryAfterMs, cause } = error;
    super(code, message, {
      retryable,
      parameters,
      cause,
      ...(hint !== undefined && { hint }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}

/** Somebody else changed the resource since it was read. */
export class RevisionMismatch extends SampanError {
  readonly current: unknown;
  readonly yours: unknown;

  constructor(current: unknown, yours: unknown) {
    super('revision_mismatch', 'Somebody changed it since you read it.', {
      hint: 'Compare both versions, then send your change with the current revision.',
    });
    this.current = current;
    this.yours = yours;
  }
}

export function notFound(what: string, id: string): SampanError {
  return new SampanError('not_found', `There is no ${what} ${id}.`, {
    hint: 'It may have been removed; refresh the list.',
    parameters: { what, id },
  });
}

/** The caller chose an id that is in use. */
export function idTaken(what: string, id: string): SampanError {
  return new SampanError('name_taken', `There is a ${what} with the id ${id} already.`, {
    hint: 'Choose another id, or none: Sampan then makes one.',
    parameters: { name: id },
  });
}

/** HTTP status of each code that Sampan itself answers; what is not here is a failure of the other side (502). */
const STATUS: Readonly<Record<string, number>> = {
  invalid_request: 400,
  egress_forbidden: 400,
  bucket_needed: 400,
  folder_forbidden: 400,
  invalid_bucket_name: 400,
  invalid_key: 400,
  invalid_option: 400,
  invalid_schedule: 400,
  size_mismatch: 400,
  bad_recovery_key: 400,
  source_failed: 400,
  not_signed_in: 401,
  wrong_credentials: 401,
  invalid_signature: 401,
  unknown_access_key: 401,
  access_key_disabled: 401,
  clock_skew: 401,
  setup_token_invalid: 403,
  cross_site_request: 403,
  address_not_allowed: 403,
  permission_denied_here: 403,
  path_not_allowed: 403,
  not_found: 404,
  not_in_backup: 404,
  bucket_not_found: 404,
  object_not_found: 404,
  upload_timeout: 408,
  name_taken: 409,
  folder_taken: 409,
  wrong_state: 409,
  operation_conflict: 409,
  idempotency_in_progress: 409,
  last_administrator: 409,
  host_in_use: 409,
  storage_in_use: 409,
  repository_in_use: 409,
  repository_exists: 409,
  repository_locked: 409,
  wrong_repository_password: 409,
  repository_not_found: 409,
  append_only: 409,
  wrong_recovery_key: 409,
  no_recovery_key: 409,
  recovery_key_exists: 409,
  plan_on_other_node: 409,
  not_indexed: 409,
  storage_on_other_node: 409,
  bucket_exists: 409,
  bucket_not_empty: 409,
  bucket_not_ready: 409,
  key_conflict: 409,
  object_changed: 409,
  setup_done: 409,
  revision_mismatch: 412,
  payload_too_large: 413,
  too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  idempotency_mismatch: 422,
  weak_password: 422,
  account_locked: 429,
  not_supported: 501,
  restic_missing: 501,
  restic_too_old: 501,
  simulator_failed: 500,
  internal_error: 500,
  cancelled: 503,
  shutting_down: 503,
  storage_unavailable: 503,
  throttled: 503,
  storage_timeout: 504,
  storage_full: 507,
};

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  hint?: string;
  retryable: boolean;
  requestId: string;
  parameters?: Readonly<Record<string, string | number>>;
  fields?: readonly FieldProblem[];
  current?: unknown;
  yours?: unknown;
}

function statusOf(error: SampanError): number {
  const status = STATUS[error.code] ?? 502;
  return error instanceof RemoteError && status === 401 ? 502 : status;
}

/** The body of an `application/problem+json` answer (RFC 9457) for an error. */
export function toProblem(error: SampanError, requestId: string): Problem {
  return {
    type: `urn:sampan:error:${error.code}`,
    title: error.code.replaceAll('_', ' '),
    status: statusOf(error),
    code: error.code,
    detail: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
    retryable: error.retryable,
    requestId,
    ...(Object.keys(error.parameters).length > 0 && { parameters: error.parameters }),
    ...(error instanceof InvalidRequest && { fields: error.fields }),
    ...(error instanceof RevisionMismatch && { current: error.current, yours: error.yours }),
  };
}
