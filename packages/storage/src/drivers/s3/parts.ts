import { createHash } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import type { PutOptions, PutResult } from '../../contract.ts';
import { corruptedUpload } from '../../errors.ts';
import { cancelled, sizeMismatch } from '../../source.ts';
import type { Calls } from './calls.ts';
import { foreignAnswer } from './errors.ts';
import { MD5_METADATA, unquoted } from './heads.ts';
import { beginning } from './orphans.ts';
import { abortUpload } from './unfinished.ts';

export interface Target {
  bucket: string;
  /** As its user names it. */
  key: string;
  /** With the prefix of the storage. */
  fullKey: string;
}

/** Where the chunks come from, and go back to when they are sent. */
export interface Chunks {
  next: (index: number) => Promise<Buffer | null>;
  release: (chunk: Buffer) => void;
}

export interface PartsOptions extends PutOptions {
  concurrency: number;
  /** Of the whole, hex, where it is known beforehand. */
  md5: string | undefined;
}

interface SentPart {
  number: number;
  etag: string;
  md5: Buffer;
  size: number;
}

const STEP = 1024 * 1024;

/** Lets sockets have their turn: hashing a large part at once would starve them. */
async function hashed(bytes: Uint8Array, whole: ReturnType<typeof createHash>): Promise<Buffer> {
  const own = createHash('md5');
  for (let at = 0; at < bytes.length; at += STEP) {
    const piece = bytes.subarray(at, at + STEP);
    own.update(piece);
    whole.update(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return own.digest();
}

/** Sends all parts, so many at once; rejects with the first failure, when nothing is on its way any more. */
async function sendAll(
  calls: Calls,
  target: Target,
  uploadId: string,
  chunks: Chunks,
  options: PartsOptions,
): Promise<{ parts: SentPart[]; md5: string }> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const whole = createHash('md5');
  const parts: SentPart[] = [];
  const sending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let arrived = 0;
  const fail = (error: unknown): void => {
    failures.push(error);
    stop.abort();
  };

  async function send(number: number, chunk: Buffer, md5: Buffer): Promise<void> {
    const { ETag } = await calls.send({
      class: 'write',
      key: target.key,
      signal,
      run: ({ client, sdk, options: attempt }) =>
        client.send(
          new sdk.UploadPartCommand({
            Bucket: target.bucket,
            Key: target.fullKey,
            UploadId: uploadId,
            PartNumber: number,
            Body: chunk,
            ContentLength: chunk.length,
            ContentMD5: md5.toString('base64'),
          }),
          attempt,
        ),
    });
    const etag = unquoted(ETag);
    if (etag === null) throw foreignAnswer('the answer to a part has no ETag');
    parts.push({ number, etag, md5, size: chunk.length });
    arrived += chunk.length;
    options.onProgress?.(arrived);
  }

  try {
    for (let index = 0; !signal.aborted; index += 1) {
      const chunk = await chunks.next(index);
      if (!chunk) break;
      const md5 = await hashed(chunk, whole);
      while (sending.size >= options.concurrency) await Promise.race(sending);
      if (signal.aborted) break;
      const sent: Promise<void> = send(index + 1, chunk, md5)
        .catch(fail)
        .finally(() => {
          sending.delete(sent);
          chunks.release(chunk);
        });
      sending.add(sent);
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(sending);
  if (failures.length > 0) throw failures[0];
  if (options.signal?.aborted) throw cancelled();
  return { parts: parts.sort((a, b) => a.number - b.number), md5: whole.digest('hex') };
}

/** The ETag that the whole must have where those of the parts are MD5s; null where they are not. */
function expectedEtag(parts: readonly SentPart[]): string | null {
  if (parts.some(({ etag, md5 }) => etag.toLowerCase() !== md5.toString('hex'))) return null;
  const hash = createHash('md5');
  for (const { md5 } of parts) hash.update(md5);
  return `${hash.digest('hex')}-${parts.length}`;
}

/** Completes; an answer that was lost on the way is made up for by looking at the object. */
async function complete(
  calls: Calls,
  target: Target,
  uploadId: string,
  parts: readonly SentPart[],
  signal: AbortSignal | undefined,
): Promise<string> {
  let mayBeDone = false;
  try {
    const { ETag } = await calls.send({
      class: 'write',
      key: target.key,
      signal,
      onRetry: () => {
        mayBeDone = true;
      },
      run: ({ client, sdk, options: attempt }) =>
        client.send(
          new sdk.CompleteMultipartUploadCommand({
            Bucket: target.bucket,
            Key: target.fullKey,
            UploadId: uploadId,
            MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: `"${etag}"` })) },
          }),
          attempt,
        ),
    });
    const etag = unquoted(ETag);
    if (etag === null) throw foreignAnswer('the answer to the end of an upload has no ETag');
    return etag;
  } catch (error) {
    const isGone = error instanceof SampanError && error.code === 'upload_not_found';
    if (!isGone || !mayBeDone) throw error;
    const { ETag } = await calls.send({
      class: 'read',
      key: target.key,
      signal,
      run: ({ client, sdk, options: attempt }) =>
        client.send(new sdk.HeadObjectCommand({ Bucket: target.bucket, Key: target.fullKey }), attempt),
    });
    const etag = unquoted(ETag);
    const expected = expectedEtag(parts);
    if (etag !== null && (expected === null || etag.toLowerCase() === expected)) return etag;
    throw error;
  }
}

/** A multipart upload from beginning to end; leaves nothing behind when it fails or is cancelled. */
export async function uploadParts(
  calls: Calls,
  target: Target,
  chunks: Chunks,
  options: PartsOptions,
): Promise<PutResult> {
  const { signal, contentType, md5: announced } = options;
  const account = beginning(calls, target);
  let uploadId: string | undefined;
  try {
    ({ UploadId: uploadId } = await calls.send({
      class: 'write',
      key: target.key,
      signal,
      onRetry: account.lost,
      run: ({ client, sdk, options: attempt }) =>
        client.send(
          new sdk.CreateMultipartUploadCommand({
            Bucket: target.bucket,
            Key: target.fullKey,
            ContentType: contentType,
            ...(announced && { Metadata: { [MD5_METADATA]: Buffer.from(announced, 'hex').toString('base64') } }),
          }),
          attempt,
        ),
    }));
    if (uploadId === undefined) throw foreignAnswer('the answer to the beginning of an upload has no id');
    account.begun(uploadId);
    const { parts, md5 } = await sendAll(calls, target, uploadId, chunks, options);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (announced !== undefined && announced !== md5) throw sizeMismatch(size, null);
    const etag = await complete(calls, target, uploadId, parts, signal);
    const expected = expectedEtag(parts);
    if (expected !== null && /^[0-9a-f]{32}-\d+$/i.test(etag) && etag.toLowerCase() !== expected) {
      throw corruptedUpload(target.key);
    }
    return { size, md5, etag };
  } catch (error) {
    if (uploadId !== undefined) await abortUpload(calls, target, uploadId).catch(() => undefined);
    // Cancelled or broken while it was begun: it may be there all the same.
    else if (signal?.aborted || (error instanceof SampanError && error.retryable)) account.lost();
    throw error;
  } finally {
    await account.ended();
  }
}
