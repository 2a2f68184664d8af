import { createHash, createHmac } from 'node:crypto';
import { equalInConstantTime } from './base64.ts';
import { hasControlCharacter } from './control-character.ts';
import { byCodeUnit, percentEncode, percentEncodePath, readQuery, splitTarget } from './percent.ts';

export const S3V4_ALGORITHM = 'AWS4-HMAC-SHA256';

/** Payload "hash" of a body that is not signed, as every presigned URL has it. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** What a signing key is good for: one day, one region, one service. */
export interface S3V4Scope {
  /** `20130524`. */
  date: string;
  region: string;
  service: string;
}

/** Everything that a signature depends on. */
export interface S3V4SignedParts {
  /** As on the wire, upper case. */
  method: string;
  /** Path and query exactly as on the wire, still percent-encoded. */
  target: string;
  /** Names in any case; those in `signedHeaders` count. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Lower case. */
  signedHeaders: readonly string[];
  /** Hex SHA-256 of the body, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-…` words: the header `X-Amz-Content-Sha256`. */
  payloadHash: string;
  /** `20130524T000000Z`. */
  timestamp: string;
  scope: S3V4Scope;
}

export interface S3V4Key {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** `20130524T000000Z`, from milliseconds since 1970 UTC. */
export function formatS3Timestamp(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** Milliseconds since 1970 UTC, or null when the text is not of that form or no such time exists. */
export function parseS3Timestamp(text: string): number | null {
  const [, ...fields] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (fields.length === 0) return null;
  const [year, month, day, hour, minute, second] = fields;
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant) || formatS3Timestamp(instant) !== text ? null : instant;
}

export const s3Scope = (scope: S3V4Scope) => `${scope.date}/${scope.region}/${scope.service}/aws4_request`;

export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function canonicalHeaders({ headers, signedHeaders }: S3V4SignedParts): string {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) values.set(name.toLowerCase(), value);
  }
  return [...signedHeaders]
    .sort(byCodeUnit)
    .map((name) => {
      const value = values.get(name) ?? '';
      if (hasControlCharacter(value)) throw new TypeError(`the header ${name} holds a control character`);
      return `${name}:${value.trim().replace(/ +/g, ' ')}\n`;
    })
    .join('');
}

function canonicalQuery(query: string): string {
  return readQuery(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort((left, right) => byCodeUnit(left[0], right[0]) || byCodeUnit(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** The canonical request. S3 takes the path as it was encoded once, without folding `..` or `//`. */
export function s3CanonicalRequest(parts: S3V4SignedParts, path: string = splitTarget(parts.target).path): string {
  return [
    parts.method,
    path,
    canonicalQuery(splitTarget(parts.target).query),
    canonicalHeaders(parts),
    [...parts.signedHeaders].sort(byCodeUnit).join(';'),
    parts.payloadHash,
  ].join('\n');
}

function stringToSign(parts: S3V4SignedParts, canonicalRequest: string): string {
  return [S3V4_ALGORITHM, parts.timestamp, s3Scope(parts.scope), sha256Hex(canonicalRequest)].join('\n');
}

const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text, 'utf8').digest();

/** The key of one day, region and service; also what signs the chunks of a streamed body. */
export function s3SigningKey(secretAccessKey: string, scope: S3V4Scope): Buffer {
  const parts = [scope.date, scope.region, scope.service, 'aws4_request'];
  return parts.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`, 'utf8'));
}

/**
 * The signature, hex. Source: AWS's "Authenticating Requests: Using the Authorization Header" and "… Query Parameters".
 * Throws `TypeError` for a control character in a header, `URIError` for a malformed query.
 */
export function signS3V4(parts: S3V4SignedParts, secretAccessKey: string): string {
  const key = s3SigningKey(secretAccessKey, parts.scope);
  return hmac(key, stringToSign(parts, s3CanonicalRequest(parts))).toString('hex');
}

/**
 * True when `signature` is the one; compared in constant time. Never throws. A path that was sent less encoded than
 * S3's own rules want is accepted in its fully encoded form as well, as S3 does.
 */
export function verifyS3V4Signature(parts: S3V4SignedParts, secretAccessKey: string, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  const given = Buffer.from(signature, 'hex');
  try {
    const key = s3SigningKey(secretAccessKey, parts.scope);
    const { path } = splitTarget(parts.target);
    return [path, percentEncodePath(decodeURIComponent(path))].some((form) =>
      equalInConstantTime(hmac(key, stringToSign(parts, s3CanonicalRequest(parts, form))), given),
    );
  } catch (error) {
    if (error instanceof TypeError || error instanceof URIError) return false;
    throw error;
  }
}

export interface S3V4Request {
  method: string;
  target: string;
  /** `Host` must be among them: it is always signed. */
  headers: Readonly<Record<string, string | undefined>>;
  region: string;
  /** `s3` when absent. */
  service?: string;
}

function mustHaveHost(headers: S3V4Request['headers']): void {
  if (!Object.keys(headers).some((name) => name.toLowerCase() === 'host')) throw new TypeError('Host is always signed');
}

function scopeOf(request: S3V4Request, timestamp: string): S3V4Scope {
  return { date: timestamp.slice(0, 8), region: request.region, service: request.service ?? 's3' };
}

/**
 * The headers that sign a request, to be added to its own: `Authorization`, `X-Amz-Date`, `X-Amz-Content-Sha256` and,
 * with a session token, `X-Amz-Security-Token`. All given headers are signed.
 *
 * @param payloadHash hex SHA-256 of the body, or `UNSIGNED_PAYLOAD`
 * @param now milliseconds since 1970 UTC
 */
export function signS3V4Headers(
  key: S3V4Key,
  request: S3V4Request & { payloadHash: string },
  now: number,
): Record<string, string> {
  mustHaveHost(request.headers);
  const timestamp = formatS3Timestamp(now);
  const added: Record<string, string> = {
    'X-Amz-Content-Sha256': request.payloadHash,
    'X-Amz-Date': timestamp,
    ...(key.sessionToken !== undefined && { 'X-Amz-Security-Token': key.sessionToken }),
  };
  const headers = { ...request.headers, ...added };
  const signedHeaders = Object.keys(headers)
    .filter((name) => headers[name as keyof typeof headers] !== undefined)
    .map((name) => name.toLowerCase())
    .sort(byCodeUnit);
  const scope = scopeOf(request, timestamp);
  const signature = signS3V4({ ...request, headers, signedHeaders, timestamp, scope }, key.secretAccessKey);
  const Authorization = `${S3V4_ALGORITHM} Credential=${key.accessKeyId}/${s3Scope(scope)}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return { Authorization, ...added };
}

/** The target of a presigned URL, good for `expiresSeconds` (at most 7 days) from `now`. All given headers are signed. */
export function presignS3V4(key: S3V4Key, request: S3V4Request & { expiresSeconds: number }, now: number): string {
  mustHaveHost(request.headers);
  const timestamp = formatS3Timestamp(now);
  const scope = scopeOf(request, timestamp);
  const signedHeaders = Object.keys(request.headers)
    .map((name) => name.toLowerCase())
    .sort(byCodeUnit);
  const added = {
    'X-Amz-Algorithm': S3V4_ALGORITHM,
    'X-Amz-Credential': `${key.accessKeyId}/${s3Scope(scope)}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(request.expiresSeconds),
    'X-Amz-SignedHeaders': signedHeaders.join(';'),
    ...(key.sessionToken !== undefined && { 'X-Amz-Security-Token': key.sessionToken }),
  };
  const query = Object.entries(added)
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&');
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${query}`;
  const parts = { ...request, target, signedHeaders, payloadHash: UNSIGNED_PAYLOAD, timestamp, scope };
  return `${target}&X-Amz-Signature=${signS3V4(parts, key.secretAccessKey)}`;
}
