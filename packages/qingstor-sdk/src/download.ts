import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { headerOf, isForeignPage } from './answer.ts';
import { QingStorError } from './error.ts';
import { isMd5, type ObjectHead, readObjectHead } from './object-head.ts';
import { type Conditions, conditionHeaders, encryptionHeaders, quoted } from './object-headers.ts';
import { type QingStorCall, type Requests, unquoted } from './requests.ts';
import { cancelled, mayRetry, pause, pauseBefore } from './retry.ts';
import type { AnswerHeaders, BodyFlow, BodyReceiver } from './transport.ts';

/** Bytes: from `start` to `end`, both included; `last` are the last so many. */
export type ByteRange = { start: number; end?: number | undefined } | { last: number };

export interface DownloadOptions extends Conditions {
  range?: ByteRange | undefined;
  /** Headers that the answer shall have instead of the stored ones, e.g. `content-disposition`; not for anonymous access. */
  responseHeaders?: Readonly<Record<string, string>> | undefined;
  encryptionKey?: Uint8Array | undefined;
  /** Default true. False: what is stored comes as it is, also when its MD5 is not that of the ETag any more. */
  verifyMd5?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface Download extends ObjectHead {
  /** Bytes that the body has: fewer than `size` when a range was asked for. */
  contentLength: number;
  /** What the whole body is compared with at its end: the length always, the MD5 where the ETag is one. */
  verifiedBy: 'md5' | 'length';
  /** Fails instead of ending when the content is not what is stored. Destroy it when it is not read to the end. */
  body: Readable;
  /** All of the body at once. */
  bytes(): Promise<Buffer>;
}

function rangeHeader(range: ByteRange | undefined): string | undefined {
  if (!range) return undefined;
  return 'last' in range ? `bytes=-${range.last}` : `bytes=${range.start}-${range.end ?? ''}`;
}

export function responseQuery(headers: Readonly<Record<string, string>> = {}): [string, string][] {
  return Object.entries(headers).map(([name, value]) => [`response-${name.toLowerCase()}`, value]);
}

/** The body of an object: goes on by range where the connection broke, and is verified at its end. */
class DownloadBody extends Readable implements BodyReceiver {
  readonly #requests: Requests;
  readonly #call: QingStorCall;
  #md5: Hash | null = null;
  #etag = '';
  /** Of the object, where the body begins. */
  #start = 0;
  #length = 0;
  #received = 0;
  /** Failures in a row without a byte between them. */
  #failures = 0;
  #flow: BodyFlow | null = null;
  #attempt = 0;
  readonly #verifyMd5: boolean;

  constructor(requests: Requests, call: QingStorCall, verifyMd5: boolean) {
    super({ highWaterMark: 1024 * 1024 });
    this.#requests = requests;
    this.#call = call;
    this.#verifyMd5 = verifyMd5;
  }

  override _read(): void {
    this.#flow?.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#attempt += 1;
    this.#flow?.abort();
    this.#flow = null;
    done(error);
  }

  accepts(status: number, headers: AnswerHeaders, flow: BodyFlow): boolean {
    // A range that is answered with everything would put the wrong bytes in its place.
    if (status !== 206 && (status !== 200 || this.#call.headers?.Range !== undefined)) return false;
    if (isForeignPage({ status, headers, body: Buffer.alloc(0), isStreamed: true })) return false;
    if (this.#isFirst) this.#begin(status, headers);
    this.#flow = flow;
    return true;
  }

  get #isFirst(): boolean {
    return this.#etag === '' && this.#length === 0;
  }

  #begin(status: number, headers: AnswerHeaders): void {
    this.#etag = unquoted(headerOf(headers, 'etag') ?? '');
    this.#length = Number(headerOf(headers, 'content-length') ?? Number.NaN);
    this.#start = Number(/^bytes (\d+)-/.exec(headerOf(headers, 'content-range') ?? '')?.[1] ?? 0);
    const whole = status === 200 || readObjectHead(headers).size === this.#length;
    if (this.#verifyMd5 && whole && isMd5(this.#etag) && !this.#call.headers?.['x-qs-encryption-customer-algorithm']) {
      this.#md5 = createHash('md5');
    }
  }

  get contentLength(): number {
    return this.#length;
  }

  get verifiedBy(): 'md5' | 'length' {
    return this.#md5 ? 'md5' : 'length';
  }

  data(chunk: Buffer): boolean {
    this.#failures = 0;
    this.#received += chunk.length;
    this.#md5?.update(chunk);
    return this.push(chunk);
  }

  end(): void {
    this.#flow = null;
    if (this.#received < this.#length) {
      this.error(new QingStorError('connection_broken', 'The answer ended too early', { retryable: true }));
      return;
    }
    const { bucket, key } = this.#call;
    const same = this.#received === this.#length || Number.isNaN(this.#length);
    if (same && (!this.#md5 || this.#md5.digest('hex') === this.#etag.toLowerCase())) this.push(null);
    else {
      this.destroy(
        new QingStorError('corrupted_download', 'The content that arrived is not what is stored: its MD5 differs', {
          bucket,
          key,
          hint: 'Download it again. If it stays, something on the way changes data, or the stored object is damaged.',
        }),
      );
    }
  }

  error(thrown: unknown): void {
    this.#flow = null;
    if (this.destroyed) return;
    const { signal, bucket, key } = this.#call;
    const error = signal?.aborted
      ? cancelled()
      : thrown instanceof QingStorError
        ? thrown
        : this.#requests.broken(thrown, this.#call);
    // Without an ETag, nothing says that the rest would be of the same object.
    const resumable = this.#etag !== '' && Number.isFinite(this.#length);
    this.#failures += 1;
    if (!resumable || this.#failures > this.#requests.retries || !mayRetry(error)) {
      this.destroy(error.with({ bucket, key }));
      return;
    }
    this.#resume(error.retryAfterMs).catch((failure: Error) => this.destroy(failure));
  }

  async #resume(retryAfterMs: number | undefined): Promise<void> {
    const attempt = this.#attempt;
    const { signal } = this.#call;
    await pause(pauseBefore(this.#failures, retryAfterMs, this.#requests.random), signal);
    if (this.destroyed || attempt !== this.#attempt) return;
    const from = this.#start + this.#received;
    const headers = {
      ...this.#call.headers,
      Range: `bytes=${from}-${this.#start + this.#length - 1}`,
      'If-Match': quoted(this.#etag),
    };
    const call = { ...this.#call, headers, expect: 206 };
    try {
      const answer = await this.#requests.stream(call, {
        accepts: (status, answered, flow) => {
          const first = /^bytes (\d+)-/.exec(headerOf(answered, 'content-range') ?? '')?.[1];
          return status === 206 && Number(first) === from && this.accepts(status, answered, flow);
        },
        data: (chunk) => this.data(chunk),
        end: () => this.end(),
        error: (error) => this.error(error),
      });
      if (this.destroyed) this.#flow?.abort();
      else if (!this.#flow && answer.body.length > 0)
        throw new QingStorError('unexpected_answer', 'Another range was answered');
    } catch (error) {
      if (error instanceof QingStorError && error.code === 'precondition_failed') {
        throw new QingStorError('object_changed', 'The object was replaced while it was downloaded', {
          bucket: call.bucket,
          key: call.key,
          hint: 'Download it again.',
        });
      }
      this.error(error);
    }
  }
}

/** Begins a download; resolves when the object's head is there. Rejects with `not_modified` and `precondition_failed` too. */
export async function download(
  requests: Requests,
  bucket: string,
  key: string,
  options: DownloadOptions = {},
): Promise<Download> {
  const call: QingStorCall = {
    method: 'GET',
    bucket,
    key,
    query: responseQuery(options.responseHeaders),
    headers: {
      Range: rangeHeader(options.range),
      ...conditionHeaders(options),
      ...encryptionHeaders(options.encryptionKey),
    },
    expect: options.range ? 206 : [200, 206],
    signal: options.signal,
  };
  for (let retry = 1; ; retry += 1) {
    const body = new DownloadBody(requests, call, options.verifyMd5 !== false);
    try {
      const { headers } = await requests.stream(call, body);
      return {
        ...readObjectHead(headers),
        contentLength: body.contentLength,
        verifiedBy: body.verifiedBy,
        body,
        bytes: async () => Buffer.concat(await body.toArray()),
      };
    } catch (error) {
      body.destroy();
      if (retry > requests.retries || !mayRetry(error)) throw error;
      await pause(pauseBefore(retry, error.retryAfterMs, requests.random), options.signal);
    }
  }
}
