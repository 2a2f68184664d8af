import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { SampanError, toSampanError } from '@sampan/driver';
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { isUniqueViolation, isUnreadableValue } from './platform/database/errors.ts';
import { fromValidation } from './platform/http/invalid-fields.ts';
import { lazySchemas } from './platform/http/lazy-schemas.ts';
import { InvalidRequest, toProblem } from './platform/http/problem.ts';
import { newId } from './platform/ids.ts';
import type { Log } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import { isStorable } from './platform/storable-text.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Aborts when the client is gone before the answer was complete. */
    closed: AbortSignal;
  }
  interface FastifyContextConfig {
    /** Action in the audit log; every changing route has one, or null with the reason in `auditNotBecause`. */
    audit?: string | null;
    auditNotBecause?: string;
    /** The handler reads the body itself, as it comes. */
    streamsBody?: boolean;
  }
}

const BODY_LIMIT = 1024 * 1024;

function fromFastify(error: FastifyError): SampanError {
  if (error.validation) return fromValidation(error);
  switch (error.statusCode) {
    case 400:
      return new InvalidRequest([{ field: 'body', code: 'bad_format', message: error.message }]);
    case 413:
      return new SampanError('payload_too_large', `The body is larger than ${BODY_LIMIT / 1024} KiB.`, {
        hint: 'Send less at once.',
      });
    case 415:
      return new SampanError('unsupported_media_type', 'The body must be JSON.', {
        hint: 'Send Content-Type: application/json.',
      });
    default:
      return toSampanError(error);
  }
}

/** Two requests made the same thing at the same moment, and this one came second. */
function tooLate(): SampanError {
  return new SampanError('operation_conflict', 'Somebody else did the same at the same moment.', {
    hint: 'Look at what is there now, and try again if it is still needed.',
    retryable: true,
  });
}

function unreadable(): InvalidRequest {
  return new InvalidRequest([
    { field: 'request', code: 'wrong_type', message: 'a value does not have the type it needs' },
  ]);
}

function answerProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = isUniqueViolation(thrown) ? tooLate() : isUnreadableValue(thrown) ? unreadable() : thrown;
  const isFastifys = error instanceof Error && !(error instanceof SampanError) && 'statusCode' in error;
  const known = isFastifys ? fromFastify(error as FastifyError) : toSampanError(error);
  const problem = toProblem(known, request.id);
  if (problem.code === 'internal_error') request.log.error({ err: error }, 'a request failed');
  if (known.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(known.retryAfterMs / 1000));
  if (problem.status === 401) reply.header('www-authenticate', 'ZStack');
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** JSON bodies; the bytes are kept for signatures that cover them. An empty body is null. */
function addBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => {
    request.rawBody = body;
    if (body.length === 0) return done(null, null);
    try {
      done(null, JSON.parse(body.toString('utf8')));
    } catch {
      done(new InvalidRequest([{ field: 'body', code: 'bad_format', message: 'the body is not valid JSON' }]));
    }
  };
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parse);
  // The seed's curl sends this with requests that have no body.
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (request, body: Buffer, done) => {
      request.rawBody = body;
      if (body.length === 0) return done(null, null);
      done(
        new SampanError('unsupported_media_type', 'The body must be JSON.', {
          hint: 'Send Content-Type: application/json.',
        }),
      );
    },
  );
}

/** The HTTP application without its routes: errors, security headers, bodies, measurements. */
export async function makeApp(parts: {
  log: Log;
  metrics: Metrics;
  trustedProxies: readonly string[];
  tls: { cert: Buffer; key: Buffer } | null;
  /** Compile the schemas of all routes before listening, as tests do. */
  eagerSchemas?: boolean;
}): Promise<App> {
  const options = {
    loggerInstance: parts.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { ignoreTrailingSlash: false },
    forceCloseConnections: 'idle' as const,
    ajv: {
      customOptions: { coerceTypes: 'array' as const, removeAdditional: false, allErrors: false, useDefaults: true },
    },
    ...(parts.eagerSchemas !== true && { schemaController: lazySchemas() }),
    ...(parts.tls && { https: parts.tls }),
  };
  const app = fastify(options).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply));
  addBodyParser(app);
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: parts.tls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  app.addHook('preValidation', async (request) => {
    if (isStorable(request.query) && isStorable(request.body)) return;
    throw new InvalidRequest([
      { field: 'text', code: 'bad_format', message: 'a text holds a NUL or half a character' },
    ]);
  });
  app.decorateRequest('closed');
  app.addHook('onRequest', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.on('close', () => {
      if (!reply.raw.writableFinished) gone.abort(new Error('the client is gone'));
    });
    request.closed = gone.signal;
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    parts.metrics.requests.observe(labels, reply.elapsedTime / 1000);
    const line = {
      id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (reply.statusCode >= 500) request.log.warn(line, 'request');
    else request.log.debug(line, 'request');
  });
  return app;
}
