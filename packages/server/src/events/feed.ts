import type { ServerResponse } from 'node:http';

/** A reader that leaves so much unread is cut off; it comes back with `Last-Event-ID`. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** The response of one event stream: after its end nothing is written, and everything that belongs to it is let go. */
export class Feed {
  readonly #output: ServerResponse;
  readonly #onEnd: (() => void)[] = [];
  #ended = false;

  constructor(output: ServerResponse) {
    this.#output = output;
    // A broken connection is an ordinary end here.
    output.on('error', () => this.#finish());
    output.on('close', () => this.#finish());
  }

  onEnd(listener: () => void): void {
    if (this.#ended) listener();
    else this.#onEnd.push(listener);
  }

  write(text: string): void {
    if (this.#ended || text === '') return;
    this.#output.write(text);
    if (this.#output.writableLength > BUFFER_BYTES) {
      this.#finish();
      this.#output.destroy();
    }
  }

  /** Waits until the reader has taken it, so that a long replay neither fills memory nor starves the others. */
  async writeAndDrain(text: string): Promise<void> {
    this.write(text);
    while (!this.#ended && this.#output.writableNeedDrain) {
      await new Promise<void>((resolve) => {
        this.#output.once('drain', resolve);
        this.onEnd(resolve);
      });
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#finish();
    this.#output.end();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const listener of this.#onEnd.splice(0)) listener();
  }
}
