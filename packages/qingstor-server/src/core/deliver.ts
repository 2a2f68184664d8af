import type { ServerResponse } from 'node:http';
import type { ObjectRecord, Segment } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { type CustomerKey, decryptFrom } from './customer-key.ts';
import type { ByteRange } from './range.ts';

const READ_BYTES = 256 * 1024;

/** The bytes of one range of an object, in pieces. Throws when a data file is shorter than the index says. */
export async function* readSegments(
  store: Store,
  segments: readonly Segment[],
  range: ByteRange,
  key?: CustomerKey,
): AsyncGenerator<Buffer> {
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
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at);
        if (bytesRead === 0) throw new Error(`data file ${segment.blob} ends at ${at}, not at ${segment.size}`);
        at += bytesRead;
        const bytes = buffer.subarray(0, bytesRead);
        yield decrypt ? decrypt(bytes) : bytes;
      }
    } finally {
      await file.close();
    }
  }
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
  const pieces = readSegments(store, opened.segments, range, options.key);
  try {
    let current = await pieces.next();
    options.writeHead();
    response.setTimeout(options.idleMs, () => response.destroy());
    while (!current.done) {
      if (response.destroyed) return;
      // The next piece is read while this one is on its way.
      const next = pieces.next();
      next.catch(() => undefined);
      if (!response.write(current.value)) await drained(response);
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
