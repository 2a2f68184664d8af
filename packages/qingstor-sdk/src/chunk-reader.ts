import { Readable } from 'node:stream';
import { createCollectorNudge } from './collector-nudge.ts';
import { sourceError } from './requests.ts';

/** Reads a stream into chunks of any size. */
export interface ChunkReader {
  /** Fills `target` from its beginning; fewer bytes than it holds mean that the stream has ended. Gives the count. */
  fill(target: Uint8Array, seen: (piece: Uint8Array) => void): Promise<number>;
  /** Whether nothing is left; waits for the next piece. */
  atEnd(): Promise<boolean>;
  /** Lets the stream go before its end. */
  close(): Promise<void>;
}

/** Rejects with `source_failed` when the stream fails. */
export function createChunkReader(stream: AsyncIterable<Uint8Array | string>): ChunkReader {
  const iterator = stream[Symbol.asyncIterator]();
  let rest: Uint8Array = Buffer.alloc(0);
  let ended = false;
  let reading = false;
  const nudge = createCollectorNudge();

  async function next(): Promise<boolean> {
    reading = true;
    try {
      const { done, value } = await iterator.next();
      if (done === true) ended = true;
      else rest = typeof value === 'string' ? Buffer.from(value) : value;
      nudge(rest.length);
    } catch (error) {
      ended = true;
      throw sourceError(error);
    } finally {
      reading = false;
    }
    return !ended;
  }

  return {
    async fill(target, seen) {
      let at = 0;
      while (at < target.length) {
        if (rest.length === 0) {
          if (ended || !(await next())) break;
          continue;
        }
        const piece = rest.subarray(0, target.length - at);
        target.set(piece, at);
        seen(target.subarray(at, at + piece.length));
        at += piece.length;
        rest = rest.subarray(piece.length);
      }
      return at;
    },
    async atEnd() {
      while (rest.length === 0) if (ended || !(await next())) return true;
      return false;
    },
    async close() {
      if (ended) return;
      ended = true;
      if (stream instanceof Readable) stream.destroy();
      // The stream's own trouble with being let go changes nothing any more; one that is stuck is not waited for.
      const returned = Promise.resolve(iterator.return?.()).catch(() => undefined);
      if (!reading) await returned;
    },
  };
}
