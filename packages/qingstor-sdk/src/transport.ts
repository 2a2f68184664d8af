import type { Readable } from 'node:stream';
import { Client, type Dispatcher, Pool } from 'undici';
import { QingStorError } from './error.ts';
import type { QingStorOptions } from './options.ts';
import { cancelled } from './retry.ts';

/** Answers other than objects are small; a listing of 1,000 longest keys has about 6 MB. */
const LARGEST_ANSWER = 32 * 1024 * 1024;
/** Shorter than what servers and balancers keep: a connection closed by them at the wrong moment costs a retry. */
const KEEP_ALIVE_MS = 15_000;
const EMPTY = Buffer.alloc(0);

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** One request, ready to be written. */
export interface WireRequest {
  origin: string;
  method: string;
  /** Path and query, encoded. */
  target: string;
  /** Names and values in turn. */
  headers: string[];
  /** An iterable is written as its reader takes it; `Content-Length` must be among the headers. */
  body: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array> | null;
  signal: AbortSignal | undefined;
}

export interface WireAnswer {
  status: number;
  headers: AnswerHeaders;
  body: Buffer;
  /** The body goes to the receiver. */
  isStreamed: boolean;
}

/** Who takes the body of an answer as it comes. */
export interface BodyReceiver {
  /** False: this answer is no object; collect it. */
  accepts(status: number, headers: AnswerHeaders, flow: BodyFlow): boolean;
  /** False asks for a pause. */
  data(chunk: Buffer): boolean;
  end(): void;
  error(error: unknown): void;
}

export interface BodyFlow {
  resume(): void;
  abort(): void;
}

/** One attempt at one request. Rejects with what the connection threw, or `cancelled`. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #receiver: BodyReceiver | undefined;
  readonly #resolve: (answer: WireAnswer) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #chunks: Buffer[] | undefined;
  #size = 0;
  #status = 0;
  #headers: AnswerHeaders = {};
  #streams = false;
  #done = false;

  constructor(
    request: WireRequest,
    receiver: BodyReceiver | undefined,
    resolve: (answer: WireAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#receiver = receiver;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  readonly #abort = (): void => {
    if (this.#done) return;
    if (this.#controller) this.#controller.abort(cancelled());
    else this.#fail(cancelled());
  };

  #finish(): void {
    this.#done = true;
    this.#request.signal?.removeEventListener('abort', this.#abort);
  }

  #fail(error: unknown): void {
    if (this.#done) return;
    this.#finish();
    if (this.#streams) this.#receiver?.error(error);
    else this.#reject(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Undici starts again with a new controller when a connection turns out to be closed before anything was written.
    this.#controller = controller;
    if (this.#done || this.#request.signal?.aborted) controller.abort(cancelled());
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const flow = { resume: () => controller.resume(), abort: () => controller.abort(cancelled()) };
    if (this.#receiver?.accepts(status, headers, flow)) {
      this.#streams = true;
      this.#resolve({ status, headers, body: EMPTY, isStreamed: true });
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#streams) {
      if (this.#receiver?.data(chunk) === false) controller.pause();
      return;
    }
    this.#size += chunk.length;
    if (this.#size > LARGEST_ANSWER) {
      controller.abort(new QingStorError('unexpected_answer', 'The answer is far too long'));
      return;
    }
    if (this.#chunks) this.#chunks.push(chunk);
    else this.#chunks = [chunk];
  }

  onResponseEnd(): void {
    if (this.#done) return;
    this.#finish();
    if (this.#streams) this.#receiver?.end();
    else {
      const body = this.#chunks ? Buffer.concat(this.#chunks) : EMPTY;
      this.#resolve({ status: this.#status, headers: this.#headers, body, isStreamed: false });
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }
}

export interface Transport {
  /** Sends once. With a receiver that accepts the answer, resolves when its head is there. */
  send(request: WireRequest, receiver?: BodyReceiver): Promise<WireAnswer>;
  /** Sends once over a new connection of its own, which is closed afterwards: kept ones may be as bad as the one that broke. */
  sendAlone(request: WireRequest): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** Kept connections to each host. */
export function createTransport(options: QingStorOptions): Transport {
  const idleMs = options.idleTimeoutMs ?? 60_000;
  const pools = new Map<string, Pool>();
  const settings = {
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
    connect: {
      timeout: options.connectTimeoutMs ?? 30_000,
      ...(options.caCertificates !== undefined && { ca: options.caCertificates }),
      ...(options.lookup !== undefined && { lookup: options.lookup }),
    },
  };

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, { ...settings, connections: options.maximumConnections ?? 64 });
    pools.set(origin, pool);
    return pool;
  }

  function dispatch(over: Dispatcher, request: WireRequest, receiver: BodyReceiver | undefined): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted) {
        reject(cancelled());
        return;
      }
      over.dispatch(
        {
          path: request.target,
          method: request.method,
          headers: request.headers,
          // Undici takes any iterable; its types name only Readable.
          body: request.body as unknown as Uint8Array | Readable | null,
          // Its default closes the connection after each HEAD.
          reset: false,
        },
        new Exchange(request, receiver, resolve, reject),
      );
    });
  }

  return {
    send: (request, receiver) => dispatch(poolOf(request.origin), request, receiver),
    sendAlone: async (request) => {
      const connection = new Client(request.origin, settings);
      try {
        return await dispatch(connection, request, undefined);
      } finally {
        await connection.destroy();
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}
