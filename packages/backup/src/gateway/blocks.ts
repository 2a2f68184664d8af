import { bytesSource, type ObjectSource } from '@sampan/storage/one-storage';

export const BLOCK_BYTES = 1024 * 1024;
/** restic sends five packs of 16 to 24 MiB at once; more is not worth keeping. */
const MOST_KEPT = 96;
/** As much as is told to a connection at once. */
const PIECE = 128 * 1024;

/** Memory for bodies, used again: given to the collector, it would be returned to the system late. */
export class BlockPool {
  readonly #free: Buffer[] = [];

  take(size: number): Buffer[] {
    const count = Math.ceil(size / BLOCK_BYTES);
    return Array.from({ length: count }, () => this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES));
  }

  give(blocks: readonly Buffer[]): void {
    this.#free.push(...blocks.slice(0, MOST_KEPT - this.#free.length));
  }
}

/** What is in blocks, as something that can be stored. What fits one is told as bytes: drivers have a short way for them. */
export function blocksSource(blocks: readonly Buffer[], size: number): ObjectSource {
  const [first] = blocks;
  if (!first || size <= BLOCK_BYTES) return bytesSource(first?.subarray(0, size) ?? Buffer.alloc(0));
  return {
    size,
    repeatable: true,
    async *open() {
      for (let at = 0; at < size; at += PIECE) {
        const inside = at % BLOCK_BYTES;
        yield (blocks[Math.floor(at / BLOCK_BYTES)] ?? first).subarray(inside, inside + Math.min(PIECE, size - at));
      }
    },
  };
}
