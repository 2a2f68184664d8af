import { Readable } from 'node:stream';
import { SampanError } from '@sampan/driver';
import { readWhole } from '../../http/answer-body.ts';
import { connectionFailed } from '../../http/failure.ts';
import type { Http } from '../../http/http.ts';
import { cancelled } from '../../source.ts';
import { foreignAnswer, s3Error } from './errors.ts';

/** A request as the SDK hands it over, signed. */
interface SdkRequest {
  protocol: string;
  hostname: string;
  port?: number;
  method: string;
  path: string;
  query?: Readonly<Record<string, string | string[] | null>>;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
}

/** What one attempt does on the wire; filled while it goes on. */
export interface Exchange {
  status: number | null;
  bytesSent: number;
  bytesReceived: number;
  /** The body of a good answer is left to the caller as it comes. */
  isStreamed: boolean;
}

export interface HandlerOptions {
  abortSignal?: AbortSignal | undefined;
  exchange?: Exchange | undefined;
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function targetOf({ path, query }: SdkRequest): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) =>
      each === null ? encoded(name) : `${encoded(name)}=${encoded(each)}`,
    ),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

type Body = Uint8Array | AsyncIterable<Uint8Array> | undefined;

function counted(body: unknown, exchange: Exchange): Body {
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    exchange.bytesSent = bytes.length;
    return bytes;
  }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      exchange.bytesSent += piece.length;
      yield piece;
    }
  }
  return pieces();
}

/** By its first bytes too: some servers call their documents web pages. */
function isDocument(type: string, body: Buffer): boolean {
  return body.length === 0 || /xml/i.test(type) || /^\s*<\?xml /.test(body.subarray(0, 100).toString('latin1'));
}

/**
 * Carries the SDK's requests over our connections, which check where they go. Errors that no S3 service wrote are told
 * from here; documents of errors are left to the SDK.
 */
export function s3Handler(http: Http) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },

    async handle(request: SdkRequest, options: HandlerOptions = {}) {
      const { abortSignal: signal } = options;
      const exchange = options.exchange ?? { status: null, bytesSent: 0, bytesReceived: 0, isStreamed: false };
      const origin = `${request.protocol}//${request.hostname}${request.port ? `:${request.port}` : ''}`;
      const { host: _, ...headers } = request.headers;
      const target = targetOf(request);
      const answer = await http.send({
        origin,
        method: request.method,
        target,
        headers,
        body: counted(request.body, exchange),
        signal,
      });
      const { status, headers: answered, body } = answer;
      exchange.status = status;
      const isGood = status >= 200 && status < 300;
      if (isGood && exchange.isStreamed) return { response: { statusCode: status, headers: answered, body } };
      let whole: Buffer;
      try {
        whole = await readWhole(body);
      } catch (error) {
        if (signal?.aborted) throw cancelled();
        throw error instanceof SampanError ? error : connectionFailed(error, new URL(origin).host);
      }
      exchange.bytesReceived = whole.length;
      const isOfS3 = answered['x-amz-request-id'] !== undefined;
      // Swift sends such a page for a put that a newer one of the same name overtook.
      if (isGood && isOfS3 && !isDocument(answered['content-type'] ?? '', whole)) whole = Buffer.alloc(0);
      if (!isDocument(answered['content-type'] ?? '', whole)) {
        // Statuses of proxies and gateways mean what they say; a web page in place of an answer does not.
        if (isGood || status < 400) throw foreignAnswer(`a page of type ${answered['content-type']?.slice(0, 60)}`);
        throw s3Error(
          { status, remoteCode: undefined, requestId: undefined, retryAfterMs: retryAfter(answered) },
          undefined,
        );
      }
      return {
        response: { statusCode: status, headers: answered, body: Readable.from(whole.length > 0 ? [whole] : []) },
      };
    },

    updateHttpClientConfig(): void {},
    httpHandlerConfigs: () => ({}),
    destroy(): void {},
  };
}

/** Milliseconds that an answer asks us to wait. */
export function retryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}
