import { readQuery, splitTarget } from './percent.ts';
import { parseS3Timestamp, S3V4_ALGORITHM, type S3V4Scope, type S3V4SignedParts, UNSIGNED_PAYLOAD } from './s3v4.ts';

export const S3V4_CLOCK_WINDOW_MS = 15 * 60_000;
const LONGEST_PRESIGNED_SECONDS = 7 * 24 * 3600;

export type S3V4Refusal =
  | { reason: 'unsigned' }
  | { reason: 'malformed_authorization' }
  | { reason: 'malformed_query' }
  | { reason: 'missing_date' }
  | { reason: 'bad_date' }
  /** `X-Amz-Content-Sha256` is absent from a request that is signed in its headers. */
  | { reason: 'missing_content_sha256' }
  /** `Host`, or a header that begins with `x-amz-`, was sent but not signed. */
  | { reason: 'unsigned_header'; header: string }
  | { reason: 'clock_skew'; skewMs: number }
  | { reason: 'expired'; expiredMs: number };

export interface ReadS3V4Request {
  accessKeyId: string;
  signature: string;
  parts: S3V4SignedParts;
}

type Result = ({ ok: true } & ReadS3V4Request) | ({ ok: false } & S3V4Refusal);

interface Claims {
  credential: string;
  signedHeaders: string;
  signature: string;
}

function claimsOfHeader(authorization: string): Claims | null {
  if (!authorization.startsWith(`${S3V4_ALGORITHM} `)) return null;
  const fields = new Map<string, string>();
  for (const field of authorization.slice(S3V4_ALGORITHM.length).split(',')) {
    const [, name, value] = /^\s*(\w+)=(\S+)\s*$/.exec(field) ?? [];
    if (!name || !value || fields.has(name)) return null;
    fields.set(name, value);
  }
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  return credential && signedHeaders && signature ? { credential, signedHeaders, signature } : null;
}

function scopeOf(credential: string): { accessKeyId: string; scope: S3V4Scope } | null {
  const [, accessKeyId, date, region, service] =
    /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential) ?? [];
  return accessKeyId && date && region && service ? { accessKeyId, scope: { date, region, service } } : null;
}

function firstUnsigned(headers: ReadonlyMap<string, string>, signed: readonly string[]): string | undefined {
  return [...headers.keys()].find((name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name));
}

/**
 * First half of verifying, before any key is looked up: which key, which signature, over what; clock within 15 minutes,
 * a presigned URL not expired. Second half: look the secret up, then `verifyS3V4Signature`. That the body has the hash
 * `parts.payloadHash` is for the caller to check, and so are the signatures of the chunks of a streamed body.
 *
 * @param now milliseconds since 1970 UTC
 */
export function readS3V4Request(
  request: { method: string; target: string; headers: Readonly<Record<string, string | undefined>> },
  now: number,
  windowMs: number = S3V4_CLOCK_WINDOW_MS,
): Result {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name.toLowerCase(), value);
  }
  let query: Map<string, string>;
  try {
    query = new Map(readQuery(splitTarget(request.target).query));
  } catch {
    return { ok: false, reason: 'malformed_query' };
  }
  const authorization = headers.get('authorization');
  const presigned = authorization === undefined;
  if (presigned && !query.has('X-Amz-Algorithm') && !query.has('X-Amz-Signature'))
    return { ok: false, reason: 'unsigned' };
  const claims = presigned
    ? query.get('X-Amz-Algorithm') === S3V4_ALGORITHM && {
        credential: query.get('X-Amz-Credential') ?? '',
        signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
        signature: query.get('X-Amz-Signature') ?? '',
      }
    : claimsOfHeader(authorization);
  const credential = claims && scopeOf(claims.credential);
  if (!claims || !credential) return { ok: false, reason: 'malformed_authorization' };

  const written = presigned ? query.get('X-Amz-Date') : (headers.get('x-amz-date') ?? headers.get('date'));
  if (!written) return { ok: false, reason: 'missing_date' };
  const instant = parseS3Timestamp(written);
  if (instant === null || !written.startsWith(credential.scope.date)) return { ok: false, reason: 'bad_date' };
  const skewMs = instant - now;
  if (skewMs > windowMs) return { ok: false, reason: 'clock_skew', skewMs };
  if (presigned) {
    const seconds = query.get('X-Amz-Expires') ?? '';
    if (!/^\d{1,6}$/.test(seconds) || Number(seconds) > LONGEST_PRESIGNED_SECONDS) {
      return { ok: false, reason: 'malformed_authorization' };
    }
    const expiredMs = now - instant - Number(seconds) * 1000;
    if (expiredMs > 0) return { ok: false, reason: 'expired', expiredMs };
  } else if (skewMs < -windowMs) return { ok: false, reason: 'clock_skew', skewMs };

  const payloadHash = headers.get('x-amz-content-sha256') ?? (presigned ? UNSIGNED_PAYLOAD : undefined);
  if (payloadHash === undefined) return { ok: false, reason: 'missing_content_sha256' };
  const signedHeaders = claims.signedHeaders.split(';');
  const forgotten = firstUnsigned(headers, signedHeaders);
  // Presigning clients send this one without having signed it.
  if (forgotten !== undefined && !(presigned && forgotten === 'x-amz-content-sha256')) {
    return { ok: false, reason: 'unsigned_header', header: forgotten };
  }
  const parts = {
    ...request,
    signedHeaders,
    payloadHash: presigned && !signedHeaders.includes('x-amz-content-sha256') ? UNSIGNED_PAYLOAD : payloadHash,
    timestamp: written,
    scope: credential.scope,
  };
  return { ok: true, accessKeyId: credential.accessKeyId, signature: claims.signature, parts };
}
