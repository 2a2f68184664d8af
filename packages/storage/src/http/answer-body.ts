import type { Readable } from 'node:stream';
import { SampanError } from '@sampan/driver';

/** Answers other than objects are small; a listing of 1,000 longest keys has about 6 MB. */
const LARGEST_ANSWER = 32 * 1024 * 1024;

/** All of an answer that is no object. */
export async function readWhole(body: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_ANSWER) {
      throw new SampanError('unexpected_answer', 'The answer of the storage is far too long.', {
        hint: 'Check the endpoint: something else than a storage answers there.',
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
