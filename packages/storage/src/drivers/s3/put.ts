import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { SampanError } from '@sampan/driver';
import type { PutOptions, PutResult } from '../../contract.ts';
import { corruptedUpload } from '../../errors.ts';
import { cancelled, type ObjectSource, readSource, sizeMismatch } from '../../source.ts';
import type { Calls } from './calls.ts';
import { chunkSizeAt, chunkSizeFor, readChunks, sliceChunks } from './chunks.ts';
import { foreignAnswer } from './errors.ts';
import { MD5_METADATA, md5OfEtag, unquoted } from './heads.ts';
import { type Target, uploadParts } from './parts.ts';

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
/** Pieces in which bytes in memory go out, so that their progress can be told. */
const PIECE = 256 * 1024;

/** The MD5 of a source, known or found by reading it once: it goes ahead of the content, so that the storage can refuse. */
async function md5Of(source: ObjectSource, signal: AbortSignal | undefined): Promise<string> {
  if (source.md5 !== undefined) return source.md5;
  const hash = createHash('md5');
  for await (const piece of source.bytes ? [source.bytes] : readSource(source, { signal })) hash.update(piece);
  return hash.digest('hex');
}

/** The body of one attempt. Its errors are kept aside: the SDK and the connection would wrap them. */
function bodyOf(source: ObjectSource, options: PutOptions, failed: (error: unknown) => void): Uint8Array | Readable {
  const { signal, onProgress } = options;
  const { bytes } = source;
  if (bytes && !onProgress) return bytes;
  let sent = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const read = bytes ? slices(bytes) : readSource(source, { signal });
    try {
      for await (const piece of read) {
        yield piece;
        sent += piece.length;
        onProgress?.(sent);
      }
    } catch (error) {
      failed(error);
      throw error;
    }
  }
  return Readable.from(pieces(), { objectMode: false });
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** One put of what can be read again. The storage compares the content with its MD5 before the object is visible. */
async function onePut(
  calls: Calls,
  target: Target,
  source: ObjectSource,
  size: number,
  options: PutOptions,
): Promise<PutResult> {
  const { signal, contentType } = options;
  const md5 = await md5Of(source, signal);
  let broken: unknown;
  const send = () =>
    calls.send({
      class: 'write',
      key: target.key,
      signal,
      run: async ({ client, sdk, options: attempt }) => {
        broken = undefined;
        const command = new sdk.PutObjectCommand({
          Bucket: target.bucket,
          Key: target.fullKey,
          Body: size === 0 ? new Uint8Array(0) : bodyOf(source, options, (error) => (broken ??= error)),
          ContentLength: size,
          ContentMD5: base64(md5),
          ContentType: contentType,
          Metadata: { [MD5_METADATA]: base64(md5) },
        });
        try {
          return await client.send(command, attempt);
        } catch (error) {
          throw broken ?? error;
        }
      },
    });
  let output: Awaited<ReturnType<typeof send>>;
  try {
    output = await send();
  } catch (error) {
    // The content changed between reading it for its MD5 and sending it, or on its way.
    if (error instanceof SampanError && error.code === 'corrupted_upload' && source.bytes === undefined) {
      if ((await md5Of({ ...source, open: source.open, md5: undefined } as ObjectSource, signal)) !== md5)
        throw sizeMismatch(size, null);
    }
    throw error;
  }
  const etag = unquoted(output.ETag);
  // An S3 service that tells none stored it nevertheless, and compared it with its MD5.
  if (etag === null && output.$metadata.requestId === undefined) throw foreignAnswer('the answer to a put has no ETag');
  const stored = md5OfEtag(output.ETag, output);
  if (stored !== null && stored !== md5) throw corruptedUpload(target.key);
  options.onProgress?.(size);
  return { size, md5, etag };
}

export interface PutLimits {
  uploadCutoff: number;
  chunkSize: number;
  uploadConcurrency: number;
}

/**
 * Stores an object: one put up to the cutoff, chunks above it. What can be read only once is kept in memory chunk by
 * chunk, and becomes chunks unless it ends within the first; so whatever breaks can be sent again.
 */
export async function putObject(
  calls: Calls,
  target: Target,
  source: ObjectSource,
  limits: PutLimits,
  options: PutOptions,
): Promise<PutResult> {
  const { signal } = options;
  if (signal?.aborted) throw cancelled();
  const { uploadCutoff, chunkSize, uploadConcurrency: concurrency } = limits;
  const isOne = (size: number) => size === 0 || size <= uploadCutoff;
  if (source.size !== null && (source.bytes || source.repeatable) && isOne(source.size)) {
    if (source.bytes && source.bytes.length !== source.size) throw sizeMismatch(source.size, source.bytes.length);
    return onePut(calls, target, source, source.size, options);
  }
  const wish = source.size === null ? chunkSize : chunkSizeFor(source.size, chunkSize);
  const sizeOf = (index: number) => (source.size === null ? chunkSizeAt(index, chunkSize) : wish);
  // Known beforehand only by reading twice; what cannot be read twice is stored without it.
  const md5 = source.repeatable ? await md5Of(source, signal) : undefined;
  const chunks = source.bytes ? sliceChunks(source.bytes) : readChunks(readSource(source, { signal }));
  try {
    const first =
      (await chunks.next(Math.min(sizeOf(0), (source.size ?? Number.POSITIVE_INFINITY) + 1))) ?? Buffer.alloc(0);
    const second = first.length < sizeOf(0) ? null : await chunks.next(sizeOf(1));
    if (second === null && isOne(first.length)) {
      return await onePut(
        calls,
        target,
        { size: first.length, repeatable: true, bytes: first, open: () => slicesOf(first) },
        first.length,
        options,
      );
    }
    const ahead = second === null ? [first] : [first, second];
    const next = async (index: number) => ahead.shift() ?? (await chunks.next(sizeOf(index)));
    return await uploadParts(calls, target, { next, release: chunks.release }, { ...options, concurrency, md5 });
  } finally {
    await chunks.close();
  }
}

async function* slicesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
