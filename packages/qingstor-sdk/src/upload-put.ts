import { hash } from 'node:crypto';
import { createCollectorNudge } from './collector-nudge.ts';
import { QingStorError } from './error.ts';
import { createMd5 } from './md5-thread.ts';
import { isMd5, readObjectHead } from './object-head.ts';
import { attributeHeaders, type ObjectAttributes } from './object-headers.ts';
import { etagOf, type RepeatableBody, type Requests } from './requests.ts';
import { mayRetry, pause, pauseBefore } from './retry.ts';
import type { RewindableSource } from './source.ts';

/** Bytes up to here are hashed before they are sent, so that the other side refuses what arrived changed. */
export const HASHED_FIRST = 4 * 1024 * 1024;
/** Larger ones are hashed piece by piece while the piece before is on its way. */
const PIECE = 128 * 1024;

export interface PutOptions extends ObjectAttributes {
  signal?: AbortSignal | undefined;
  /** Bytes on their way so far; starts again from 0 when the put is sent again. */
  onSent?: ((sent: number) => void) | undefined;
}

export interface PutResult {
  /** Hex. */
  md5: string;
  etag: string;
  size: number;
}

function changed(bucket: string, key: string): QingStorError {
  return new QingStorError('corrupted_upload', 'The object arrived changed: its MD5 is not that of what was sent', {
    bucket,
    key,
    retryable: true,
    hint: 'Something on the way (a proxy, bad memory) changes data. What arrived was removed.',
  });
}

/** One put of bytes in memory; empty ones too. */
export async function putBytes(
  requests: Requests,
  bucket: string,
  key: string,
  bytes: Uint8Array,
  options: PutOptions = {},
): Promise<PutResult> {
  if (bytes.length > HASHED_FIRST && !options.encryptionKey) {
    return putWatched(
      requests,
      bucket,
      key,
      watched(bytes.length, () => pieces(bytes), options.onSent),
      options,
    );
  }
  const md5 = hash('md5', bytes, 'hex');
  const headers = attributeHeaders(options);
  headers['Content-MD5'] = Buffer.from(md5, 'hex').toString('base64');
  const { signal } = options;
  const answer = await requests.send({ method: 'PUT', bucket, key, headers, body: bytes, expect: 201, signal });
  const etag = etagOf(answer);
  if (isMd5(etag) && etag.toLowerCase() !== md5 && !options.encryptionKey) {
    await removeBad(requests, bucket, key, etag);
    throw changed(bucket, key);
  }
  options.onSent?.(bytes.length);
  return { md5, etag, size: bytes.length };
}

function unverifiable(bucket: string, key: string): QingStorError {
  return new QingStorError('unexpected_answer', 'The answer holds no MD5 to compare with what was sent', {
    bucket,
    key,
    hint: 'Something between here and QingStor changes answers; or set the upload cutoff to 0, which compares otherwise.',
  });
}

/** A body that hashes what passes. */
interface WatchedBody extends RepeatableBody {
  /** Hex; null while not everything has passed. */
  digest(): Promise<string | null>;
  close(): void;
}

/** Pieces, each hashed while it is on its way. */
function watched(
  size: number,
  read: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onSent: PutOptions['onSent'],
): WatchedBody {
  let md5 = createMd5(0);
  let sent = 0;
  return {
    size,
    async *open() {
      md5.close();
      md5 = createMd5(size);
      sent = 0;
      for await (const piece of read()) {
        if (sent + piece.length > size) throw sizeChanged(size);
        yield piece;
        const waiting = md5.add(piece);
        if (waiting) await waiting;
        sent += piece.length;
        onSent?.(sent);
      }
      if (sent !== size) throw sizeChanged(size);
    },
    digest: async () => (sent === size ? md5.digest() : null),
    close: () => md5.close(),
  };
}

function watchedSource(source: RewindableSource, onSent: PutOptions['onSent']): WatchedBody {
  const nudge = createCollectorNudge();
  const read = async function* read(): AsyncGenerator<Uint8Array> {
    for await (const piece of source.open()) {
      nudge(piece.length);
      yield piece;
    }
  };
  return watched(source.size, read, onSent);
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

export function sizeChanged(size: number): QingStorError {
  return new QingStorError(
    'source_changed',
    `What was to be uploaded does not have the ${size} bytes that were announced`,
    {
      hint: 'The file changed while it was read: upload it again.',
    },
  );
}

/** One put of something that can be read again. */
export function putRewindable(
  requests: Requests,
  bucket: string,
  key: string,
  source: RewindableSource,
  options: PutOptions = {},
): Promise<PutResult> {
  return putWatched(requests, bucket, key, watchedSource(source, options.onSent), options);
}

/** Hashed while it is sent, and compared with the ETag that is answered. */
async function putWatched(
  requests: Requests,
  bucket: string,
  key: string,
  body: WatchedBody,
  options: PutOptions,
): Promise<PutResult> {
  const headers = attributeHeaders(options);
  const { signal } = options;
  try {
    for (let retry = 1; ; retry += 1) {
      const answer = await requests.send({ method: 'PUT', bucket, key, headers, body, expect: 201, signal });
      const [etag, md5] = [etagOf(answer), await body.digest()];
      if (md5 !== null && etag.toLowerCase() === md5) return { md5, etag, size: body.size };
      const error = isMd5(etag) ? changed(bucket, key) : unverifiable(bucket, key);
      if (retry > requests.retries || !mayRetry(error)) {
        await removeBad(requests, bucket, key, etag);
        throw error;
      }
      await pause(pauseBefore(retry, undefined, requests.random), signal);
    }
  } finally {
    body.close();
  }
}

/** Removes an object that arrived changed, unless another one has taken its place. */
export async function removeBad(requests: Requests, bucket: string, key: string, etag: string): Promise<void> {
  try {
    const found = readObjectHead((await requests.send({ method: 'HEAD', bucket, key, expect: 200 })).headers);
    if (found.etag === etag) await requests.send({ method: 'DELETE', bucket, key, expect: 204 });
  } catch (error) {
    // The upload fails either way, and says why.
    if (!(error instanceof QingStorError)) throw error;
  }
}
