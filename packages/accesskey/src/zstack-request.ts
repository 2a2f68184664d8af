import { decodeCanonicalBase64 } from './base64.ts';
import { hasControlCharacter } from './control-character.ts';
import type { ZStackSignedParts } from './zstack.ts';
import { checkZStackDate, type ZStackDateOptions } from './zstack-date.ts';

export type ZStackRefusal =
  | 'missing_authorization'
  | 'wrong_scheme'
  | 'malformed_authorization'
  | 'repeated_header'
  | 'missing_date'
  | 'bad_date'
  | 'clock_skew'
  | 'bad_request_line'
  | 'bad_content_hash'
  | 'unknown_access_key'
  | 'wrong_signature';

/**
 * How ZStack answers each refusal, as plain text; for the compatible API. Both SDKs look for the words
 * `access key id` and `wrong accessKey signature`; the misspelt `incuded` is the vendor's.
 */
export const zstackRefusals: Readonly<Record<ZStackRefusal, { status: number; text: string }>> = {
  missing_authorization: { status: 400, text: "missing header 'Authorization'" },
  wrong_scheme: { status: 400, text: "Authorization type must be 'OAuth'" },
  malformed_authorization: { status: 400, text: "accessKey format is 'ZStack AccessKeyId:Signature'" },
  repeated_header: { status: 400, text: 'a header of the signature occurs more than once' },
  missing_date: { status: 400, text: "'Date' must be incuded in request header" },
  bad_date: { status: 400, text: "'Date' format error, correct format is 'EEE, dd MMM yyyy HH:mm:ss z'" },
  clock_skew: { status: 403, text: 'requestTimeTooSkewed' },
  bad_request_line: { status: 400, text: 'the request line cannot be signed' },
  bad_content_hash: { status: 400, text: 'X-Sampan-Content-SHA256 must be 64 lower-case hex characters' },
  unknown_access_key: { status: 403, text: 'no enabled key has this access key id' },
  wrong_signature: { status: 403, text: 'wrong accessKey signature' },
};

type Refused = { ok: false; reason: ZStackRefusal; skewMs?: number };
/** A header's value as Node gives it; pass `headersDistinct`, so that a repeated header is seen. */
type HeaderValue = string | readonly string[] | undefined;

export interface ZStackRequest {
  method: string;
  /** The request's target as on the wire, e.g. `/zstack/v1/vm-instances?limit=1`. */
  target: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, HeaderValue>>;
  /** Removed from the front of the path before verifying the plain scheme, e.g. `/zstack`. */
  contextPath?: string;
}

export type ReadZStackRequest =
  | {
      ok: true;
      accessKeyId: string;
      signature: string;
      /** Hand to `verifyZStackSignature` with the secret of `accessKeyId`. */
      parts: ZStackSignedParts;
      /** The client's clock minus ours, milliseconds. */
      skewMs: number;
      /** With it the caller must compare the body's hash; null in the plain scheme, which binds no body. */
      contentSha256: string | null;
    }
  | Refused;

function single(value: HeaderValue): { ok: true; text: string | null } | Refused {
  if (value === undefined) return { ok: true, text: null };
  if (typeof value === 'string') return { ok: true, text: value };
  if (value.length > 1) return { ok: false, reason: 'repeated_header' };
  return { ok: true, text: value[0] ?? null };
}

/** Reads `ZStack <id>:<signature>`: one id, one signature, canonical base64 of 20 bytes, nothing else. */
export function parseZStackAuthorization(
  header: string,
): { ok: true; accessKeyId: string; signature: string } | Refused {
  const text = header.trim();
  if (!/^ZStack(?:\s|$)/.test(text)) return { ok: false, reason: 'wrong_scheme' };
  const match = /^ZStack[ \t]+([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{27}=)$/.exec(text);
  const [, accessKeyId, signature] = match ?? [];
  if (accessKeyId === undefined || signature === undefined || !decodeCanonicalBase64(signature, 20)) {
    return { ok: false, reason: 'malformed_authorization' };
  }
  return { ok: true, accessKeyId, signature };
}

/** The path that the plain scheme signs: context path off, escapes decoded, doubled slashes kept; null if it cannot be. */
export function zstackSignedPath(rawPath: string, contextPath = ''): string | null {
  const inside = contextPath !== '' && (rawPath === contextPath || rawPath.startsWith(`${contextPath}/`));
  try {
    const path = decodeURIComponent(inside ? rawPath.slice(contextPath.length) : rawPath);
    return hasControlCharacter(path) ? null : path;
  } catch {
    return null;
  }
}

/**
 * First half of verifying: reads header, date and request line, in the vendor's order, before any key is looked up.
 * Second half: look the secret up, then `verifyZStackSignature(parts, secret, signature)`, then compare the body with
 * `contentSha256`.
 */
export function readZStackRequest(
  request: ZStackRequest,
  now: number,
  options: ZStackDateOptions = {},
): ReadZStackRequest {
  const authorization = single(request.headers.authorization);
  if (!authorization.ok) return authorization;
  if (authorization.text === null) return { ok: false, reason: 'missing_authorization' };
  const key = parseZStackAuthorization(authorization.text);
  if (!key.ok) return key;

  const date = single(request.headers.date);
  if (!date.ok) return date;
  if (date.text === null || date.text.trim() === '') return { ok: false, reason: 'missing_date' };
  const clock = checkZStackDate(date.text.trim(), now, options);
  if (!clock.ok) return clock;

  const contentHash = single(request.headers['x-sampan-content-sha256']);
  if (!contentHash.ok) return contentHash;
  const idempotencyKey = single(request.headers['idempotency-key']);
  if (!idempotencyKey.ok) return idempotencyKey;
  if (contentHash.text !== null && !/^[0-9a-f]{64}$/.test(contentHash.text)) {
    return { ok: false, reason: 'bad_content_hash' };
  }

  const extended = contentHash.text !== null;
  const mark = request.target.indexOf('?');
  const rawPath = mark < 0 ? request.target : request.target.slice(0, mark);
  const query = mark < 0 ? '' : request.target.slice(mark + 1);
  const path = extended ? rawPath : zstackSignedPath(rawPath, request.contextPath);
  const lines = [request.method, path ?? '\n', query, idempotencyKey.text ?? ''];
  if (path === null || !/^[A-Z]{1,16}$/.test(request.method) || lines.some(hasControlCharacter)) {
    return { ok: false, reason: 'bad_request_line' };
  }

  const common = { method: request.method, date: date.text.trim(), path };
  return {
    ok: true,
    accessKeyId: key.accessKeyId,
    signature: key.signature,
    skewMs: clock.skewMs,
    contentSha256: contentHash.text,
    parts:
      contentHash.text === null
        ? common
        : {
            ...common,
            extended: { query, contentSha256: contentHash.text, idempotencyKey: idempotencyKey.text ?? '' },
          },
  };
}
