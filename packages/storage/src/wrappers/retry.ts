import { setTimeout as pause } from 'node:timers/promises';
import { SampanError, toSampanError } from '@sampan/driver';
import type { ByteRange, GetOptions, ObjectDownload, ObjectStore } from '../contract.ts';
import { cancelled } from '../source.ts';
import { around } from './delegate.ts';
import { throughBody } from './through-body.ts';

export interface RetryOptions {
  /** How often a call is made again after a retryable error; 0 never. */
  retries: number;
  /** Between 0 and 1, for the jitter. */
  random?: () => number;
  /** Resolves after the milliseconds; rejects when the signal aborts. */
  sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

const GONE = new Set(['object_not_found', 'range_not_satisfiable']);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 20_000;

async function defaultSleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(milliseconds, undefined, signal ? { signal } : {}).catch(() => {
    throw cancelled();
  });
}

/**
 * Makes calls again that failed with a retryable error, in doubling pauses with jitter. A body that breaks off goes on
 * where it broke, as long as the object is the same. What can be sent only once is sent only once.
 */
export function withRetry(store: ObjectStore, options: RetryOptions): ObjectStore {
  const { retries, random = Math.random, sleep = defaultSleep } = options;

  async function beforeRetry(attempt: number, thrown: unknown, signal: AbortSignal | undefined): Promise<void> {
    const error = toSampanError(thrown);
    if (!error.retryable || attempt >= retries || signal?.aborted) throw error;
    const doubled = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
    await sleep(Math.max(doubled * (0.5 + random() / 2), error.retryAfterMs ?? 0), signal);
  }

  async function again<T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        await beforeRetry(attempt, error, signal);
      }
    }
  }

  async function* resumed(key: string, first: ObjectDownload, { range, signal }: GetOptions) {
    const start = range?.start ?? 0;
    let received = 0;
    let failures = 0;
    let download: ObjectDownload | null = first;
    while (received < first.contentLength || download) {
      try {
        download ??= await rest(key, first, { start: start + received, end: start + first.contentLength - 1 }, signal);
        for await (const piece of download.body) {
          received += piece.length;
          failures = 0;
          yield piece;
        }
        return;
      } catch (error) {
        download = null;
        // Everything came; only its end was refused, and that is no matter of the connection.
        if (received >= first.contentLength) throw error;
        await beforeRetry(failures, error, signal);
        failures += 1;
      }
    }
  }

  async function rest(key: string, first: ObjectDownload, range: ByteRange, signal: AbortSignal | undefined) {
    const next = await store.get(key, { range, signal }).catch((error) => {
      // It was deleted, or what is there now is shorter.
      if (GONE.has(toSampanError(error).code)) return null;
      throw error;
    });
    const { size, etag, modified } = first;
    if (next && next.size === size && next.etag === etag && next.modified === modified) return next;
    throw new SampanError('object_changed', `${JSON.stringify(key)} was replaced while it was read.`, {
      hint: 'Read it again.',
      parameters: { key },
    });
  }

  return {
    ...around(store, again),
    async get(key, given = {}) {
      const first = await again(given.signal, () => store.get(key, given));
      return { ...first, body: throughBody(first.body, resumed(key, first, given)) };
    },
    put: (key, source, given) =>
      source.repeatable ? again(given?.signal, () => store.put(key, source, given)) : store.put(key, source, given),
  };
}
