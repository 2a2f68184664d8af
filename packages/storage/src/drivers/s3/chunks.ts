const MIB = 1024 * 1024;
/** Source: the vendor's table "Multipart upload limits". */
const MOST_PARTS = 10_000;
/** So often chunks of an object of unknown size double: 10,000 of them then hold 5 TiB, the largest object there is. */
const DOUBLE_EVERY = 1000;
const LARGEST_PART = 5 * 1024 * MIB;

/** The chunk size for an object of a known size: the wish, or what 10,000 chunks need. */
export function chunkSizeFor(size: number, wish: number): number {
  const needed = Math.ceil(size / MOST_PARTS / MIB) * MIB;
  return Math.max(wish, needed);
}

/** The size of a chunk (counted from 0) of an object whose size is not known. */
export function chunkSizeAt(index: number, wish: number): number {
  return Math.min(wish * 2 ** Math.floor(index / DOUBLE_EVERY), LARGEST_PART);
}

export interface ChunkReader {
  /** The next so many bytes, fewer at the end; null when there is nothing more. */
  next(size: number): Promise<Buffer | null>;
  /** The chunk was sent: its memory is used again. Left to the collector, it would pile up before that comes. */
  release(chunk: Buffer): void;
  /** Lets go of the source. */
  close(): Promise<void>;
}

/** A stream in chunks: what is read is copied once, into memory of a chunk that is used again when it is released. */
export function readChunks(stream: AsyncIterable<Uint8Array>): ChunkReader {
  const iterator = stream[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let isEnded = false;
  const free: Buffer[] = [];
  const whole = new Map<Buffer, Buffer>();

  /** Chunks that have become too small are let go of. */
  function memory(size: number): Buffer {
    const found = free.pop();
    return found && found.length >= size ? found : Buffer.allocUnsafeSlow(size);
  }

  async function more(): Promise<boolean> {
    while (rest.length === 0 && !isEnded) {
      const next = await iterator.next();
      if (next.done) isEnded = true;
      else rest = next.value;
    }
    return rest.length > 0;
  }

  return {
    async next(size) {
      if (!(await more())) return null;
      const chunk = memory(size);
      let filled = 0;
      while (filled < size && (await more())) {
        const part = rest.subarray(0, size - filled);
        chunk.set(part, filled);
        rest = rest.subarray(part.length);
        filled += part.length;
      }
      const used = chunk.subarray(0, filled);
      whole.set(used, chunk);
      return used;
    },
    release(chunk) {
      const memoryOf = whole.get(chunk);
      whole.delete(chunk);
      if (memoryOf) free.push(memoryOf);
    },
    async close() {
      isEnded = true;
      await iterator.return?.();
    },
  };
}

/** Bytes in memory in chunks, without a copy. */
export function sliceChunks(bytes: Uint8Array): ChunkReader {
  let at = 0;
  return {
    async next(size) {
      if (at >= bytes.length) return null;
      const piece = bytes.subarray(at, at + size);
      at += piece.length;
      return Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    },
    release() {},
    async close() {},
  };
}
