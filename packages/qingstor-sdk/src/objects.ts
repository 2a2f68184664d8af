import { hash } from 'node:crypto';
import { headerOf } from './answer.ts';
import { copySource } from './copy-source.ts';
import { isQingStorError, QingStorError } from './error.ts';
import { type ObjectHead, readObjectHead } from './object-head.ts';
import {
  attributeHeaders,
  type Conditions,
  conditionHeaders,
  encryptionHeaders,
  type ObjectAttributes,
} from './object-headers.ts';
import { etagOf, type Requests } from './requests.ts';

export interface HeadOptions extends Conditions {
  encryptionKey?: Uint8Array | undefined;
  signal?: AbortSignal | undefined;
}

/** What is known of an object. Rejects with `object_not_found`, also when its bucket is missing: HEAD has no text. */
export async function headObject(
  requests: Requests,
  bucket: string,
  key: string,
  options: HeadOptions = {},
): Promise<ObjectHead> {
  const headers = { ...conditionHeaders(options), ...encryptionHeaders(options.encryptionKey) };
  const answer = await requests.send({ method: 'HEAD', bucket, key, headers, expect: 200, signal: options.signal });
  return readObjectHead(answer.headers);
}

/** Deletes; what is not there is no error. */
export async function deleteObject(
  requests: Requests,
  bucket: string,
  key: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  await requests.send({ method: 'DELETE', bucket, key, expect: 204, signal });
}

export interface CopyOptions extends Conditions {
  /** The bucket of the source; the same when not said. */
  bucket?: string | undefined;
  /** Stored instead of what the source has; kept when not said. */
  attributes?: ObjectAttributes | undefined;
  /** Of the source, when it was encrypted with a key of one's own. */
  sourceEncryptionKey?: Uint8Array | undefined;
  signal?: AbortSignal | undefined;
}

/** Copies within the zone, up to 5 GiB; conditions are about the source. Gives the ETag. */
export async function copyObject(
  requests: Requests,
  bucket: string,
  key: string,
  sourceKey: string,
  options: CopyOptions = {},
): Promise<string> {
  const { attributes, signal } = options;
  const headers = {
    ...(attributes && { ...attributeHeaders(attributes), 'x-qs-metadata-directive': 'REPLACE' }),
    'x-qs-copy-source': copySource(options.bucket ?? bucket, sourceKey),
    ...conditionHeaders(options, 'x-qs-copy-source'),
    ...encryptionHeaders(options.sourceEncryptionKey, 'copy-source-'),
  };
  return etagOf(await requests.send({ method: 'PUT', bucket, key, headers, expect: 201, signal }));
}

export interface MoveOptions {
  bucket?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Moves within the zone. The source is looked at first: when the answer is lost on the way, the object at the new place
 * tells whether the move was done, since it cannot be done twice.
 */
export async function moveObject(
  requests: Requests,
  bucket: string,
  key: string,
  sourceKey: string,
  options: MoveOptions = {},
): Promise<void> {
  const { signal } = options;
  const source = await headObject(requests, options.bucket ?? bucket, sourceKey, { signal });
  const headers = { 'x-qs-move-source': copySource(options.bucket ?? bucket, sourceKey) };
  let mayBeDone = false;
  const onRetry = (_: QingStorError, may: boolean): void => {
    mayBeDone ||= may;
  };
  try {
    await requests.send({ method: 'PUT', bucket, key, headers, expect: 201, signal, onRetry });
  } catch (error) {
    if (!mayBeDone || !isQingStorError(error, 'object_not_found')) throw error;
    const moved = await headObject(requests, bucket, key, { signal });
    if (moved.etag !== source.etag || moved.size !== source.size) throw error;
  }
}

/**
 * Adds to the end of an object that began with an append at position 0; gives the next position. Up to 5 GiB at once.
 *
 * @param position the size so far, bytes
 */
export async function appendObject(
  requests: Requests,
  bucket: string,
  key: string,
  position: number,
  bytes: Uint8Array,
  options: ObjectAttributes & { signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const { signal } = options;
  const query = [
    ['append', ''],
    ['position', String(position)],
  ] as const;
  const headers = { ...attributeHeaders(options), 'Content-MD5': hash('md5', bytes, 'base64') };
  let mayBeDone = false;
  const onRetry = (_: QingStorError, may: boolean): void => {
    mayBeDone ||= may;
  };
  try {
    const answer = await requests.send({
      ...{ method: 'POST', bucket, key, query, headers, body: bytes, expect: 200, signal, onRetry },
    });
    return Number(headerOf(answer.headers, 'x-qs-next-append-position') ?? position + bytes.length);
  } catch (error) {
    if (!mayBeDone || !(error instanceof QingStorError) || error.httpStatus === undefined) throw error;
    const found = await headObject(requests, bucket, key, { signal });
    if (found.size !== position + bytes.length) throw error;
    return found.size;
  }
}
