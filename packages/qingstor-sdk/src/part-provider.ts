import { createHash, type Hash } from 'node:crypto';
import type { ChunkReader } from './chunk-reader.ts';

export interface PreparedPart {
  bytes: Uint8Array;
  md5: Buffer;
}

/** Gives the parts of an object in order, each hashed, and the hash of the whole. */
export interface PartProvider {
  /** Null at the end. `room` resolves when a part has been sent: waited for where all memory is in use. */
  next(index: number, room: () => Promise<unknown>): Promise<PreparedPart | null>;
  /** The part's memory may be used again. */
  release(part: PreparedPart): void;
  /** The MD5 of everything given so far, hex. */
  md5(): string;
  close(): Promise<void>;
}

const STEP = 1024 * 1024;

/** Lets sockets have their turn: hashing a large part at once would starve them. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function hashInto(bytes: Uint8Array, hashes: readonly Hash[]): Promise<void> {
  for (let at = 0; at < bytes.length; at += STEP) {
    for (const each of hashes) each.update(bytes.subarray(at, at + STEP));
    await breathe();
  }
}

/** Parts of bytes in memory, without a copy. */
export function partsOfBytes(bytes: Uint8Array, chunkSize: number): PartProvider {
  const whole = createHash('md5');
  return {
    async next(index) {
      const part = bytes.subarray(index * chunkSize, (index + 1) * chunkSize);
      if (part.length === 0) return null;
      const own = createHash('md5');
      await hashInto(part, [whole, own]);
      return { bytes: part, md5: own.digest() };
    },
    release() {},
    md5: () => whole.copy().digest('hex'),
    async close() {},
  };
}

/** Up to this chunk size one more chunk than are on their way is kept, read ahead. */
const LARGEST_READ_AHEAD = 16 * 1024 * 1024;

/**
 * Parts of a stream. Memory: `concurrency` chunks, one more of small ones.
 *
 * @param first what was read already, a whole chunk: its memory is used further
 */
export function partsOfStream(
  reader: ChunkReader,
  sizeOf: (index: number) => number,
  concurrency: number,
  first: Buffer,
): PartProvider {
  const whole = createHash('md5');
  const free: Buffer[] = [];
  const inUse = new Map<Uint8Array, Buffer>();

  async function take(size: number, room: () => Promise<unknown>): Promise<Buffer> {
    const limit = concurrency + (size <= LARGEST_READ_AHEAD ? 1 : 0);
    for (;;) {
      const found = free.pop();
      if (found && found.length >= size) return found;
      // One that is too small by now is let go, and another made in its place.
      if (found || inUse.size < limit) return Buffer.allocUnsafeSlow(size);
      await room();
    }
  }

  return {
    async next(index, room) {
      const size = sizeOf(index);
      const own = createHash('md5');
      if (index === 0) {
        await hashInto(first, [whole, own]);
        inUse.set(first, first);
        return { bytes: first, md5: own.digest() };
      }
      if (await reader.atEnd()) return null;
      const buffer = await take(size, room);
      const count = await reader.fill(buffer.subarray(0, size), (piece) => {
        whole.update(piece);
        own.update(piece);
      });
      const bytes = buffer.subarray(0, count);
      inUse.set(bytes, buffer);
      return { bytes, md5: own.digest() };
    },
    release({ bytes }) {
      const buffer = inUse.get(bytes);
      inUse.delete(bytes);
      if (buffer) free.push(buffer);
    },
    md5: () => whole.copy().digest('hex'),
    close: () => reader.close(),
  };
}
