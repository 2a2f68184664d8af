import { createHmac } from 'node:crypto';
import { decodeCanonicalBase64, equalInConstantTime } from './base64.ts';
import { percentEncode } from './percent.ts';

/** Name on the wire of the HMAC that is used. */
export type QingzhouSignatureMethod = 'HMAC-SHA1' | 'HMAC-SHA256';

const HASHES: Readonly<Record<QingzhouSignatureMethod, { hash: string; bytes: number }>> = {
  'HMAC-SHA1': { hash: 'sha1', bytes: 20 },
  'HMAC-SHA256': { hash: 'sha256', bytes: 32 },
};

export const QINGZHOU_CLOCK_WINDOW_MS = 15 * 60_000;

/** Decoded parameters of query and body together. */
export type RpcParameters = Readonly<Record<string, string>>;

/** Percent-encoding of RFC 3986: all but letters, digits and `-_.~`, in capitals. Throws `URIError` for half a surrogate pair. */
export const rpcEncode = percentEncode;

/** Sorted by name, encoded, joined: the canonical query, and also what is sent. */
export function encodeRpcParameters(parameters: RpcParameters): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${rpcEncode(name)}=${rpcEncode(parameters[name] ?? '')}`)
    .join('&');
}

function decodePart(part: string): string {
  return decodeURIComponent(part.replaceAll('+', ' '));
}

/**
 * Decoded parameters of a raw query and a raw form body. A malformed escape and a name that occurs twice are refused:
 * two readers could take different ones of the two.
 */
export function readRpcParameters(
  query: string,
  body = '',
): { ok: true; parameters: RpcParameters } | { ok: false; reason: 'malformed_parameter' | 'repeated_parameter' } {
  const parameters: Record<string, string> = Object.create(null);
  for (const pair of [...query.split('&'), ...body.split('&')]) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    let name: string;
    let value: string;
    try {
      name = decodePart(equals < 0 ? pair : pair.slice(0, equals));
      value = equals < 0 ? '' : decodePart(pair.slice(equals + 1));
    } catch {
      return { ok: false, reason: 'malformed_parameter' };
    }
    if (name in parameters) return { ok: false, reason: 'repeated_parameter' };
    parameters[name] = value;
  }
  return { ok: true, parameters };
}

/** `METHOD&%2F&…`: the path is always `/`, whatever path is called. `Signature` itself is left out. */
export function qingzhouStringToSign(method: string, parameters: RpcParameters): string {
  const signed = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'Signature'));
  return `${method}&%2F&${rpcEncode(encodeRpcParameters(signed))}`;
}

function hmac(method: string, parameters: RpcParameters, secret: string, how: QingzhouSignatureMethod): Buffer {
  return createHmac(HASHES[how].hash, `${secret}&`).update(qingzhouStringToSign(method, parameters), 'utf8').digest();
}

/**
 * The parameter `Signature` (signature version 1.0), base64. `SignatureMethod` among the parameters says which HMAC,
 * HMAC-SHA1 when absent. The profile is assumed; see the README.
 */
export function signQingzhou(method: string, parameters: RpcParameters, accessKeySecret: string): string {
  const how = parameters.SignatureMethod ?? 'HMAC-SHA1';
  if (!isSignatureMethod(how)) throw new TypeError('SignatureMethod must be HMAC-SHA1 or HMAC-SHA256');
  return hmac(method, parameters, accessKeySecret, how).toString('base64');
}

/** True when `parameters.Signature` is the one; compared in constant time. Never throws. */
export function verifyQingzhouSignature(method: string, parameters: RpcParameters, accessKeySecret: string): boolean {
  const how = parameters.SignatureMethod;
  if (how === undefined || !isSignatureMethod(how)) return false;
  const given = decodeCanonicalBase64(parameters.Signature ?? '', HASHES[how].bytes);
  if (!given) return false;
  try {
    return equalInConstantTime(hmac(method, parameters, accessKeySecret, how), given);
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

function isSignatureMethod(text: string): text is QingzhouSignatureMethod {
  return Object.hasOwn(HASHES, text);
}

/** `2024-06-01T08:00:00Z`. */
export function formatRpcTimestamp(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since 1970 UTC, or null when the text is not exactly of that form or no such date exists. */
export function parseRpcTimestamp(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null;
  const instant = Date.parse(text);
  return Number.isNaN(instant) || formatRpcTimestamp(instant) !== text ? null : instant;
}

export type QingzhouRefusal =
  | { reason: 'missing_parameter'; parameter: string }
  | { reason: 'bad_timestamp' }
  | { reason: 'bad_signature_method' }
  | { reason: 'malformed_signature' }
  | { reason: 'clock_skew'; skewMs: number };

export interface QingzhouRequest {
  accessKeyId: string;
  nonce: string;
  /** Milliseconds since 1970 UTC. */
  timestamp: number;
  /** The client's clock minus ours, milliseconds. */
  skewMs: number;
}

const NEEDED = ['AccessKeyId', 'SignatureMethod', 'SignatureVersion', 'SignatureNonce', 'Timestamp', 'Signature'];

/**
 * First half of verifying, before any key is looked up: all signing parameters there and well formed, clock within 15
 * minutes. Second half: look the secret up, `verifyQingzhouSignature`, and only then remember the nonce (a stranger
 * must not be able to burn one).
 */
export function readQingzhouRequest(
  parameters: RpcParameters,
  now: number,
  windowMs: number = QINGZHOU_CLOCK_WINDOW_MS,
): ({ ok: true } & QingzhouRequest) | ({ ok: false } & QingzhouRefusal) {
  for (const parameter of NEEDED) {
    if (!parameters[parameter]) return { ok: false, reason: 'missing_parameter', parameter };
  }
  const { AccessKeyId = '', SignatureMethod = '', SignatureNonce = '', Timestamp = '', Signature = '' } = parameters;
  if (!isSignatureMethod(SignatureMethod) || parameters.SignatureVersion !== '1.0') {
    return { ok: false, reason: 'bad_signature_method' };
  }
  const timestamp = parseRpcTimestamp(Timestamp);
  if (timestamp === null) return { ok: false, reason: 'bad_timestamp' };
  if (!decodeCanonicalBase64(Signature, HASHES[SignatureMethod].bytes)) {
    return { ok: false, reason: 'malformed_signature' };
  }
  const skewMs = timestamp - now;
  if (Math.abs(skewMs) > windowMs) return { ok: false, reason: 'clock_skew', skewMs };
  return { ok: true, accessKeyId: AccessKeyId, nonce: SignatureNonce, timestamp, skewMs };
}
