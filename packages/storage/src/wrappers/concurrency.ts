import type { ObjectDownload, ObjectStore } from '../contract.ts';
import { cancelled } from '../source.ts';
import { around } from './delegate.ts';
import { throughBody } from './through-body.ts';

/** First come, first served; the limit may change while some wait. */
export class Slots {
  readonly #limit: () => number | null;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  /** @param limit how many at once; null: as many as come */
  constructor(limit: () => number | null) {
    this.#limit = limit;
  }

  /** Resolves with what gives the slot back; calling it again does nothing. */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw cancelled();
    if (this.#waiting.length === 0 && this.#isFree()) this.#taken += 1;
    else await this.#turn(signal);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.#taken -= 1;
      this.#next();
    };
  }

  #isFree(): boolean {
    const limit = this.#limit();
    return limit === null || this.#taken < Math.max(1, limit);
  }

  /** The slot is taken for who waits before they go on, so that nobody slips in between. */
  #next(): void {
    while (this.#waiting.length > 0 && this.#isFree()) {
      this.#taken += 1;
      this.#waiting.shift()?.();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        const at = this.#waiting.indexOf(go);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(cancelled());
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(go);
    });
  }
}

/** At most so many calls at once; a download counts until its body was read or given up. */
export function withConcurrency(store: ObjectStore, limit: () => number | null): ObjectStore {
  const slots = new Slots(limit);

  async function inSlot<T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    const giveBack = await slots.take(signal);
    try {
      return await call();
    } finally {
      giveBack();
    }
  }

  async function* held(body: AsyncIterable<Uint8Array>, giveBack: () => void): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } finally {
      giveBack();
    }
  }

  return {
    ...around(store, inSlot),
    async get(key, given): Promise<ObjectDownload> {
      const giveBack = await slots.take(given?.signal);
      try {
        const download = await store.get(key, given);
        // A body that nobody begins to read would keep its slot for ever: it is then let go with the signal.
        given?.signal?.addEventListener('abort', giveBack, { once: true });
        return { ...download, body: throughBody(download.body, held(download.body, giveBack), giveBack) };
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  };
}
