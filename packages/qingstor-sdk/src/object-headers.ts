import { createHash } from 'node:crypto';
import { QingStorError } from './error.ts';
import type { RequestHeaders } from './requests.ts';

/** What is stored with an object. */
export interface ObjectAttributes {
  contentType?: string | undefined;
  cacheControl?: string | undefined;
  contentDisposition?: string | undefined;
  contentEncoding?: string | undefined;
  expires?: Date | undefined;
  storageClass?: 'STANDARD' | 'STANDARD_IA' | undefined;
  /** Names of letters, digits, `-`, `_`, `.`; values of printable ASCII; 2 KB together. Names come back in lower case. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** 32 bytes: the object is encrypted with it, and cannot be read without. The service does not keep it. */
  encryptionKey?: Uint8Array | undefined;
}

/** When an operation is to happen at all. Without quotes: `etag` as this client gives it. */
export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: Date | undefined;
  ifUnmodifiedSince?: Date | undefined;
}

const METADATA_NAME = /^[A-Za-z0-9\-_.]{1,512}$/;
const PRINTABLE = /^[\x20-\x7e]*$/;

function metadataHeaders(metadata: Readonly<Record<string, string>>): RequestHeaders {
  const headers: RequestHeaders = {};
  for (const [name, value] of Object.entries(metadata)) {
    if (!METADATA_NAME.test(name) || !PRINTABLE.test(value)) {
      throw new QingStorError('invalid_option', `The metadata ${JSON.stringify(name)} cannot be stored`, {
        hint: 'Names are letters, digits, "-", "_" and "."; values are printable ASCII: encode others, e.g. percent-encoded.',
      });
    }
    headers[`x-qs-meta-${name.toLowerCase()}`] = value;
  }
  return headers;
}

function plain(name: string, value: string | undefined): string | undefined {
  if (value === undefined || /^[\x20-\x7e\x80-\xff]{0,2048}$/.test(value)) return value;
  throw new QingStorError('invalid_option', `${name} holds characters that a header cannot carry`);
}

/** Headers of an encryption key of one's own; with `copy-source-` for the source of a copy. */
export function encryptionHeaders(key: Uint8Array | undefined, prefix: '' | 'copy-source-' = ''): RequestHeaders {
  if (!key) return {};
  if (key.length !== 32) throw new QingStorError('invalid_option', 'An encryption key has 32 bytes');
  const name = `x-qs-${prefix}encryption-customer`;
  return {
    [`${name}-algorithm`]: 'AES256',
    [`${name}-key`]: Buffer.from(key).toString('base64'),
    [`${name}-key-md5`]: createHash('md5').update(key).digest('base64'),
  };
}

const NOTHING: ObjectAttributes = {};

export function attributeHeaders(attributes: ObjectAttributes = NOTHING): RequestHeaders {
  const { metadata, encryptionKey } = attributes;
  return {
    'Content-Type': plain('contentType', attributes.contentType) ?? 'application/octet-stream',
    'Cache-Control': plain('cacheControl', attributes.cacheControl),
    'Content-Disposition': plain('contentDisposition', attributes.contentDisposition),
    'Content-Encoding': plain('contentEncoding', attributes.contentEncoding),
    Expires: attributes.expires?.toUTCString(),
    'x-qs-storage-class': attributes.storageClass,
    ...(metadata && metadataHeaders(metadata)),
    ...(encryptionKey && encryptionHeaders(encryptionKey)),
  };
}

export function quoted(etag: string | undefined): string | undefined {
  return etag === undefined || etag === '*' ? etag : `"${etag.replaceAll('"', '')}"`;
}

/** Headers of conditions; with a prefix for the source of a copy. */
export function conditionHeaders(conditions: Conditions, prefix = ''): RequestHeaders {
  const own = prefix === '' ? '' : `${prefix}-`;
  return {
    [`${own}If-Match`]: quoted(conditions.ifMatch),
    [`${own}If-None-Match`]: quoted(conditions.ifNoneMatch),
    [`${own}If-Modified-Since`]: conditions.ifModifiedSince?.toUTCString(),
    [`${own}If-Unmodified-Since`]: conditions.ifUnmodifiedSince?.toUTCString(),
  };
}
