import type { RequestClass, StorageEnvironment } from '../../contract.ts';
import { readWhole } from '../../http/answer-body.ts';
import { connectionFailed } from '../../http/failure.ts';
import { createHttp, type HttpAnswer } from '../../http/http.ts';
import { cancelled } from '../../source.ts';
import type { WebdavOptions } from './options.ts';

export interface WebdavRequest {
  class: RequestClass;
  method: string;
  /** Percent-encoded, from the root of the server. */
  target: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array | AsyncIterable<Uint8Array>;
  signal: AbortSignal | undefined;
}

export interface WholeAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface StreamedAnswer extends HttpAnswer {
  /** To be called once, at the end of the body. */
  observed: (bytesReceived: number) => void;
}

export interface Requests {
  send(request: WebdavRequest): Promise<WholeAnswer>;
  stream(request: WebdavRequest): Promise<StreamedAnswer>;
  close(): Promise<void>;
}

/** One attempt at each request, with the log-in, observed. */
export function createRequests(options: WebdavOptions, environment: StorageEnvironment): Requests {
  const { origin, username, password, caCertificate, timeoutMs } = options;
  const http = createHttp({ environment, caCertificate, timeoutMs });
  const { host } = new URL(origin);
  const login = username === undefined ? null : Buffer.from(`${username}:${password ?? ''}`).toString('base64');

  async function stream(request: WebdavRequest): Promise<StreamedAnswer> {
    const { method, target, body, signal } = request;
    let bytesSent = body instanceof Uint8Array ? body.length : 0;
    async function* counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        bytesSent += piece.length;
        yield piece;
      }
    }
    const observe = (status: number | null, bytesReceived: number): void =>
      environment.observe?.({ class: request.class, status, bytesSent, bytesReceived });
    try {
      const answer = await http.send({
        origin,
        method,
        target,
        headers: {
          'user-agent': 'sampan',
          'accept-encoding': 'identity',
          ...(login !== null && { authorization: `Basic ${login}` }),
          ...request.headers,
        },
        body: body === undefined || body instanceof Uint8Array ? body : counted(body),
        signal,
      });
      return { ...answer, observed: (bytesReceived) => observe(answer.status, bytesReceived) };
    } catch (error) {
      observe(null, 0);
      throw error;
    }
  }

  return {
    stream,
    async send(request) {
      const { status, headers, body, observed } = await stream(request);
      let whole: Buffer = Buffer.alloc(0);
      try {
        whole = await readWhole(body);
        return { status, headers, body: whole };
      } catch (error) {
        throw request.signal?.aborted ? cancelled() : connectionFailed(error, host);
      } finally {
        observed(whole.length);
      }
    },
    close: () => http.close(),
  };
}
