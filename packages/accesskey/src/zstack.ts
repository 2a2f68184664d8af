import { createHash, createHmac } from 'node:crypto';
import { decodeCanonicalBase64, equalInConstantTime } from './base64.ts';
import { hasControlCharacter } from './control-character.ts';

/** Length of an HMAC-SHA1 in bytes. */
const SIGNATURE_BYTES = 20;

/**
 * What Sampan's own API signs besides: the request's header `X-Sampan-Content-SHA256` announces it. ZStack's scheme
 * itself binds neither query nor body.
 */
export interface ExtendedPart {
  /** The query as on the wire, without `?`; empty when there is none. */
  query: string;
  /** Hex SHA-256 of the body's bytes, lower case; of no bytes when there is no body. */
  contentSha256: string;
  /** The header `Idempotency-Key`; empty when there is none. */
  idempotencyKey: string;
}

/** Everything that a signature of ZStack's scheme depends on. */
export interface ZStackSignedParts {
  /** As on the wire, upper case. */
  method: string;
  /** The header `Date` to the letter. */
  date: string;
  /**
   * Plain scheme: the percent-decoded path without the context path (`/v1/vm-instances`, not `/zstack/v1/…`) and
   * without the query. With `extended`: the path exactly as on the wire.
   */
  path: string;
  extended?: ExtendedPart | undefined;
}

// Lines must stay lines: with a line feed inside one, a path could pass for a path, a query and a hash.
function assertOneLine(name: string, text: string): string {
  if (hasControlCharacter(text)) throw new TypeError(`${name} of a signed request holds a control character`);
  return text;
}

/**
 * The text that is signed: `METHOD\nDATE\nPATH`, and with `extended` three more lines, so that adding or dropping the
 * header that announces them breaks the signature.
 *
 * Source: ZStack's "API Call with AccessKey". Throws `TypeError` when a part holds a control character.
 */
export function zstackStringToSign(parts: ZStackSignedParts): string {
  const lines = [
    assertOneLine('method', parts.method),
    assertOneLine('date', parts.date),
    assertOneLine('path', parts.path),
  ];
  if (parts.extended) {
    lines.push(
      assertOneLine('query', parts.extended.query),
      assertOneLine('content hash', parts.extended.contentSha256),
      assertOneLine('idempotency key', parts.extended.idempotencyKey),
    );
  }
  return lines.join('\n');
}

function hmac(parts: ZStackSignedParts, accessKeySecret: string): Buffer {
  return createHmac('sha1', accessKeySecret).update(zstackStringToSign(parts), 'utf8').digest();
}

/** The signature, base64. */
export function signZStack(parts: ZStackSignedParts, accessKeySecret: string): string {
  return hmac(parts, accessKeySecret).toString('base64');
}

/** True when `signature` is the one, canonically written; compared in constant time. Never throws. */
export function verifyZStackSignature(parts: ZStackSignedParts, accessKeySecret: string, signature: string): boolean {
  const given = decodeCanonicalBase64(signature, SIGNATURE_BYTES);
  if (!given) return false;
  try {
    return equalInConstantTime(hmac(parts, accessKeySecret), given);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The value of the header `Authorization`. Throws `TypeError` for an id that could not be read back out of it. */
export function formatZStackAuthorization(accessKeyId: string, signature: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(accessKeyId)) throw new TypeError('this AccessKey ID cannot stand in a header');
  return `ZStack ${accessKeyId}:${signature}`;
}

/** Lower-case hex SHA-256 of a body, for `X-Sampan-Content-SHA256`. */
export function contentSha256(body: Uint8Array | string): string {
  return createHash('sha256').update(body).digest('hex');
}

/**
 * The headers of one signed request to Sampan's own API (with query, body and idempotency key bound) or, without
 * `extended`, of one to a ZStack-compatible API.
 */
export function signZStackHeaders(
  key: { accessKeyId: string; accessKeySecret: string },
  parts: ZStackSignedParts,
): Record<string, string> {
  return {
    Date: parts.date,
    Authorization: formatZStackAuthorization(key.accessKeyId, signZStack(parts, key.accessKeySecret)),
    ...(parts.extended && { 'X-Sampan-Content-SHA256': parts.extended.contentSha256 }),
    ...(parts.extended?.idempotencyKey && { 'Idempotency-Key': parts.extended.idempotencyKey }),
  };
}
