import { SampanError } from '@sampan/driver';
import { rangeNotSatisfiable } from '../../errors.ts';

interface Meaning {
  code: string;
  message: string;
  hint: string;
  retryable?: boolean;
}

const BUSY = 'Try again later; fewer requests at once may help.';

const meanings = {
  unknownKey: {
    code: 'unknown_access_key',
    message: 'The storage does not know this Access Key ID.',
    hint: 'Copy the Access Key ID again, and check that it is of this vendor and account and not deactivated.',
  },
  signature: {
    code: 'invalid_signature',
    message: 'The signature of the request is refused.',
    hint: 'Copy the Secret Access Key again without blanks around it, and check the region: it is part of the signature.',
  },
  session: {
    code: 'invalid_signature',
    message: 'The session token is refused.',
    hint: 'Tokens of a session expire. Give the server new ones, or use a key that lasts.',
  },
  clock: {
    code: 'clock_skew',
    message: 'The storage refuses the time of the request.',
    hint: 'Set the clock of this machine (NTP): it may differ from that of the storage by 15 minutes at most.',
  },
  permission: {
    code: 'permission_denied',
    message: 'The key may not do this.',
    hint: 'Give the key the rights that the policy of the storage page lists, for this bucket and prefix.',
  },
  account: {
    code: 'account_problem',
    message: 'The account is not in order.',
    hint: 'Look at the state of the account in the console of the vendor.',
  },
  noBucket: {
    code: 'bucket_not_found',
    message: 'The bucket does not exist.',
    hint: 'Check the name of the bucket, and that endpoint and region are those where it is.',
  },
  zone: {
    code: 'wrong_zone',
    message: 'The bucket is in another region.',
    hint: 'Set region and endpoint to those of the bucket.',
  },
  noUpload: {
    code: 'upload_not_found',
    message: 'The upload does not exist; it was completed or aborted.',
    hint: 'Upload it again. A lifecycle rule that aborts uploads early would do this too.',
  },
  tooLarge: {
    code: 'too_large',
    message: 'The object is larger than the storage takes.',
    hint: 'One put takes 5 GiB: lower the upload cutoff, or raise the chunk size.',
  },
  key: {
    code: 'invalid_key',
    message: 'The storage does not take this name.',
    hint: 'Choose another name.',
  },
  changed: {
    code: 'object_changed',
    message: 'The object was replaced meanwhile.',
    hint: 'Read it again.',
  },
  corrupted: {
    code: 'corrupted_upload',
    message: 'What arrived is not what was sent.',
    hint: 'Try again. If it stays, something on the way changes data.',
  },
  full: {
    code: 'storage_full',
    message: 'There is no space left in the storage.',
    hint: 'Free space or raise the quota in the console of the vendor.',
  },
  throttled: { code: 'throttled', message: 'The storage asks for fewer requests.', hint: BUSY, retryable: true },
  unavailable: {
    code: 'storage_unavailable',
    message: 'The storage had a fault of its own.',
    hint: BUSY,
    retryable: true,
  },
  timeout: {
    code: 'storage_timeout',
    message: 'The storage gave up waiting for the request.',
    hint: 'Try again; if it stays, check the network to the storage.',
    retryable: true,
  },
  broken: {
    code: 'storage_unreachable',
    message: 'The storage did not get the whole request.',
    hint: 'Try again; if it stays, check the network to the storage.',
    retryable: true,
  },
  notOffered: {
    code: 'not_supported',
    message: 'The storage does not offer this.',
    hint: 'Check that the endpoint is an S3 service, and what its vendor says of this request.',
  },
  foreign: {
    code: 'unexpected_answer',
    message: 'Something answered that is no S3 service.',
    hint: 'Check the endpoint: a web page, a proxy or another service answers there.',
  },
} as const satisfies Record<string, Meaning>;

/** The protocol's codes, and those of compatible servers. Source: the vendor's table of S3 error codes. */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  InvalidAccessKeyId: meanings.unknownKey,
  SignatureDoesNotMatch: meanings.signature,
  AuthorizationHeaderMalformed: meanings.zone,
  AuthorizationQueryParametersError: meanings.signature,
  InvalidToken: meanings.session,
  ExpiredToken: meanings.session,
  RequestTimeTooSkewed: meanings.clock,
  RequestExpired: meanings.clock,
  AccessDenied: meanings.permission,
  AllAccessDisabled: meanings.account,
  AccountProblem: meanings.account,
  NotSignedUp: meanings.account,
  InvalidPayer: meanings.account,
  NoSuchBucket: meanings.noBucket,
  PermanentRedirect: meanings.zone,
  TemporaryRedirect: meanings.zone,
  Redirect: meanings.zone,
  IllegalLocationConstraintException: meanings.zone,
  IncorrectEndpoint: meanings.zone,
  NoSuchUpload: meanings.noUpload,
  EntityTooLarge: meanings.tooLarge,
  KeyTooLongError: meanings.key,
  InvalidURI: meanings.key,
  PreconditionFailed: meanings.changed,
  BadDigest: meanings.corrupted,
  InvalidPart: meanings.corrupted,
  XAmzContentSHA256Mismatch: meanings.corrupted,
  QuotaExceeded: meanings.full,
  XMinioStorageFull: meanings.full,
  SlowDown: meanings.throttled,
  ServiceUnavailable: meanings.unavailable,
  Throttling: meanings.throttled,
  ThrottlingException: meanings.throttled,
  RequestLimitExceeded: meanings.throttled,
  TooManyRequests: meanings.throttled,
  InternalError: meanings.unavailable,
  OperationAborted: meanings.unavailable,
  RequestTimeout: meanings.timeout,
  IncompleteBody: meanings.broken,
  NotImplemented: meanings.notOffered,
  MethodNotAllowed: meanings.notOffered,
  BucketAlreadyExists: {
    code: 'bucket_exists',
    message: 'A bucket of this name exists.',
    hint: 'Bucket names are shared by everyone: choose another.',
  },
  BucketAlreadyOwnedByYou: {
    code: 'bucket_exists',
    message: 'You have a bucket of this name already.',
    hint: 'Use it, or choose another name.',
  },
  BucketNotEmpty: {
    code: 'bucket_not_empty',
    message: 'The bucket is not empty.',
    hint: 'Delete its objects and abort its uploads first.',
  },
  InvalidBucketName: {
    code: 'invalid_bucket_name',
    message: 'The storage does not take this name of a bucket.',
    hint: 'Use 3 to 63 lower-case letters, digits and hyphens.',
  },
};

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  301: meanings.zone,
  307: meanings.zone,
  308: meanings.zone,
  408: meanings.timeout,
  412: meanings.changed,
  429: meanings.throttled,
  507: meanings.full,
};

export interface S3Failure {
  status: number;
  /** Of the error document; undefined where there was none. */
  remoteCode: string | undefined;
  requestId: string | undefined;
  retryAfterMs: number | undefined;
}

/** What an answer that is an error means; `key` is the object that was asked for, if any. */
export function s3Error(failure: S3Failure, key: string | undefined): SampanError {
  const { status, remoteCode, requestId, retryAfterMs } = failure;
  const parameters = {
    status,
    ...(remoteCode !== undefined && { remoteCode }),
    ...(requestId !== undefined && { requestId }),
    ...(key !== undefined && { key }),
  };
  if (remoteCode === 'NoSuchKey' && key !== undefined) {
    return new SampanError('object_not_found', `There is no object ${JSON.stringify(key)}.`, { parameters });
  }
  if (remoteCode === 'InvalidRange' || status === 416) return rangeNotSatisfiable(key ?? '', 0);
  const known = remoteCode !== undefined && Object.hasOwn(BY_CODE, remoteCode) ? BY_CODE[remoteCode] : undefined;
  const meaning: Meaning = known ?? BY_STATUS[status] ?? unnamed(status, remoteCode);
  const named = remoteCode === undefined ? `status ${status}` : remoteCode;
  return new SampanError(meaning.code, `${meaning.message.slice(0, -1)} (${named}).`, {
    hint: meaning.hint,
    retryable: meaning.retryable ?? false,
    parameters,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function unnamed(status: number, remoteCode: string | undefined): Meaning {
  if (status >= 500) return meanings.unavailable;
  if (remoteCode === undefined) return meanings.foreign;
  return {
    code: 'request_refused',
    message: 'The storage refuses the request.',
    hint: 'Look the code up in the documentation of the vendor, with the request id at hand.',
  };
}

export function foreignAnswer(what: string): SampanError {
  return new SampanError('unexpected_answer', `Something answered that is no S3 service: ${what}.`, {
    hint: meanings.foreign.hint,
  });
}
