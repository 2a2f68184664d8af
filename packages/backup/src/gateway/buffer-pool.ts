/** restic sends five files at once; more buffers are not worth keeping. */
const MOST_KEPT = 5;
/** Packs have about 16 MiB: a little more, so that the next one fits too. */
const ROUND_UP = 1024 * 1024;

/** Memory of large bodies, used again: given to the collector, it would be returned to the system late. */
export class BufferPool {
  readonly #free: Buffer[] = [];

  take(size: number): Buffer {
    const at = this.#free.findIndex((buffer) => buffer.length >= size);
    const [found] = at < 0 ? [] : this.#free.splice(at, 1);
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(Math.max(1, size) / ROUND_UP) * ROUND_UP);
  }

  give(buffer: Buffer): void {
    this.#free.push(buffer);
    // The largest fit everything.
    this.#free.sort((a, b) => a.length - b.length);
    if (this.#free.length > MOST_KEPT) this.#free.shift();
  }
}
