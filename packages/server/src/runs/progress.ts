/** Live numbers of a run, as its row keeps them. Bytes and milliseconds. */
export interface RunProgress {
  filesDone: number;
  files: number | null;
  bytesDone: number;
  bytes: number | null;
  /** Sent to the storage, after compression and without what was there already. */
  bytesSent: number;
  /** Read per second, over the last moments. */
  ratePerSecond: number | null;
  remainingMs: number | null;
  currentFiles: string[];
  at: number;
}

const WINDOW_MS = 15_000;

/** A rate over the last seconds: that of the whole run says nothing of the present. */
export class RateMeter {
  readonly #samples: { at: number; done: number }[] = [];

  add(done: number, at: number): number | null {
    const last = this.#samples.at(-1);
    // After a pause or a new beginning it is measured anew.
    if (last && (done < last.done || at - last.at > WINDOW_MS)) this.#samples.length = 0;
    this.#samples.push({ at, done });
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
    const [first] = this.#samples;
    if (!first || at - first.at < 1_000) return null;
    return ((done - first.done) / (at - first.at)) * 1000;
  }
}
