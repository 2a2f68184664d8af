import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { QingStorError } from './error.ts';

/** Something of known size that can be read again from the beginning, e.g. a file. */
export interface RewindableSource {
  /** Bytes. */
  size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** What can be uploaded. What is neither bytes nor rewindable is read once, and kept in memory chunk by chunk. */
export type QingStorBody =
  | string
  | Uint8Array
  | Blob
  | RewindableSource
  | AsyncIterable<Uint8Array | string>
  | ReadableStream<Uint8Array>;

/** The same, told apart. */
export type Source =
  | { kind: 'bytes'; bytes: Uint8Array; size?: undefined }
  | ({ kind: 'rewindable' } & RewindableSource)
  | { kind: 'once'; size: number | undefined; stream: AsyncIterable<Uint8Array | string> };

/** Bytes read from a file at a time. */
const FILE_PIECE = 256 * 1024;

/** A file to upload. It must not change meanwhile. Rejects as `stat` does. */
export async function fileSource(file: string): Promise<RewindableSource> {
  const { size } = await stat(file);
  return { size, open: () => createReadStream(file, { highWaterMark: FILE_PIECE }) };
}

/** Tells bodies apart; `size` is what the caller knows of a stream, bytes. */
export function readBody(body: QingStorBody, size: number | undefined): Source {
  if (typeof body === 'string') return { kind: 'bytes', bytes: Buffer.from(body) };
  if (body instanceof Uint8Array) return { kind: 'bytes', bytes: body };
  if (body instanceof Blob) return { kind: 'rewindable', size: body.size, open: () => body.stream() };
  if ('open' in body && 'size' in body) return { kind: 'rewindable', size: body.size, open: () => body.open() };
  if (Symbol.asyncIterator in body) return { kind: 'once', size, stream: body };
  throw new QingStorError('invalid_option', 'A body is text, bytes, a Blob, a stream, or { size, open }');
}
