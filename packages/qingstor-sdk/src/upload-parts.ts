import { isQingStorError, QingStorError } from './error.ts';
import {
  abortUpload,
  completeUpload,
  initiateUpload,
  listParts,
  type UploadedPart,
  type UploadName,
  uploadPart,
} from './multipart.ts';
import { isMd5, readObjectHead } from './object-head.ts';
import { encryptionHeaders, type ObjectAttributes } from './object-headers.ts';
import { abortOrphans, type Orphans } from './orphans.ts';
import type { PartProvider } from './part-provider.ts';
import type { Requests } from './requests.ts';
import { cancelled, orCancelled } from './retry.ts';
import { removeBad, sizeChanged } from './upload-put.ts';

/** An upload that may be gone on with by another process. */
export interface UploadResume {
  /** The upload that an earlier attempt began; null for none. */
  uploadId: string | null;
  /** Called with the id of a new upload before the first part is sent: save it. */
  onBegin: (uploadId: string) => void | Promise<void>;
}

export interface PartsOptions extends ObjectAttributes {
  resume?: UploadResume | undefined;
  concurrency: number;
  /** What the source announced, bytes. */
  size?: number | undefined;
  signal?: AbortSignal | undefined;
  /** After each part: bytes that have arrived, and the size of that part. */
  onPart?: ((arrived: number, partSize: number) => void) | undefined;
}

export interface PartsResult {
  md5: string;
  etag: string;
  size: number;
  parts: number;
}

/** How long removing an upload may take that failed, milliseconds. */
const ABORT_LIMIT_MS = 60_000;

/** Sends all parts; rejects with the first failure, when nothing is on its way any more. */
async function sendAll(
  requests: Requests,
  name: UploadName,
  provider: PartProvider,
  options: PartsOptions,
  there: ReadonlyMap<number, UploadedPart>,
): Promise<UploadedPart[]> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const done: UploadedPart[] = [];
  const sending = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  let arrived = 0;
  const fail = (error: unknown): void => {
    failure ??= { error };
    stop.abort();
  };
  const room = () => (failure || sending.size === 0 ? Promise.reject(cancelled()) : Promise.race(sending));

  try {
    for (let index = 0; !signal.aborted; index += 1) {
      const part = await orCancelled(provider.next(index, room), signal);
      if (!part) break;
      while (sending.size >= options.concurrency) await Promise.race(sending);
      if (signal.aborted) break;
      const known = there.get(index);
      if (known && known.size === part.bytes.length && known.etag.toLowerCase() === part.md5.toString('hex')) {
        done.push(known);
        arrived += known.size;
        options.onPart?.(arrived, known.size);
        provider.release(part);
        continue;
      }
      const { encryptionKey } = options;
      const sent = uploadPart(requests, name, { partNumber: index, ...part, encryptionKey }, signal)
        .then((uploaded) => {
          done.push(uploaded);
          arrived += uploaded.size;
          options.onPart?.(arrived, uploaded.size);
        }, fail)
        .finally(() => {
          provider.release(part);
          sending.delete(sent);
        });
      sending.add(sent);
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(sending);
  const { error } = (failure as { error: unknown } | null) ?? {};
  if (error !== undefined) throw error;
  if (options.signal?.aborted) throw cancelled();
  return done.sort((left, right) => left.partNumber - right.partNumber);
}

/** Completes; an answer that was lost on the way is made up for by looking at the object. */
async function complete(
  requests: Requests,
  name: UploadName,
  parts: readonly UploadedPart[],
  md5: string,
  options: PartsOptions,
): Promise<string> {
  const { bucket, key } = name;
  const { signal } = options;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  let mayBeDone = false;
  try {
    await completeUpload(requests, name, parts, md5, {
      signal,
      onRetry: (_, may) => {
        mayBeDone ||= may;
      },
    });
  } catch (error) {
    if (!mayBeDone || !isQingStorError(error, 'upload_not_found')) throw error;
  }
  const headers = encryptionHeaders(options.encryptionKey);
  const found = readObjectHead(
    (await requests.send({ method: 'HEAD', bucket, key, headers, expect: 200, signal })).headers,
  );
  const same = found.size === size && (options.encryptionKey || !isMd5(found.etag) || found.etag.toLowerCase() === md5);
  if (same) return found.etag;
  await removeBad(requests, bucket, key, found.etag);
  throw new QingStorError('corrupted_upload', 'The object is not what was sent: its MD5 or size differs', {
    bucket,
    key,
  });
}

/** Removes an upload that failed; gives the error to throw. */
async function abandoned(requests: Requests, name: UploadName, error: unknown): Promise<unknown> {
  try {
    await abortUpload(requests, name, AbortSignal.timeout(ABORT_LIMIT_MS));
    return error;
  } catch {
    return error instanceof QingStorError ? error.with({ leftUploadId: name.uploadId }) : error;
  }
}

/** The parts of an upload that an earlier attempt began; null when there is no such upload any more. */
async function findEarlier(
  requests: Requests,
  name: UploadName,
  signal: AbortSignal | undefined,
): Promise<Map<number, UploadedPart> | null> {
  try {
    const parts = await listParts(requests, name, signal);
    return new Map(parts.map((part) => [part.partNumber, part]));
  } catch (error) {
    if (isQingStorError(error, 'upload_not_found')) return null;
    throw error;
  }
}

/**
 * A multipart upload from beginning to end; leaves nothing behind when it fails or is cancelled. With `resume` it goes on
 * with an earlier one, whose parts are compared by MD5, and what it has sent stays for the next attempt.
 */
export async function uploadParts(
  requests: Requests,
  bucket: string,
  key: string,
  provider: PartProvider,
  options: PartsOptions,
): Promise<PartsResult> {
  const orphans: Orphans = { since: requests.now(), until: null };
  const { resume } = options;
  let name: UploadName | null = null;
  try {
    const earlier = resume?.uploadId ? { bucket, key, uploadId: resume.uploadId } : null;
    const there = earlier && (await findEarlier(requests, earlier, options.signal));
    if (earlier && there) name = earlier;
    const uploadId =
      name?.uploadId ??
      (await initiateUpload(requests, bucket, key, options, {
        signal: options.signal,
        onRetry: (_, mayBeDone) => {
          if (mayBeDone) orphans.until = requests.now();
        },
      }));
    if (!name) await resume?.onBegin(uploadId);
    name = { bucket, key, uploadId };
    const parts = await sendAll(requests, name, provider, options, there ?? new Map());
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (options.size !== undefined && options.size !== size) throw sizeChanged(options.size);
    const md5 = provider.md5();
    const etag = await complete(requests, name, parts, md5, options);
    return { md5, etag, size, parts: parts.length };
  } catch (error) {
    if (name === null && !isQingStorError(error, 'endpoint_unreachable')) orphans.until ??= requests.now();
    if (resume && name) throw error instanceof QingStorError ? error.with({ leftUploadId: name.uploadId }) : error;
    throw name ? await abandoned(requests, name, error) : error;
  } finally {
    await provider.close();
    await abortOrphans(requests, bucket, key, name?.uploadId, orphans);
  }
}
