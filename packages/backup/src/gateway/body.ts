import type { IncomingMessage } from 'node:http';
import { BLOCK_BYTES } from './blocks.ts';
import { passed } from './collector.ts';

/** Pieces that wait for their reader, bytes; more is left in the connection. */
const MOST_WAITING = 512 * 1024;

const brokenOff = (): Error => new Error('the connection broke');

/** Copies a body into blocks that are enough for it; `seen` is shown each piece. Gives the bytes that came. */
export function readInto(
  blocks: readonly Buffer[],
  request: IncomingMessage,
  seen: (piece: Buffer) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    if (request.destroyed) return reject(brokenOff());
    let size = 0;
    request.on('data', (piece: Buffer) => {
      for (let from = 0; from < piece.length; ) {
        const block = blocks[Math.floor(size / BLOCK_BYTES)];
        if (!block) return reject(new Error('the body is longer than it was said to be'));
        const copied = piece.copy(block, size % BLOCK_BYTES, from);
        size += copied;
        from += copied;
      }
      seen(piece);
      passed(piece.length);
    });
    request.once('end', () => resolve(size));
    request.once('error', reject);
    request.once('close', () => reject(brokenOff()));
  });
}

/**
 * The pieces of a body as they came, where the iterator of a stream would put them together into new memory. Stopping to
 * read it lets the rest pass, so that an answer can be given.
 */
export async function* piecesOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let waiting = 0;
  let isEnded = false;
  let failure: Error | null = request.destroyed ? brokenOff() : null;
  let wake = (): void => undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    wake();
  };
  request.on('data', (piece: Buffer) => {
    passed(piece.length);
    pieces.push(piece);
    waiting += piece.length;
    if (waiting >= MOST_WAITING) request.pause();
    wake();
  });
  request.once('end', () => {
    isEnded = true;
    wake();
  });
  request.once('error', fail);
  request.once('close', () => fail(brokenOff()));
  try {
    for (;;) {
      if (pieces.length > 0) {
        const come = pieces;
        pieces = [];
        waiting = 0;
        request.resume();
        yield* come;
      } else if (isEnded) return;
      else if (failure) throw failure;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    request.removeAllListeners('data');
    request.resume();
  }
}
