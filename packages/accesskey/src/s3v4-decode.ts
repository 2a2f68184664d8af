import { createHash, type Hash } from 'node:crypto';
import { type S3ChunkContext, sameS3Signature, signS3Chunk, signS3Trailer } from './s3v4-chunks.ts';

/** A chunk header or trailer line may be this long; real ones are under 120 bytes. */
const LONGEST_LINE_BYTES = 4096;
const MOST_TRAILER_LINES = 16;

/** A chunked body that is not what it says it is. */
export class S3ChunkError extends Error {
  override readonly name = 'S3ChunkError';
  readonly reason: 'malformed' | 'signature' | 'incomplete';

  constructor(reason: S3ChunkError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface S3ChunkedBody {
  /** Absent when the chunks are not signed. */
  verify?: (S3ChunkContext & { seedSignature: string }) | undefined;
  /** Filled when the body has ended: names in lower case. */
  trailer: Map<string, string>;
  /** A trailer follows the last chunk. */
  hasTrailer: boolean;
}

/** Bytes that have come but were not taken yet. */
class Pending {
  private readonly source: AsyncIterator<Uint8Array>;
  private bytes: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  private async more(): Promise<void> {
    const next = await this.source.next();
    if (next.done) throw new S3ChunkError('incomplete', 'the chunked body ends too early');
    this.bytes =
      this.bytes.length === 0
        ? Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length)
        : Buffer.concat([this.bytes, next.value]);
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.bytes.indexOf('\r\n');
      if (end >= 0) {
        const line = this.bytes.toString('latin1', 0, end);
        this.bytes = this.bytes.subarray(end + 2);
        return line;
      }
      if (this.bytes.length > LONGEST_LINE_BYTES) throw new S3ChunkError('malformed', 'a chunk header is too long');
      await this.more();
    }
  }

  /** At least one byte, at most `most`. */
  async some(most: number): Promise<Buffer> {
    while (this.bytes.length === 0) await this.more();
    const taken = this.bytes.subarray(0, most);
    this.bytes = this.bytes.subarray(taken.length);
    return taken;
  }

  /** Tells the source that no more will be asked for. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  /** Reads the source to its end, where nothing may be left. */
  async end(): Promise<void> {
    if (this.bytes.length > 0) throw new S3ChunkError('malformed', 'there are bytes after the last chunk');
    for (;;) {
      const next = await this.source.next();
      if (next.done) return;
      if (next.value.length > 0) throw new S3ChunkError('malformed', 'there are bytes after the last chunk');
    }
  }
}

async function readTrailer(pending: Pending, body: S3ChunkedBody, previous: string): Promise<void> {
  const lines: string[] = [];
  for (let line = await pending.line(); line !== ''; line = await pending.line()) {
    if (lines.length === MOST_TRAILER_LINES) throw new S3ChunkError('malformed', 'the trailer is too long');
    const colon = line.indexOf(':');
    if (colon < 1) throw new S3ChunkError('malformed', 'a trailer line has no colon');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    body.trailer.set(name, value);
    if (name !== 'x-amz-trailer-signature') lines.push(`${name}:${value}`);
  }
  if (!body.verify) return;
  const given = body.trailer.get('x-amz-trailer-signature') ?? '';
  if (!sameS3Signature(given, signS3Trailer(body.verify, previous, lines))) {
    throw new S3ChunkError('signature', 'the signature of the trailer does not match');
  }
}

/**
 * The bytes of a body in AWS's chunked form, handed on as they come: a chunk is judged when its last byte has been
 * handed on, so what is read here must not count before the end was reached. Throws `S3ChunkError`. Memory does not
 * depend on the size of the chunks.
 */
export async function* decodeS3Chunks(source: AsyncIterable<Uint8Array>, body: S3ChunkedBody): AsyncGenerator<Buffer> {
  const pending = new Pending(source);
  try {
    yield* readChunks(pending, body);
  } finally {
    await pending.close();
  }
}

async function* readChunks(pending: Pending, body: S3ChunkedBody): AsyncGenerator<Buffer> {
  let previous = body.verify?.seedSignature ?? '';
  for (;;) {
    const [, size, signature] =
      /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(await pending.line()) ?? [];
    if (size === undefined) throw new S3ChunkError('malformed', 'a chunk header is malformed');
    let left = Number.parseInt(size, 16);
    const last = left === 0;
    const hash: Hash | undefined = body.verify && createHash('sha256');
    while (left > 0) {
      const bytes = await pending.some(left);
      left -= bytes.length;
      hash?.update(bytes);
      yield bytes;
    }
    if (!last && (await pending.line()) !== '') throw new S3ChunkError('malformed', 'a chunk is longer than it says');
    if (body.verify && hash) {
      const expected = signS3Chunk(body.verify, previous, hash.digest('hex'));
      if (signature === undefined || !sameS3Signature(signature, expected)) {
        throw new S3ChunkError('signature', 'the signature of a chunk does not match');
      }
      previous = expected;
    }
    if (!last) continue;
    if (body.hasTrailer) await readTrailer(pending, body, previous);
    else if ((await pending.line()) !== '') throw new S3ChunkError('malformed', 'there are bytes after the last chunk');
    return pending.end();
  }
}
