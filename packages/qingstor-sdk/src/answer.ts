import { QingStorError, type QingStorErrorCode, type QingStorErrorDetails } from './error.ts';
import { meaningOf } from './error-map.ts';
import { REMEDIES } from './remedies.ts';
import type { AnswerHeaders, WireAnswer } from './transport.ts';

const LONGEST_MESSAGE = 300;
/** How far the service lets clocks differ. */
const CLOCK_WINDOW_MS = 15 * 60_000;

/** A header's first value. */
export function headerOf(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** `Retry-After` in milliseconds: seconds, or a date compared with the answer's own `Date`. */
export function retryAfterOf(headers: AnswerHeaders): number | undefined {
  const text = headerOf(headers, 'retry-after')?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const wait = Date.parse(text) - Date.parse(headerOf(headers, 'date') ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** The zone that a redirect names: `https://<zone>.<host>/<bucket>` or `https://<bucket>.<zone>.<host>/`. */
export function redirectedZone(headers: AnswerHeaders, bucket: string): string | undefined {
  const location = headerOf(headers, 'location');
  const url = location === undefined ? null : URL.parse(location);
  const labels = url?.hostname.split('.') ?? [];
  const zone = labels[0] === bucket ? labels[1] : labels[0];
  return zone !== undefined && /^[a-z]+\d+[a-z]?$/.test(zone) ? zone : undefined;
}

/** What the answer to a request was asked with; for the error. */
export interface Asked {
  bucket: string | undefined;
  key: string | undefined;
  /** Never to be repeated: secrets and signatures. */
  secrets: readonly string[];
  now: number;
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '…')), text);
}

interface Refusal {
  code?: string;
  message?: string;
  request_id?: string;
}

function readRefusal(answer: WireAnswer): Refusal | null {
  try {
    const body: unknown = JSON.parse(answer.body.toString('utf8'));
    if (typeof body !== 'object' || body === null) return null;
    const entries = Object.entries(body).filter(([, value]) => typeof value === 'string');
    return Object.fromEntries(entries) as Refusal;
  } catch {
    return null;
  }
}

function isPage(answer: WireAnswer): boolean {
  const type = headerOf(answer.headers, 'content-type') ?? '';
  return /\bx?html\b/i.test(type) || /^\s*<(?:!doctype|html)/i.test(answer.body.subarray(0, 200).toString('latin1'));
}

/**
 * Whether a page of HTML was answered by something else: what logs people in to a network answers 200 to everything. An
 * object may be HTML too; it has an ETag, and every answer of QingStor has a request id.
 */
export function isForeignPage(answer: WireAnswer): boolean {
  const { headers } = answer;
  return headers.etag === undefined && headers['x-qs-request-id'] === undefined && isPage(answer);
}

function notQingStor(answer: WireAnswer, asked: Asked): QingStorError {
  const { status } = answer;
  return new QingStorError('not_qingstor', `A web page was answered (${status}), not by QingStor`, {
    hint: `${REMEDIES.proxy} ${REMEDIES.endpoint}`,
    retryable: status === 429 || status >= 500,
    httpStatus: status,
    retryAfterMs: retryAfterOf(answer.headers),
    bucket: asked.bucket,
    key: asked.key,
  });
}

/** Says where the bucket is. */
export function wrongZone(bucket: string, zone: string, details: QingStorErrorDetails = {}): QingStorError {
  return new QingStorError('wrong_zone', `The bucket ${bucket} is in the zone ${zone}`, {
    ...details,
    hint: `Make sure the zone matches the region where your bucket was created: set the zone to ${zone}.`,
    bucket,
    zone,
  });
}

/** The error that an answer other than a success is. */
export function refusalOf(answer: WireAnswer, asked: Asked): QingStorError {
  const { status, headers } = answer;
  const { bucket, key } = asked;
  if (isPage(answer)) return notQingStor(answer, asked);
  const details = {
    httpStatus: status,
    requestId: headerOf(headers, 'x-qs-request-id'),
    bucket,
    key,
    retryAfterMs: retryAfterOf(headers),
  };
  if (status >= 300 && status < 400 && status !== 304) {
    const zone = bucket === undefined ? undefined : redirectedZone(headers, bucket);
    if (bucket !== undefined && zone !== undefined) return wrongZone(bucket, zone, details);
    return new QingStorError('unexpected_answer', `A redirect was answered (${status})`, {
      ...details,
      hint: REMEDIES.endpoint,
    });
  }
  const refusal = answer.body.length > 0 ? readRefusal(answer) : {};
  if (!refusal && status < 500 && status !== 429) {
    return new QingStorError('unexpected_answer', `The answer (${status}) is not QingStor's`, {
      ...details,
      hint: REMEDIES.endpoint,
    });
  }
  const meaning = meaningOf(status, refusal?.code);
  const theirClock = Date.parse(headerOf(headers, 'date') ?? '') - asked.now;
  const code = refusal?.code === undefined ? guess(status, meaning.code, asked, theirClock) : meaning.code;
  const said = without(refusal?.message ?? '', asked.secrets).slice(0, LONGEST_MESSAGE);
  const skewMs = code === 'clock_skew' ? theirClock : Number.NaN;
  const skewed = Number.isNaN(skewMs)
    ? ''
    : ` (this clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs < 0 ? 'ahead' : 'behind'})`;
  const remoteCode = refusal?.code === undefined ? undefined : without(refusal.code, asked.secrets).slice(0, 64);
  return new QingStorError(code, `${titleOf(code, bucket, key, remoteCode, status)}${skewed}${said && `: ${said}`}`, {
    ...details,
    hint: code === 'bucket_not_found' ? REMEDIES.bucketNotFound : code === 'clock_skew' ? REMEDIES.clock : meaning.hint,
    retryable: meaning.retryable,
    remoteCode,
    ...(Number.isNaN(skewMs) ? {} : { skewMs }),
  });
}

/** For answers without a body, as HEAD has: by status, what was asked for, and the clocks. */
function guess(status: number, code: QingStorErrorCode, asked: Asked, theirClock: number): QingStorErrorCode {
  if (status === 404) {
    if (asked.key !== undefined) return 'object_not_found';
    return asked.bucket === undefined ? code : 'bucket_not_found';
  }
  return status === 403 && Math.abs(theirClock) > CLOCK_WINDOW_MS ? 'clock_skew' : code;
}

function titleOf(
  code: QingStorErrorCode,
  bucket: string | undefined,
  key: string | undefined,
  remoteCode: string | undefined,
  status: number,
): string {
  if (code === 'bucket_not_found') return `There is no bucket ${bucket ?? ''}`.trimEnd();
  if (code === 'object_not_found')
    return `There is no object ${JSON.stringify(key ?? '')} in ${bucket ?? ''}`.trimEnd();
  return `Refused as ${remoteCode ?? status}`;
}
