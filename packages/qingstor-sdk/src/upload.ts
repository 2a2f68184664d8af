import { createChunkReader } from './chunk-reader.ts';
import { QingStorError } from './error.ts';
import type { ObjectAttributes } from './object-headers.ts';
import { type UploadLimits, uploadLimits } from './options.ts';
import { type PartProvider, partsOfBytes, partsOfStream } from './part-provider.ts';
import { chunkSizeAt, chunkSizeFor } from './parts-plan.ts';
import type { Requests } from './requests.ts';
import { orCancelled } from './retry.ts';
import { type QingStorBody, type RewindableSource, readBody, type Source } from './source.ts';
import { type UploadResume, uploadParts } from './upload-parts.ts';
import { HASHED_FIRST, putBytes, putRewindable, sizeChanged } from './upload-put.ts';

export interface UploadProgress {
  /** Bytes. */
  sent: number;
  /** Bytes; undefined for a stream whose end is not known. */
  total: number | undefined;
  /** The chunk size in force, bytes; null when the object is one put. */
  chunkSize: number | null;
}

export interface UploadOptions extends ObjectAttributes {
  /** Bytes, of a stream: an upload that turns out longer or shorter fails. */
  size?: number | undefined;
  uploadCutoff?: number | undefined;
  chunkSize?: number | undefined;
  uploadConcurrency?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: UploadProgress) => void) | undefined;
  /**
   * Lets another process go on with this upload: what was sent stays when it fails, so that only the rest is sent next time.
   * Objects of one put have nothing to go on with. Abort what is never gone on with: `multipart.all`, `multipart.abort`.
   */
  resume?: UploadResume | undefined;
}

export interface UploadResult {
  /** Bytes. */
  size: number;
  /** Of the content, hex: computed here and compared with what arrived. */
  md5: string;
  /** Without quotes. */
  etag: string;
  /** 0 for one put. */
  parts: number;
  /** The chunk size that was in force in the end, bytes; null for one put. */
  chunkSize: number | null;
}

interface Target {
  requests: Requests;
  bucket: string;
  key: string;
  options: UploadOptions;
  limits: UploadLimits;
}

/** Whether an object of this size is one put. What has an encryption key has no ETag to compare with. */
function isOnePut({ limits, options }: Target, size: number): boolean {
  return (
    size === 0 || size <= (options.encryptionKey ? Math.min(HASHED_FIRST, limits.uploadCutoff) : limits.uploadCutoff)
  );
}

function onePut(target: Target, from: Uint8Array | RewindableSource): Promise<UploadResult> {
  const { requests, bucket, key, options } = target;
  const total = from instanceof Uint8Array ? from.length : from.size;
  const { onProgress } = options;
  const onSent = onProgress && ((sent: number) => onProgress({ sent, total, chunkSize: null }));
  const own = onSent ? { ...options, onSent } : options;
  const put =
    from instanceof Uint8Array
      ? putBytes(requests, bucket, key, from, own)
      : putRewindable(requests, bucket, key, from, own);
  return put.then(({ size, md5, etag }) => ({ size, md5, etag, parts: 0, chunkSize: null }));
}

async function inParts(
  target: Target,
  provider: PartProvider,
  total: number | undefined,
  chunkSizeOf: (index: number) => number,
): Promise<UploadResult> {
  const { requests, bucket, key, options, limits } = target;
  let count = 0;
  options.onProgress?.({ sent: 0, total, chunkSize: chunkSizeOf(0) });
  const result = await uploadParts(requests, bucket, key, provider, {
    ...options,
    concurrency: limits.uploadConcurrency,
    size: total,
    onPart: (sent) => {
      count += 1;
      options.onProgress?.({ sent, total, chunkSize: chunkSizeOf(count - 1) });
    },
  });
  return { ...result, chunkSize: chunkSizeOf(Math.max(0, result.parts - 1)) };
}

async function fromStream(target: Target, source: Exclude<Source, { kind: 'bytes' }>): Promise<UploadResult> {
  const { limits, options } = target;
  const { size } = source;
  const known = size === undefined ? undefined : chunkSizeFor(size, limits.chunkSize);
  const sizeOf = (index: number) => known ?? chunkSizeAt(index, limits.chunkSize);
  const reader = createChunkReader(source.kind === 'once' ? source.stream : source.open());
  try {
    const chunk = Buffer.allocUnsafeSlow(Math.min(sizeOf(0), size === undefined ? Infinity : size + 1));
    const { signal } = options;
    const first = chunk.subarray(
      0,
      await orCancelled(
        reader.fill(chunk, () => {}),
        signal,
      ),
    );
    const ended = first.length < chunk.length || (await orCancelled(reader.atEnd(), signal));
    if (size !== undefined && (ended ? first.length !== size : first.length >= size)) throw sizeChanged(size);
    if (ended && isOnePut(target, first.length)) return await onePut(target, first);
    const provider = partsOfStream(reader, sizeOf, limits.uploadConcurrency, first);
    return await inParts(target, provider, size, sizeOf);
  } finally {
    await reader.close();
  }
}

/**
 * Uploads an object: one put up to the cutoff, chunks above it. What can be read only once is kept in memory chunk by
 * chunk, and becomes chunks unless it ends within the first; so whatever breaks can be sent again. The result is verified
 * by MD5 from end to end, and an upload that fails leaves nothing behind.
 */
export async function upload(
  requests: Requests,
  bucket: string,
  key: string,
  body: QingStorBody,
  options: UploadOptions = {},
): Promise<UploadResult> {
  const limits = uploadLimits({
    uploadCutoff: options.uploadCutoff ?? requests.options.uploadCutoff,
    chunkSize: options.chunkSize ?? requests.options.chunkSize,
    uploadConcurrency: options.uploadConcurrency ?? requests.options.uploadConcurrency,
  });
  const target: Target = { requests, bucket, key, options, limits };
  const source = readBody(body, options.size);
  if (source.size !== undefined && !(Number.isSafeInteger(source.size) && source.size >= 0)) {
    throw new QingStorError('invalid_option', 'The size of a body is a whole number of bytes');
  }
  if (source.kind === 'bytes') {
    const { bytes } = source;
    if (options.size !== undefined && options.size !== bytes.length) throw sizeChanged(options.size);
    if (isOnePut(target, bytes.length)) return onePut(target, bytes);
    const chunkSize = chunkSizeFor(bytes.length, limits.chunkSize);
    return inParts(target, partsOfBytes(bytes, chunkSize), bytes.length, () => chunkSize);
  }
  if (source.kind === 'rewindable' && isOnePut(target, source.size)) return onePut(target, source);
  return fromStream(target, source);
}
