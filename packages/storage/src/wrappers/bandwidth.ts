import { setTimeout as pause } from 'node:timers/promises';
import type { ObjectStore } from '../contract.ts';
import { cancelled, type ObjectSource } from '../source.ts';
import { delegate } from './delegate.ts';
import { throughBody } from './through-body.ts';

export interface BandwidthLimits {
  /** Bytes per second; null: no limit. */
  up: number | null;
  down: number | null;
}

/** Larger pieces are passed on in slices, so that a low limit flows instead of jerking. */
const SLICE = 16 * 1024;
/** What may be sent at once after a silence, in seconds of the limit. */
const BURST_SECONDS = 0.25;

/** The time that limits go by, in milliseconds; tests have one of their own. */
export interface Clock {
  now(): number;
  /** Rejects when the signal is aborted. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<unknown>;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  pause: (ms, signal) => pause(ms, undefined, signal ? { signal } : {}),
};

/** A bucket of tokens that fills at the limit, which may change at any time. Shared by all who pass through. */
export class RateLimit {
  readonly #perSecond: () => number | null;
  readonly #clock: Clock;
  #available = 0;
  #filledAt: number;

  constructor(perSecond: () => number | null, clock: Clock = CLOCK) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#filledAt = clock.now();
  }

  /** Resolves when so many bytes may pass. Going below zero makes those who come later wait longer: nobody is passed by. */
  async pass(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    const limit = this.#perSecond();
    const now = this.#clock.now();
    if (limit === null) {
      this.#available = 0;
      this.#filledAt = now;
      return;
    }
    const filled = this.#available + ((now - this.#filledAt) / 1000) * limit;
    this.#available = Math.min(filled, limit * BURST_SECONDS) - bytes;
    this.#filledAt = now;
    if (this.#available >= 0) return;
    const waitMs = (-this.#available / limit) * 1000;
    await this.#clock.pause(waitMs, signal).catch(() => {
      throw cancelled();
    });
  }
}

async function* slowed(
  body: AsyncIterable<Uint8Array>,
  limit: RateLimit,
  isLimited: () => boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    if (!isLimited()) {
      yield piece;
      continue;
    }
    for (let at = 0; at < piece.length; at += SLICE) {
      const slice = piece.subarray(at, at + SLICE);
      await limit.pass(slice.length, signal);
      yield slice;
    }
  }
}

/** Bodies of objects flow no faster than the limits of the moment, all calls together. */
export function withBandwidth(store: ObjectStore, limits: () => BandwidthLimits, clock: Clock = CLOCK): ObjectStore {
  const up = new RateLimit(() => limits().up, clock);
  const down = new RateLimit(() => limits().down, clock);

  function slowSource(source: ObjectSource, signal: AbortSignal | undefined): ObjectSource {
    const isLimited = () => limits().up !== null;
    // Bytes in memory are sent as they are, once their whole size may pass: drivers have a short way for them.
    if (!isLimited()) return source;
    const { bytes: _, ...rest } = source;
    return { ...rest, open: () => slowed(source.open(), up, isLimited, signal) };
  }

  return {
    ...delegate(store),
    async get(key, options) {
      const download = await store.get(key, options);
      const slow = slowed(download.body, down, () => limits().down !== null, options?.signal);
      return { ...download, body: throughBody(download.body, slow) };
    },
    put: (key, source, options) => store.put(key, slowSource(source, options?.signal), options),
  };
}
