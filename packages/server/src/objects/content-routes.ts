import { addAbortSignal, Readable } from 'node:stream';
import { SampanError } from '@sampan/driver';
import type { ByteRange, ObjectStore } from '@sampan/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { Id, IdParams, Nullable } from '../platform/http/schemas.ts';
import { contentHeaders, quoted } from './content-headers.ts';
import { parseRange } from './range.ts';
import { requestBody } from './request-body.ts';
import { BucketField, Key } from './schema.ts';
import type { ObjectService } from './service.ts';

/** A client that was refused may still be sending; after this time it is cut off. */
const LINGER_MS = 2_000;

const Query = Type.Object({ key: Key, bucket: BucketField });

function objectChanged(headers: FastifyRequest['headers'], etag: string | null): boolean {
  const condition = headers['if-range'];
  return condition !== undefined && (etag === null || condition !== quoted(etag));
}

/** The range that is asked for, of the object as it is; undefined for the whole. */
async function rangeOf(
  store: ObjectStore,
  key: string,
  headers: FastifyRequest['headers'],
  signal: AbortSignal,
): Promise<ByteRange | undefined> {
  const asked = parseRange(headers.range);
  if (asked === null) return undefined;
  if ('start' in asked && headers['if-range'] === undefined) return asked;
  const { size, etag } = await store.head(key, { signal });
  if (objectChanged(headers, etag)) return undefined;
  if ('start' in asked) return asked;
  // Of the last bytes of nothing there are none: that is told by the store.
  return { start: asked.last === 0 ? size : Math.max(0, size - asked.last) };
}

/** Whoever was refused in the middle of sending is let finish for a moment, so that they can read why. */
function cutOffLater({ raw }: FastifyRequest): void {
  if (raw.complete || raw.destroyed) return;
  raw.resume();
  setTimeout(() => raw.complete || raw.socket.destroy(), LINGER_MS).unref();
}

/** Contents of objects: streams in both directions, of any length, never whole in memory. */
export async function addObjectContentRoutes(
  app: App,
  parts: { objects: ObjectService; stopping: AbortSignal },
): Promise<void> {
  const { objects, stopping } = parts;
  const tags = ['objects'];

  async function answerHead(request: FastifyRequest, reply: FastifyReply, store: ObjectStore, key: string) {
    const head = await store.head(key, { signal: request.closed });
    return reply.headers(contentHeaders(head)).header('content-length', head.size).send();
  }

  async function answerContent(request: FastifyRequest, reply: FastifyReply, store: ObjectStore, key: string) {
    const signal = AbortSignal.any([request.closed, stopping]);
    try {
      const range = await rangeOf(store, key, request.headers, signal);
      const { body, contentLength, ...head } = await store.get(key, { range, signal });
      reply.headers(contentHeaders({ ...head, key })).header('content-length', contentLength);
      if (range) {
        reply.code(206);
        reply.header('content-range', `bytes ${range.start}-${range.start + contentLength - 1}/${head.size}`);
      }
      // Whoever does not read must not keep a server that stops waiting.
      return reply.send(addAbortSignal(stopping, Readable.from(body, { objectMode: false })));
    } catch (error) {
      if (error instanceof SampanError && error.code === 'range_not_satisfiable')
        reply.header('content-range', `bytes */${error.parameters.size ?? '*'}`);
      throw error;
    }
  }

  for (const method of ['GET', 'HEAD'] as const) {
    app.route({
      method,
      url: '/storages/:id/objects/content',
      exposeHeadRoute: false,
      config: { permission: 'object:read' },
      schema: {
        tags,
        summary: method === 'GET' ? 'Download an object, or a range of it' : 'What a download would answer',
        produces: ['application/octet-stream'],
        params: IdParams,
        querystring: Query,
      },
      handler: async (request, reply) => {
        const { id } = request.params as { id: string };
        const { key, bucket } = request.query as { key: string; bucket?: string };
        const store = await objects.store({ storageId: id, bucket }, actorOf(request));
        return method === 'GET' ? answerContent(request, reply, store, key) : answerHead(request, reply, store, key);
      },
    });
  }

  await app.register(async (scoped) => {
    const scope = scoped as App;
    scope.removeAllContentTypeParsers();
    // Left alone: the handler reads it as it comes.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.addHook('onResponse', async (request) => cutOffLater(request));

    scope.put(
      '/storages/:id/objects/content',
      {
        config: { permission: 'object:write', audit: 'object.upload', streamsBody: true },
        schema: {
          tags,
          summary: 'Upload an object: the body is its content, of any length; Content-Type is kept with it',
          params: IdParams,
          // For the description: the handler reads the body itself, and so the validation sees none.
          body: {
            content: {
              'application/octet-stream': {
                schema: Type.Unsafe<null>({ type: ['string', 'null'], format: 'binary' }),
              },
            },
          },
          querystring: Type.Object({
            key: Key,
            bucket: BucketField,
            operation: Type.Boolean({ default: false, description: 'Do it as an operation that can be watched' }),
            operationId: Type.Optional({ ...Id, description: 'Id of that operation, chosen by the caller' }),
          }),
          response: {
            201: Type.Object({
              key: Type.String(),
              size: Type.Integer(),
              md5: Type.String(),
              etag: Nullable(Type.String()),
              operationId: Type.Optional(Id),
            }),
          },
        },
      },
      async (request, reply) => {
        const { key, bucket, operation, operationId } = request.query;
        const place = { storageId: request.params.id, bucket };
        const actor = actorOf(request);
        const contentType = request.headers['content-type'] ?? null;
        const upload = { key, contentType, body: requestBody(request), closed: request.closed, stopping };
        const stored =
          operation || operationId !== undefined
            ? await objects.uploadWatched(place, upload, operationId, actor)
            : await objects.upload(place, upload, actor);
        return reply.code(201).send({ key, ...stored });
      },
    );
  });
}
