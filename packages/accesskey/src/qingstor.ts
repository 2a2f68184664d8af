import { createHmac } from 'node:crypto';
import { decodeCanonicalBase64, equalInConstantTime } from './base64.ts';
import { hasControlCharacter } from './control-character.ts';
import { byCodeUnit, percentEncode, percentEncodePath, readQuery, splitTarget } from './percent.ts';

/** Length of an HMAC-SHA256 in bytes. */
const SIGNATURE_BYTES = 32;

/** Query parameters that are signed; all others are free. Source: the vendor's SDKs. */
const SIGNED_PARAMETERS: ReadonlySet<string> = new Set([
  ...['acl', 'append', 'cname', 'cors', 'delete', 'image', 'lifecycle', 'logging', 'mirror', 'notification'],
  ...['part_number', 'policy', 'position', 'replication', 'stats', 'upload_id', 'uploads'],
  ...['versioning', 'version_id', 'versions'],
  ...['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'].map(
    (name) => `response-${name}`,
  ),
]);

/** Signed by the newest SDKs only; the Go SDK v3 and the JS SDK leave them out. */
const YOUNG_PARAMETERS: ReadonlySet<string> = new Set([
  ...['append', 'position', 'cname', 'replication', 'versioning', 'version_id', 'versions'],
]);

export type QingStorHeaders = Readonly<Record<string, string | undefined>>;

/** Everything that a QingStor signature depends on. */
export interface QingStorSignedParts {
  /** As on the wire, upper case. */
  method: string;
  /** Path and query exactly as on the wire, still percent-encoded, e.g. `/bucket/a%20b?acl`; not the absolute form. */
  target: string;
  /** The bucket when its name is in the host (`<bucket>.<zone>.qingstor.com`); absent for path style. */
  virtualHostBucket?: string | undefined;
  /** Names in any case; of them count `Content-MD5`, `Content-Type`, `Date` and all that begin with `x-qs-`. */
  headers?: QingStorHeaders | undefined;
  /** Seconds since 1970 UTC: makes it the signature of a presigned URL, without a date. */
  expires?: number | undefined;
}

export interface QingStorKey {
  accessKeyId: string;
  secretAccessKey: string;
}

function lowerCased(headers: QingStorHeaders = {}): Map<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (hasControlCharacter(value)) throw new TypeError(`the header ${name} holds a control character`);
    result.set(name.toLowerCase(), value.trim());
  }
  return result;
}

function canonicalQuery(query: string, isSigned: (name: string) => boolean): string {
  const parameters = readQuery(query)
    .filter(([name]) => isSigned(name))
    .sort(([left], [right]) => byCodeUnit(left, right))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return parameters.length === 0 ? '' : `?${parameters.join('&')}`;
}

function head(parts: QingStorSignedParts): string {
  const headers = lowerCased(parts.headers);
  const date = headers.has('x-qs-date') ? '' : (headers.get('date') ?? '');
  const own = [...headers.keys()].filter((name) => name.startsWith('x-qs-')).sort(byCodeUnit);
  return [
    parts.method,
    headers.get('content-md5') ?? '',
    headers.get('content-type') ?? '',
    parts.expires === undefined ? date : String(parts.expires),
    ...own.map((name) => `${name}:${headers.get(name)}`),
    '',
  ].join('\n');
}

function canonicalPath(parts: QingStorSignedParts): string {
  const { path } = splitTarget(parts.target);
  if (!path.startsWith('/') || hasControlCharacter(path))
    throw new TypeError('a signed path begins with / on one line');
  return parts.virtualHostBucket === undefined ? path : `/${parts.virtualHostBucket}${path}`;
}

/**
 * The text that is signed: method, Content-MD5, Content-Type, date (or expiry), the `x-qs-` headers, the resource.
 *
 * Sources: the vendor's page on signatures and its Go and JS SDKs. Throws `TypeError` for a control character in a
 * header or path, `URIError` for a malformed query.
 */
export function qingstorStringToSign(parts: QingStorSignedParts): string {
  const { query } = splitTarget(parts.target);
  return head(parts) + canonicalPath(parts) + canonicalQuery(query, (name) => SIGNED_PARAMETERS.has(name));
}

function hmac(text: string, secretAccessKey: string): Buffer {
  return createHmac('sha256', secretAccessKey).update(text, 'utf8').digest();
}

/** The signature, base64. */
export function signQingStor(parts: QingStorSignedParts, secretAccessKey: string): string {
  return hmac(qingstorStringToSign(parts), secretAccessKey).toString('base64');
}

/** `Tue, 15 Nov 1994 08:12:31 GMT`, from milliseconds since 1970 UTC. */
export function formatQingStorDate(instant: number): string {
  return new Date(instant).toUTCString();
}

/** The value of `Authorization`. Throws `TypeError` for an id that could not be read back out of it. */
export function formatQingStorAuthorization(accessKeyId: string, signature: string): string {
  if (!/^[^\s:]{1,128}$/.test(accessKeyId)) throw new TypeError('this access key id cannot stand in a header');
  return `QS ${accessKeyId}:${signature}`;
}

/**
 * The two headers that sign a request: `Date` (left out where the request has `x-qs-date`) and `Authorization`.
 *
 * @param now milliseconds since 1970 UTC; used when the request has no date of its own
 */
export function signQingStorHeaders(key: QingStorKey, parts: QingStorSignedParts, now: number): Record<string, string> {
  const headers = lowerCased(parts.headers);
  const own: Record<string, string> = headers.has('x-qs-date')
    ? {}
    : { Date: headers.get('date') ?? formatQingStorDate(now) };
  const signature = signQingStor({ ...parts, headers: { ...parts.headers, ...own } }, key.secretAccessKey);
  return { ...own, Authorization: formatQingStorAuthorization(key.accessKeyId, signature) };
}

/**
 * The target of a presigned URL: `parts.target` with `access_key_id`, `expires` and `signature` added. Headers that are
 * signed must then be sent with the same values.
 */
export function presignQingStor(key: QingStorKey, parts: QingStorSignedParts & { expires: number }): string {
  if (!Number.isSafeInteger(parts.expires)) throw new TypeError('expires is in whole seconds since 1970');
  const added = [
    `access_key_id=${percentEncode(key.accessKeyId)}`,
    `expires=${parts.expires}`,
    `signature=${percentEncode(signQingStor(parts, key.secretAccessKey))}`,
  ].join('&');
  return `${parts.target}${parts.target.includes('?') ? '&' : '?'}${added}`;
}

/** The field `signature` of a form upload; `policy` is the base64 text of its field `policy`. */
export function signQingStorForm(policy: string, secretAccessKey: string): string {
  return hmac(policy, secretAccessKey).toString('base64');
}

/** The path of a bucket or object in path style, encoded so that every server reads the same key. */
export function qingstorPath(bucket: string, key = ''): string {
  return `/${percentEncode(bucket)}${key === '' ? '' : `/${percentEncodePath(key)}`}`;
}

/** Every text that a client in use may have signed for this request; the first is the documented one. */
function acceptedTexts(parts: QingStorSignedParts): string[] {
  const { path, query } = splitTarget(parts.target);
  const full = canonicalPath(parts);
  // The JS SDK signs an empty bucket path without its slash when the bucket is in the host.
  const emptyKey = parts.virtualHostBucket === undefined ? /^\/[^/]+\/$/.test(path) : path === '/';
  const paths = emptyKey ? [full, full.slice(0, -1)] : [full];
  const queries = [canonicalQuery(query, (name) => SIGNED_PARAMETERS.has(name))];
  if (parts.expires === undefined) {
    // Not for presigned URLs: whoever holds one could add what its signer did not know.
    const old = (name: string) => SIGNED_PARAMETERS.has(name) && !YOUNG_PARAMETERS.has(name);
    queries.push(canonicalQuery(query, (name) => SIGNED_PARAMETERS.has(name) && name !== 'position'));
    queries.push(canonicalQuery(query, old));
  }
  const begin = head(parts);
  return [...new Set(paths.flatMap((one) => queries.map((other) => begin + one + other)))];
}

/**
 * True when `signature` is the one, canonically written; compared in constant time. Never throws. Accepts what the
 * vendor's older SDKs sign besides the documented text: they know fewer query parameters, and the JS SDK drops a slash.
 */
export function verifyQingStorSignature(
  parts: QingStorSignedParts,
  secretAccessKey: string,
  signature: string,
): boolean {
  const given = decodeCanonicalBase64(signature, SIGNATURE_BYTES);
  if (!given) return false;
  try {
    return acceptedTexts(parts).some((text) => equalInConstantTime(hmac(text, secretAccessKey), given));
  } catch (error) {
    if (error instanceof TypeError || error instanceof URIError) return false;
    throw error;
  }
}

/** The same for the field `signature` of a form upload. */
export function verifyQingStorForm(policy: string, secretAccessKey: string, signature: string): boolean {
  const given = decodeCanonicalBase64(signature, SIGNATURE_BYTES);
  return given !== null && equalInConstantTime(hmac(policy, secretAccessKey), given);
}
