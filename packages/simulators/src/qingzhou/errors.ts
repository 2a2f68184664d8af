/** HTTP status of each code, as the contract has it. */
const STATUSES: Readonly<Record<string, number>> = {
  MissingParameter: 400,
  InvalidParameter: 400,
  'InvalidTimeStamp.Format': 400,
  'InvalidTimeStamp.Expired': 400,
  IncompleteSignature: 400,
  InvalidSignatureMethod: 400,
  SignatureNonceUsed: 400,
  IdempotentParameterMismatch: 400,
  DryRunOperation: 400,
  'InvalidAccessKeyId.NotFound': 401,
  'InvalidAccessKeyId.Inactive': 401,
  InvalidSignature: 403,
  'Forbidden.NoPermission': 403,
  IpNotAllowed: 403,
  QuotaExceeded: 403,
  InsufficientBalance: 403,
  'InvalidAction.NotFound': 404,
  'InvalidPath.NotFound': 404,
  'InvalidInstanceId.NotFound': 404,
  'InvalidImageId.NotFound': 404,
  'InvalidFlavorId.NotFound': 404,
  'InvalidVpcId.NotFound': 404,
  'InvalidRegionId.NotFound': 404,
  IncorrectInstanceStatus: 409,
  OperationConflict: 409,
  RequestTooLarge: 413,
  Throttling: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
};

/** Codes that a fault may name. */
export const knownErrorCodes: readonly string[] = Object.keys(STATUSES);

/** A refusal as the cloud answers it. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** Seconds that a throttled caller is asked to wait. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.status = STATUSES[code] ?? STATUSES[code.split('.')[0] ?? ''] ?? 400;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const missingParameter = (name: string) =>
  new ApiError('MissingParameter', `The parameter ${name} is needed for this call.`);

export const invalidParameter = (name: string, why: string) =>
  new ApiError(`InvalidParameter.${name}`, `The parameter ${name} is not valid: ${why}.`);

export const instanceNotFound = (id: string) =>
  new ApiError('InvalidInstanceId.NotFound', `There is no instance ${id} in this region.`);
