import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import type { Agent } from 'undici';
import type { StorageEnvironment } from '../contract.ts';
import { egressForbidden } from '../errors.ts';
import { cancelled } from '../source.ts';
import { connectionFailed } from './failure.ts';

export interface HttpOptions {
  environment: StorageEnvironment;
  /** PEM of further authorities that are trusted, besides the usual ones. */
  caCertificate?: string | undefined;
  /** How long the other side may be silent. */
  timeoutMs: number;
}

export interface HttpRequest {
  /** Scheme, host and port. */
  origin: string;
  method: string;
  /** Path and query as on the wire. */
  target: string;
  headers: Readonly<Record<string, string>>;
  /** An iterable is written as its reader takes it; its length must be among the headers, or it goes in HTTP chunks. */
  body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Read it to its end, or destroy it. */
  body: Readable;
}

export interface Http {
  /** One attempt. Redirects are answers like others. Throws `SampanError` for what the connection did. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 15_000;
/** Shorter than what servers and balancers keep: a connection that they close at the wrong moment costs a retry. */
const KEEP_ALIVE_MS = 4_000;
/** Of one origin; further requests wait. */
const CONNECTIONS = 64;

async function makeAgent({ environment, caCertificate, timeoutMs }: HttpOptions): Promise<Agent> {
  // Loaded when the first storage is used: what has no use for it shall not pay for it.
  const [{ Agent }, tls] = await Promise.all([import('undici'), import('node:tls')]);
  return new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      ...(environment.lookup && { lookup: environment.lookup }),
      ...(caCertificate !== undefined && { ca: [...tls.getCACertificates('default'), caCertificate] }),
    },
  });
}

function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** Kept connections to addresses that a person typed: checked against the environment, TLS verified, nothing followed. */
export function createHttp(options: HttpOptions): Http {
  let agent: Promise<Agent> | null = null;
  const { allowsAddress } = options.environment;

  return {
    async send({ origin, method, target, headers, body, signal }) {
      const { hostname, host } = new URL(origin);
      const literal = hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && allowsAddress?.(literal) === false) throw egressForbidden(literal);
      if (signal?.aborted) throw cancelled();
      agent ??= makeAgent(options);
      try {
        const answer = await (await agent).request({
          origin,
          path: target,
          method: method as 'GET',
          headers,
          // Undici takes any iterable; its types name only some.
          body: (body ?? null) as Uint8Array | Readable | null,
          signal: signal ?? null,
          // Its default closes the connection after each HEAD.
          reset: false,
        });
        // Who destroys it needs no error; who reads it gets it all the same.
        answer.body.on('error', () => undefined);
        return { status: answer.statusCode, headers: headersOf(answer.headers), body: answer.body };
      } catch (error) {
        throw signal?.aborted ? cancelled() : connectionFailed(error, host);
      }
    },

    async close() {
      await (await agent)?.destroy();
    },
  };
}
