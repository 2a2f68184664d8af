import { SampanError } from '@sampan/driver';
import { cancelled, orAborted } from '../../source.ts';

/** What every server takes in one request. Source: the protocol's draft, section 3. */
export const PIECE = 32 * 1024;
/** Requests on their way at once: 2 MiB keep a line of 1 Gbit/s and 15 ms busy. */
export const IN_FLIGHT = 64;

/** Up to `length` bytes at a place; empty at the end of the file. */
export type ReadPart = (position: number, length: number) => Promise<Uint8Array>;

interface Span {
  start: number;
  length: number;
}

/** The content of an open file, read ahead; `release` is called once, also when nobody began to read. */
export function pipelinedBody(
  read: ReadPart,
  { start, length }: Span,
  signal: AbortSignal | undefined,
  release: () => void,
): AsyncIterableIterator<Uint8Array> {
  const ahead: Promise<Uint8Array>[] = [];
  let asked = 0;
  let isOver = false;

  /** A server may answer less than was asked for: the rest is asked for again. */
  async function whole(position: number, size: number): Promise<Uint8Array> {
    const first = await read(position, size);
    if (first.length === size) return first;
    const parts = [first];
    for (let have = first.length; have < size; ) {
      const part = await read(position + have, size - have);
      if (part.length === 0) {
        throw new SampanError('object_changed', 'The file became shorter while it was read.', {
          hint: 'Read it again.',
        });
      }
      parts.push(part);
      have += part.length;
    }
    return Buffer.concat(parts);
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    // Those still on their way fail or come to nothing; nobody waits for them any more.
    for (const each of ahead) each.catch(() => undefined);
    ahead.length = 0;
    release();
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (isOver) return { value: undefined, done: true };
      try {
        if (signal?.aborted) throw cancelled();
        while (asked < length && ahead.length < IN_FLIGHT) {
          const size = Math.min(PIECE, length - asked);
          const piece = whole(start + asked, size);
          // A later one may fail while an earlier one is waited for.
          piece.catch(() => undefined);
          ahead.push(piece);
          asked += size;
        }
        const next = ahead.shift();
        if (next) return { value: await orAborted(next, signal), done: false };
      } catch (error) {
        end();
        throw error;
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
