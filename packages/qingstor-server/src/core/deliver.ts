import type { ServerResponse } from 'node:http';
import type { ObjectRecord, Segment } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { type CustomerKey, decryptFrom } from './customer-key.ts';
import type { ByteRange } from './range.ts';

const READ_BYTES = 256 * 1024;
/** Buffers that wait to be used again, of all answers together. */
const MOST_KEPT = 64;

/**
 * Memory for what is read, used again once it was sent: given to the collector a quarter of a megabyte at a time, it costs as much as
 * reading and sending do.
 */
const free: Buffer[] = [];
const takeBuffer = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
const giveBuffer = (buffer: Buffer): void => {
  if (free.length < MOST_KEPT) free.push(buffer);
};

/** A piece of a body, and how its memory is given back. */
interface Piece {
  bytes: Buffer;
  release(): void;
}

/** The bytes of one range of an object, in pieces. Throws when a data file is shorter than the index says. */
async function* readPieces(
  store: Store,
  segments: readonly Segment[],
  range: ByteRange,
  key: CustomerKey | undefined,
  take: (size: number) => Buffer,
): AsyncGenerator<Piece> {
  let begin = 0;
  for (const segment of segments) {
    const from = Math.max(range.start - begin, 0);
    const to = Math.min(range.end - begin, segment.size);
    begin += segment.size;
    if (from >= to) continue;
    const decrypt = key && segment.nonce ? decryptFrom(key, segment.nonce, from) : undefined;
    const file = await store.blobs.open(segment.blob);
    try {
      for (let at = from; at < to; ) {
        const wanted = Math.min(READ_BYTES, to - at);
        const { bytesRead, buffer } = await file.read(take(wanted), 0, wanted, at);
        if (bytesRead === 0) throw new Error(`data file ${segment.blob} ends at ${at}, not at ${segment.size}`);
        at += bytesRead;
        const bytes = buffer.subarray(0, bytesRead);
        const release = (): void => giveBuffer(buffer);
        yield { bytes: decrypt ? decrypt(bytes) : bytes, release };
      }
    } finally {
      await file.close();
    }
  }
}

/** The same for who keeps what is read: in memory of its own. */
export async function* readSegments(
  store: Store,
  segments: readonly Segment[],
  range: ByteRange,
  key?: CustomerKey,
): AsyncGenerator<Buffer> {
  for await (const { bytes } of readPieces(store, segments, range, key, Buffer.allocUnsafeSlow)) yield bytes;
}

/**
 * Sends a range as the body of an answer. The first piece is read before the head goes out, so that a file that cannot
 * be opened is still answered as an error. A reader who takes nothing for `idleMs` is cut off.
 */
export async function deliver(
  store: Store,
  response: ServerResponse,
  opened: { object: ObjectRecord; segments: readonly Segment[]; release(): void },
  range: ByteRange,
  options: { key?: CustomerKey | undefined; idleMs: number; writeHead: () => void },
): Promise<void> {
  const pieces = readPieces(store, opened.segments, range, options.key, takeBuffer);
  try {
    let current = await pieces.next();
    options.writeHead();
    response.setTimeout(options.idleMs, () => response.destroy());
    while (!current.done) {
      if (response.destroyed) return;
      // The next piece is read while this one is on its way.
      const next = pieces.next();
      next.catch(() => undefined);
      const { bytes, release } = current.value;
      if (!response.write(bytes, release)) await drained(response);
      current = await next;
    }
    response.end();
  } finally {
    await pieces.return(undefined);
    opened.release();
  }
}

/** Resolves when more can be written, or when nobody is there any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    if (response.destroyed) resolve();
    else response.on('drain', done).on('close', done);
  });
}
