import {
  type QingStorRefusal,
  readQingStorRequest,
  readS3V4Request,
  S3_STREAMING,
  type S3ChunkContext,
  type S3V4Refusal,
  s3SigningKey,
  verifyQingStorSignature,
  verifyS3V4Signature,
} from '@sampan/accesskey';
import { QingStorServerError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { ACCOUNT_USER_ID, type AccessKey } from '../options.ts';

export type Protocol = 'qingstor' | 's3';

/** What the signature of an S3 request promises about its body. */
export interface SignedPayload {
  /** `X-Amz-Content-Sha256`. */
  hash: string;
  /** Where the chunks of the body are signed one by one. */
  chunks?: S3ChunkContext & { seedSignature: string };
}

export interface Principal {
  /** Null for an anonymous caller. */
  userId: string | null;
  key: AccessKey | null;
  payload?: SignedPayload;
}

export const anonymous: Principal = { userId: null, key: null };

/** S3 says so in its host, in its signature, or in headers and parameters that only its clients send. */
export function protocolOf(exchange: Exchange): Protocol {
  const { address, headers, query } = exchange;
  if (address.isS3Host || /^AWS/.test(headers.authorization ?? '')) return 's3';
  if (/^QS /.test(headers.authorization ?? '') || query.has('access_key_id')) return 'qingstor';
  if (query.has('X-Amz-Signature') || query.has('x-id') || query.has('list-type')) return 's3';
  return Object.keys(headers).some((name) => name.startsWith('x-amz-')) ? 's3' : 'qingstor';
}

function refusal(found: QingStorRefusal | S3V4Refusal, protocol: Protocol, now: number): QingStorServerError {
  const time = new Date(now).toUTCString();
  switch (found.reason) {
    case 'unsigned':
      return new QingStorServerError('permission_denied');
    case 'malformed_authorization':
      return new QingStorServerError('invalid_request', 'The signature is not written as it should be.');
    case 'malformed_query':
      return new QingStorServerError('invalid_request', 'The query is not percent-encoded UTF-8.');
    case 'missing_date':
      return new QingStorServerError('invalid_request', 'A signed request needs a date.');
    case 'bad_date':
      return new QingStorServerError('invalid_request', 'The date of the request is not written as it should be.');
    case 'missing_content_sha256':
      return new QingStorServerError('invalid_request', 'The header x-amz-content-sha256 is missing.');
    case 'unsigned_header':
      return new QingStorServerError('permission_denied', `The header ${found.header} was sent but not signed.`);
    case 'clock_skew': {
      const minutes = (Math.abs(found.skewMs) / 60_000).toFixed(1);
      const way = found.skewMs > 0 ? 'ahead of' : 'behind';
      return new QingStorServerError(
        'request_expired',
        `Your clock is ${minutes} minutes ${way} ours, which says ${time}.`,
      );
    }
    case 'expired':
      return protocol === 's3'
        ? new QingStorServerError('permission_denied', 'Request has expired')
        : new QingStorServerError('request_expired', `The URL has expired; our clock says ${time}.`);
  }
}

function findKey(keys: ReadonlyMap<string, AccessKey>, id: string): AccessKey {
  const key = keys.get(id);
  if (!key || key.disabled) throw new QingStorServerError('invalid_access_key_id');
  return key;
}

export const userOf = (key: AccessKey) => key.userId ?? ACCOUNT_USER_ID;

function authenticateQingStor(exchange: Exchange, keys: ReadonlyMap<string, AccessKey>, now: number): Principal {
  const { address, method, headers } = exchange;
  const virtualHostBucket = address.isVirtualHost ? address.bucket : undefined;
  const read = readQingStorRequest({ method, target: address.target, headers, virtualHostBucket }, now);
  if (!read.ok) {
    if (read.reason === 'unsigned') return anonymous;
    throw refusal(read, 'qingstor', now);
  }
  const key = findKey(keys, read.accessKeyId);
  if (!verifyQingStorSignature(read.parts, key.secretAccessKey, read.signature)) {
    throw new QingStorServerError('signature_not_matched');
  }
  return { key, userId: userOf(key) };
}

function authenticateS3(exchange: Exchange, keys: ReadonlyMap<string, AccessKey>, now: number): Principal {
  const { address, method, headers } = exchange;
  if (/^AWS /.test(headers.authorization ?? '')) {
    throw new QingStorServerError('invalid_request', 'Sign with AWS4-HMAC-SHA256; version 2 is not accepted.');
  }
  const read = readS3V4Request({ method, target: address.target, headers }, now);
  if (!read.ok) {
    if (read.reason === 'unsigned') return anonymous;
    throw refusal(read, 's3', now);
  }
  const { parts, signature } = read;
  const key = findKey(keys, read.accessKeyId);
  if (parts.scope.service !== 's3' || !verifyS3V4Signature(parts, key.secretAccessKey, signature)) {
    throw new QingStorServerError('signature_not_matched');
  }
  const payload: SignedPayload = { hash: parts.payloadHash };
  if (S3_STREAMING[parts.payloadHash]?.signed) {
    const { scope, timestamp } = parts;
    const signingKey = s3SigningKey(key.secretAccessKey, scope);
    payload.chunks = { signingKey, scope, timestamp, seedSignature: signature };
  }
  return { key, userId: userOf(key), payload };
}

/** Who sent a request. Credentials that were sent are always checked; without any the caller is anonymous. */
export function authenticate(
  exchange: Exchange,
  protocol: Protocol,
  keys: ReadonlyMap<string, AccessKey>,
  now: number,
): Principal {
  return protocol === 's3' ? authenticateS3(exchange, keys, now) : authenticateQingStor(exchange, keys, now);
}
