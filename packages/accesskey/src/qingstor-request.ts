import { readQuery, splitTarget } from './percent.ts';
import type { QingStorSignedParts } from './qingstor.ts';

export const QINGSTOR_CLOCK_WINDOW_MS = 15 * 60_000;

export type QingStorRefusal =
  /** Neither the header nor the three query parameters: an anonymous request. */
  | { reason: 'unsigned' }
  | { reason: 'malformed_authorization' }
  | { reason: 'malformed_query' }
  | { reason: 'missing_date' }
  | { reason: 'bad_date' }
  | { reason: 'clock_skew'; skewMs: number }
  | { reason: 'expired'; expiredMs: number };

export interface ReadQingStorRequest {
  accessKeyId: string;
  signature: string;
  parts: QingStorSignedParts;
}

const RFC_1123 = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$/;

/** Milliseconds since 1970 UTC, or null when it is not a date of RFC 1123. */
export function parseQingStorDate(text: string): number | null {
  const instant = RFC_1123.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

function header(headers: QingStorSignedParts['headers'], wanted: string): string | undefined {
  for (const [name, value] of Object.entries(headers ?? {})) if (name.toLowerCase() === wanted) return value?.trim();
  return undefined;
}

/**
 * First half of verifying, before any key is looked up: which key, which signature, over what; clock within 15 minutes,
 * a presigned URL not expired. Second half: look the secret up, then `verifyQingStorSignature`.
 *
 * @param now milliseconds since 1970 UTC
 */
export function readQingStorRequest(
  request: Omit<QingStorSignedParts, 'expires'>,
  now: number,
  windowMs: number = QINGSTOR_CLOCK_WINDOW_MS,
): ({ ok: true } & ReadQingStorRequest) | ({ ok: false } & QingStorRefusal) {
  let query: Map<string, string>;
  try {
    query = new Map(readQuery(splitTarget(request.target).query));
  } catch {
    return { ok: false, reason: 'malformed_query' };
  }
  const authorization = header(request.headers, 'authorization');
  if (authorization !== undefined) {
    const [, accessKeyId, signature] = /^QS ([^\s:]{1,128}):(\S+)$/.exec(authorization) ?? [];
    if (!accessKeyId || !signature) return { ok: false, reason: 'malformed_authorization' };
    const date = header(request.headers, 'x-qs-date') ?? header(request.headers, 'date');
    if (!date) return { ok: false, reason: 'missing_date' };
    const instant = parseQingStorDate(date);
    if (instant === null) return { ok: false, reason: 'bad_date' };
    const skewMs = instant - now;
    if (Math.abs(skewMs) > windowMs) return { ok: false, reason: 'clock_skew', skewMs };
    return { ok: true, accessKeyId, signature, parts: request };
  }
  const [accessKeyId, expires, signature] = ['access_key_id', 'expires', 'signature'].map((name) => query.get(name));
  if (signature === undefined && accessKeyId === undefined) return { ok: false, reason: 'unsigned' };
  if (!accessKeyId || !signature || !/^\d{1,12}$/.test(expires ?? '')) {
    return { ok: false, reason: 'malformed_authorization' };
  }
  const expiredMs = now - Number(expires) * 1000;
  if (expiredMs > 0) return { ok: false, reason: 'expired', expiredMs };
  return { ok: true, accessKeyId, signature, parts: { ...request, expires: Number(expires) } };
}
