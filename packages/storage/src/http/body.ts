import type { Readable } from 'node:stream';
import { cancelled } from '../source.ts';
import { connectionFailed } from './failure.ts';

export interface BodyOptions {
  /** Bytes that must come. */
  length: number;
  host: string;
  signal: AbortSignal | undefined;
  /** Called once, with the bytes that came. */
  onEnd: (received: number) => void;
  /** Called when all has come, before the end is told; throws when it is not what it should be. */
  verify?: () => Promise<void>;
}

/** The body of an answer: fails when it is short, and is let go by `return` even when nobody began to read. */
export function checkedBody(body: Readable, options: BodyOptions): AsyncIterableIterator<Uint8Array> {
  const { length, host, signal, onEnd, verify } = options;
  const pieces: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  let received = 0;
  let isOver = false;

  function end(): void {
    if (isOver) return;
    isOver = true;
    body.destroy();
    onEnd(received);
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (isOver) return { value: undefined, done: true };
      try {
        if (signal?.aborted) throw cancelled();
        const next = await pieces.next();
        if (!next.done) {
          received += next.value.length;
          return next;
        }
        if (received !== length) throw connectionFailed(new Error('it ended early'), host);
        await verify?.();
      } catch (error) {
        end();
        throw signal?.aborted ? cancelled() : connectionFailed(error, host);
      }
      end();
      return { value: undefined, done: true };
    },
    async return() {
      end();
      return { value: undefined, done: true };
    },
  };
}
