import { QingStorServerError } from '../errors.ts';
import type { ObjectFields, StorageClass } from '../store/records.ts';

const LONGEST_TYPE = 255;
const LARGEST_METADATA_BYTES = 2048;
const LONGEST_META_NAME = 512;
export const DEFAULT_TYPE = 'application/octet-stream';
/** Kept with an object and answered with it. */
export const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];

/** What S3 calls them; the vendor has two. */
const S3_CLASSES: Readonly<Record<string, StorageClass>> = {
  STANDARD: 'STANDARD',
  REDUCED_REDUNDANCY: 'STANDARD',
  STANDARD_IA: 'STANDARD_IA',
  ONEZONE_IA: 'STANDARD_IA',
};

/** Prefixes of the two protocols' own headers. */
export type HeaderPrefix = 'x-qs-' | 'x-amz-';

export function readStorageClass(value: string | undefined, prefix: HeaderPrefix): StorageClass | undefined {
  if (value === undefined) return undefined;
  const known = S3_CLASSES[value];
  if (!known || (prefix === 'x-qs-' && known !== value)) {
    throw new QingStorServerError('invalid_argument', 'The storage class is STANDARD or STANDARD_IA.');
  }
  return known;
}

/** User metadata among headers; names lower case, without the prefix. Throws `metadata_too_large`, `invalid_argument`. */
export function readMetadata(headers: Readonly<Record<string, string>>, prefix: HeaderPrefix): Record<string, string> {
  const meta: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(`${prefix}meta-`)) continue;
    const own = name.slice(prefix.length + 5);
    if (prefix === 'x-qs-' && !/^[A-Za-z0-9._-]+$/.test(own)) {
      throw new QingStorServerError(
        'invalid_argument',
        'Names of metadata have letters, digits, hyphens, dots and underscores.',
      );
    }
    bytes += own.length + Buffer.byteLength(value);
    if (own.length > LONGEST_META_NAME || bytes > LARGEST_METADATA_BYTES) {
      throw new QingStorServerError('metadata_too_large');
    }
    meta[own] = oneLine(name, value);
  }
  return meta;
}

/** A form can carry what a header cannot; it would come back as one. */
function oneLine(name: string, value: string): string {
  if (/\p{Cc}/u.test(value)) throw new QingStorServerError('invalid_argument', `${name} holds a control character.`);
  return value;
}

/** Everything that a request says about the object it stores, besides its bytes. */
export function readFields(headers: Readonly<Record<string, string>>, prefix: HeaderPrefix): ObjectFields {
  const mime = oneLine('Content-Type', headers['content-type'] || DEFAULT_TYPE);
  if (mime.length > LONGEST_TYPE) throw new QingStorServerError('invalid_argument', 'Content-Type is too long.');
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    let value = headers[name];
    // A way to send the body, not a property of the object.
    if (name === 'content-encoding')
      value = value
        ?.split(',')
        .map((part) => part.trim())
        .filter((part) => part !== 'aws-chunked')
        .join(', ');
    if (value) kept[name] = oneLine(name, value);
  }
  return {
    mime,
    storageClass: readStorageClass(headers[`${prefix}storage-class`], prefix) ?? 'STANDARD',
    headers: kept,
    meta: readMetadata(headers, prefix),
  };
}
