import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { authenticate, protocolOf } from './access/authenticate.ts';
import type { ServerContext } from './context.ts';
import { applyLifecycle } from './core/lifecycle.ts';
import { asServerError } from './errors.ts';
import { asVirtualHost } from './http/address.ts';
import { type Reply, sendError } from './http/answers.ts';
import { mostRequests, tooManyRequests } from './http/capacity.ts';
import { Exchange } from './http/exchange.ts';
import { handleNative } from './native/handle.ts';
import {
  type AccessKey,
  DEFAULT_BASE_HOST,
  DEFAULT_IDLE_TIMEOUT_MS,
  DEFAULT_LIFECYCLE_INTERVAL_MS,
  DEFAULT_ZONE,
  type QingStorServerOptions,
} from './options.ts';
import { sendS3Error } from './s3/answers.ts';
import { handleS3 } from './s3/handle.ts';
import { openStore } from './store/store.ts';

const HEADERS_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 60_000;
const LARGEST_HEADERS_BYTES = 32 * 1024;

export interface QingStorServer {
  /** E.g. `http://127.0.0.1:9000`: path style, in the server's zone. */
  url: string;
  port: number;
  /** Applies the lifecycle rules of all buckets now. */
  applyLifecycle(): Promise<void>;
  /** Ends all connections, then the store; a second call waits for the same end. */
  close(): Promise<void>;
}

function checkOptions(options: QingStorServerOptions): Map<string, AccessKey> {
  const { accessKeyId, secretAccessKey } = options;
  const keys = new Map<string, AccessKey>();
  for (const key of [...(options.accessKeys ?? []), { accessKeyId, secretAccessKey }]) {
    if (!/^[^\s:/,]{1,128}$/.test(key.accessKeyId) || key.secretAccessKey === '') {
      throw new TypeError('An access key needs an id without blanks, colons, commas and slashes, and a secret.');
    }
    keys.set(key.accessKeyId, key);
  }
  return keys;
}

/**
 * Picks between a zone and a bucket where a host has one label only before the base. On the S3 side whatever is asked of
 * the root is asked of a bucket, but for the list of buckets.
 */
function settleAddress(context: ServerContext, exchange: Exchange, protocol: 'qingstor' | 's3'): void {
  const { ambiguousLabel, isVirtualHost, bucket } = exchange.address;
  if (ambiguousLabel === undefined || isVirtualHost) return;
  const isBucket = context.store.buckets.find(ambiguousLabel) !== undefined;
  const isListOfBuckets = exchange.method === 'GET' && [...exchange.query.keys()].every((name) => name === 'x-id');
  const asksBucket = protocol === 's3' && bucket === undefined && !isListOfBuckets;
  if (isBucket || asksBucket) exchange.address = asVirtualHost(exchange.address, context.zone);
}

async function answer(context: ServerContext, exchange: Exchange): Promise<void> {
  const protocol = protocolOf(exchange);
  try {
    settleAddress(context, exchange, protocol);
    const principal = authenticate(exchange, protocol, context.keys, context.now());
    const call = { context, exchange, principal };
    await (protocol === 's3' ? handleS3(call) : handleNative(call));
  } catch (error) {
    fail(context, exchange, error, protocol);
  }
}

function fail(
  context: ServerContext,
  reply: Reply & { address?: { target: string } },
  error: unknown,
  protocol: 'qingstor' | 's3',
): void {
  const known = asServerError(error);
  if (known.row.status >= 500 && known.cause !== undefined) {
    context.emit({ level: 'error', message: known.message, requestId: reply.requestId, error: known.cause });
  }
  // Half an answer cannot be turned into another one; cut off, it is at least not taken for a whole one.
  if (reply.response.headersSent || reply.response.destroyed) {
    reply.response.destroy();
    return;
  }
  if (protocol === 's3') sendS3Error(reply, known);
  else sendError(reply, known);
}

/**
 * Starts a QingStor-compatible server and resolves when it takes requests. Throws when the data directory is served by
 * another process, or cannot be used.
 *
 * @example
 * const server = await startQingStorServer({ data: './objects', accessKeyId: 'demo', secretAccessKey: 'demo-secret' });
 */
export async function startQingStorServer(options: QingStorServerOptions): Promise<QingStorServer> {
  const now = options.now ?? Date.now;
  const keys = checkOptions(options);
  const store = await openStore(options.data, now);
  const context: ServerContext = {
    store,
    keys,
    baseHost: (options.baseHost ?? DEFAULT_BASE_HOST).toLowerCase(),
    zone: options.zone ?? DEFAULT_ZONE,
    strictZones: options.strictZones ?? false,
    idleMs: options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
    now,
    emit: options.onEvent ?? (() => undefined),
  };
  const underWay = new Set<Promise<void>>();
  const most = mostRequests();

  function serve(request: IncomingMessage, response: ServerResponse, expect: 'body' | 'continue'): void {
    let exchange: Exchange;
    try {
      exchange = new Exchange(request, response, context, expect);
      response.setHeader('x-qs-request-id', exchange.requestId);
      response.setHeader('x-amz-request-id', exchange.requestId);
      response.setHeader('Server', 'QingStor');
    } catch (error) {
      const requestId = randomBytes(16).toString('hex');
      const isS3 = /^AWS/.test(request.headers.authorization ?? '') || /[?&]X-Amz-/.test(request.url ?? '');
      response.setHeader('x-qs-request-id', requestId);
      response.setHeader('Server', 'QingStor');
      fail(context, { request, response, method: request.method ?? '', requestId }, error, isS3 ? 's3' : 'qingstor');
      return;
    }
    if (underWay.size >= most) {
      response.shouldKeepAlive = false;
      fail(context, exchange, tooManyRequests(), protocolOf(exchange));
      return;
    }
    const work = answer(context, exchange)
      .catch((error: unknown) => {
        context.emit({ level: 'error', message: 'an answer could not be given', requestId: exchange.requestId, error });
        response.destroy();
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }

  const server = createServer(
    {
      // A large upload takes as long as it takes; silence is what ends it.
      requestTimeout: 0,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: LARGEST_HEADERS_BYTES,
      noDelay: true,
    },
    (request, response) => serve(request, response, 'body'),
  );
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    serve(request, response, 'continue'),
  );
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  server.on('error', (error) => context.emit({ level: 'error', message: 'the listening socket failed', error }));

  let sweeping: Promise<void> = Promise.resolve();
  const sweep = () => {
    sweeping = sweeping.then(() => applyLifecycle(context));
    return sweeping;
  };
  const interval = options.lifecycleIntervalMs ?? DEFAULT_LIFECYCLE_INTERVAL_MS;
  const timer = interval > 0 ? setInterval(sweep, interval).unref() : undefined;

  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const host = options.host ?? '127.0.0.1';
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    applyLifecycle: sweep,
    close() {
      closing ??= (async () => {
        clearInterval(timer);
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
        await Promise.allSettled(underWay);
        await sweeping;
        await store.close();
      })();
      return closing;
    },
  };
}
