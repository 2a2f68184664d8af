import { SampanError } from '@sampan/driver';
import type { ByteRange, GetOptions, ObjectDownload } from './contract.ts';
import { objectChanged } from './errors.ts';
import { pauseBefore } from './pause.ts';
import { cancelled } from './source.ts';

export interface Resuming {
  request: GetOptions;
  /** In a row, without a byte between them. */
  retries: number;
  /** The same object from another place on. */
  get: (range: ByteRange) => Promise<ObjectDownload>;
}

function assertSame(first: ObjectDownload, next: ObjectDownload): void {
  if (next.size === first.size && next.etag === first.etag && next.modified === first.modified) return;
  throw objectChanged(first.key);
}

/**
 * A body that goes on where it broke, as long as the object is the same. Its `return` lets go of the connection even when
 * nobody began to read: a generator's `finally` would not run then.
 */
export function resumingBody(
  first: ObjectDownload,
  { request, retries, get }: Resuming,
): AsyncIterableIterator<Uint8Array> {
  const { signal, range } = request;
  const start = range?.start ?? 0;
  let pieces: AsyncIterator<Uint8Array> | null = first.body[Symbol.asyncIterator]();
  let received = 0;
  let failures = 0;
  let isOver = false;

  async function reopen(): Promise<AsyncIterator<Uint8Array>> {
    const next = await get({ start: start + received, end: start + first.contentLength - 1 });
    try {
      assertSame(first, next);
    } catch (error) {
      await next.body[Symbol.asyncIterator]().return?.();
      throw error;
    }
    return next.body[Symbol.asyncIterator]();
  }

  async function afterFailure(thrown: unknown): Promise<void> {
    // Everything came; only its end was refused, and that is no matter of the connection.
    const isComplete = received >= first.contentLength;
    const mayGoOn = thrown instanceof SampanError && thrown.retryable && failures < retries && !isComplete;
    if (signal?.aborted) throw cancelled();
    if (!mayGoOn) throw thrown;
    await pauseBefore(failures, thrown, signal);
    failures += 1;
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!isOver) {
        try {
          pieces ??= await reopen();
          const next = await pieces.next();
          if (next.done) break;
          received += next.value.length;
          failures = 0;
          return next;
        } catch (error) {
          pieces = null;
          await afterFailure(error).catch((final) => {
            isOver = true;
            throw final;
          });
        }
      }
      isOver = true;
      return { value: undefined, done: true };
    },
    async return() {
      isOver = true;
      await pieces?.return?.();
      pieces = null;
      return { value: undefined, done: true };
    },
  };
}
