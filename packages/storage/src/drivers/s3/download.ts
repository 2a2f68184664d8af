import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { SampanError } from '@sampan/driver';
import type { ByteRange, GetOptions, ObjectDownload } from '../../contract.ts';
import { corruptedDownload } from '../../errors.ts';
import { connectionFailed } from '../../http/failure.ts';
import { pauseBefore } from '../../pause.ts';
import { cancelled } from '../../source.ts';
import type { Answer, Calls } from './calls.ts';
import { foreignAnswer } from './errors.ts';
import { headOf } from './heads.ts';
import type { Target } from './parts.ts';

interface Wanted {
  target: Target;
  /** Of the object, where the body begins and how long it is. */
  start: number;
  length: number;
  etag: string | null;
  md5: string | null;
  signal: AbortSignal | undefined;
  host: string;
}

type GetAnswer = Answer<GetObjectCommandOutput>;

function ask(calls: Calls, target: Target, range: string | undefined, etag: string | null, signal?: AbortSignal) {
  return calls.stream({
    class: 'read',
    key: target.key,
    signal,
    run: ({ client, sdk, options }) =>
      client.send(
        new sdk.GetObjectCommand({
          Bucket: target.bucket,
          Key: target.fullKey,
          Range: range,
          ...(etag !== null && { IfMatch: `"${etag}"` }),
        }),
        options,
      ),
  });
}

function letGo({ output, observed }: GetAnswer, received: number): void {
  observed(received);
  (output.Body as Readable | undefined)?.destroy();
}

/** A body that goes on by range where the connection broke, and is verified at its end. */
class Body implements AsyncIterableIterator<Uint8Array> {
  readonly #calls: Calls;
  readonly #wanted: Wanted;
  #answer: GetAnswer | null;
  #pieces: AsyncIterator<Uint8Array> | null = null;
  #received = 0;
  /** Of the answer that is being read. */
  #ofAnswer = 0;
  /** In a row, without a byte between them. */
  #failures = 0;
  #isEnded = false;
  readonly #md5: Hash | null;

  constructor(calls: Calls, wanted: Wanted, answer: GetAnswer) {
    this.#calls = calls;
    this.#wanted = wanted;
    this.#answer = answer;
    this.#md5 = wanted.md5 === null ? null : createHash('md5');
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    while (!this.#isEnded) {
      try {
        if (this.#wanted.signal?.aborted) throw cancelled();
        const piece = await this.#read();
        if (piece) return { value: piece, done: false };
        this.#end();
        this.#verify();
      } catch (thrown) {
        await this.#afterFailure(thrown);
      }
    }
    return { value: undefined, done: true };
  }

  /** Also of a body that nobody began to read: its connection is let go. */
  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#end();
    return { value: undefined, done: true };
  }

  async #read(): Promise<Uint8Array | null> {
    const { target, start, length, etag, signal } = this.#wanted;
    if (this.#received >= length && this.#pieces === null && length > 0) return null;
    if (this.#answer === null) {
      const range = `bytes=${start + this.#received}-${start + length - 1}`;
      this.#answer = await ask(this.#calls, target, range, etag, signal);
      const first = /^bytes (\d+)-/.exec(this.#answer.output.ContentRange ?? '')?.[1];
      if (Number(first) !== start + this.#received) throw foreignAnswer('another range than was asked for');
    }
    this.#pieces ??= (this.#answer.output.Body as Readable)[Symbol.asyncIterator]();
    const next = await this.#pieces.next();
    if (next.done) {
      if (this.#received < length) throw connectionFailed(new Error('it ended early'), this.#wanted.host);
      return null;
    }
    const piece = next.value;
    this.#received += piece.length;
    this.#ofAnswer += piece.length;
    if (this.#received > length) throw foreignAnswer('more bytes than were promised');
    this.#failures = 0;
    this.#md5?.update(piece);
    return piece;
  }

  #verify(): void {
    const { md5, target } = this.#wanted;
    if (this.#md5 && this.#md5.digest('hex') !== md5) throw corruptedDownload(target.key, 'its MD5 is another');
  }

  #release(): void {
    if (this.#answer) letGo(this.#answer, this.#ofAnswer);
    this.#answer = null;
    this.#pieces = null;
    this.#ofAnswer = 0;
  }

  #end(): void {
    this.#isEnded = true;
    this.#release();
  }

  async #afterFailure(thrown: unknown): Promise<void> {
    const wasEnded = this.#isEnded;
    this.#release();
    const { signal, host, etag } = this.#wanted;
    const error = signal?.aborted ? cancelled() : connectionFailed(thrown, host);
    this.#failures += 1;
    // Without an ETag, nothing says that the rest would be of the same object.
    const mayGoOn = error.retryable && etag !== null && this.#failures <= this.#calls.retries;
    if (wasEnded || !mayGoOn) {
      this.#isEnded = true;
      throw error;
    }
    await pauseBefore(this.#failures - 1, error, signal).catch((pausing) => {
      this.#isEnded = true;
      throw pausing;
    });
  }
}

/** Begins a download; resolves when the head of the object is there. */
export async function download(
  calls: Calls,
  target: Target,
  host: string,
  { range, withoutMd5, signal }: GetOptions,
): Promise<ObjectDownload> {
  const wantedRange = range && `bytes=${range.start}-${range.end ?? ''}`;
  const answer = await ask(calls, target, wantedRange, null, signal);
  try {
    const { head, start, length } = describe(target.key, answer.output, range);
    const md5 = length === head.size && !withoutMd5 ? head.md5 : null;
    const body = new Body(calls, { target, start, length, etag: head.etag, md5, signal, host }, answer);
    return { ...head, contentLength: length, body };
  } catch (error) {
    letGo(answer, 0);
    throw error;
  }
}

/** What the answer brings; refuses what was not asked for. */
function describe(key: string, output: GetObjectCommandOutput, range: ByteRange | undefined) {
  const head = headOf(key, output);
  const length = output.ContentLength;
  if (length === undefined) throw foreignAnswer('a download that does not tell its length');
  const start = range?.start ?? 0;
  const isPart = output.$metadata.httpStatusCode === 206;
  if (isPart !== (range !== undefined)) throw foreignAnswer('a part for the whole, or the whole for a part');
  const first = /^bytes (\d+)-/.exec(output.ContentRange ?? '')?.[1];
  if (isPart && Number(first) !== start) throw foreignAnswer('another range than was asked for');
  return { head, start, length };
}

/** What a refused HEAD means: its answer has no document that would say, that of a GET has. */
export async function askAgain(calls: Calls, target: Target, error: unknown, signal?: AbortSignal) {
  const isVague =
    error instanceof SampanError && ['unexpected_answer', 'permission_denied', 'object_not_found'].includes(error.code);
  if (!isVague || error.parameters.remoteCode !== undefined) throw error;
  const answer = await ask(calls, target, undefined, null, signal);
  letGo(answer, 0);
  return headOf(target.key, answer.output);
}
