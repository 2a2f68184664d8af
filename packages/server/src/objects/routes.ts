import { SampanError } from '@sampan/driver';
import type { StoredObject } from '@sampan/storage';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import { Id, IdParams, Nullable, Time } from '../platform/http/schemas.ts';
import { isoTimeOrNull } from '../platform/time.ts';
import { demand } from '../policy/policy.ts';
import { BucketField, Key } from './schema.ts';
import type { ObjectService } from './service.ts';

const LARGEST_SELECTION = 1000;

const OBJECT = {
  key: Type.String(),
  size: Type.Integer(),
  modified: Nullable(Time),
  md5: Nullable(Type.String({ description: 'Of the content, hex' })),
  etag: Nullable(Type.String()),
};

/** May be empty: everything. */
const Prefix = Type.String({ maxLength: 1023 });
const Keys = Type.Array(Key, { minItems: 1, maxItems: LARGEST_SELECTION });

function present({ key, size, modified, md5, etag }: StoredObject) {
  return { key, size, modified: isoTimeOrNull(modified), md5, etag };
}

/** Listing objects, and what is done with many of them. Their contents have routes of their own. */
export function addObjectRoutes(app: App, parts: { objects: ObjectService; operations: OperationService }): void {
  const { objects, operations } = parts;
  const tags = ['objects'];

  async function accepted(operation: OperationRow) {
    return { location: `/api/v1/operations/${operation.id}`, view: await operations.get(operation.id) };
  }

  app.get(
    '/storages/:id/objects',
    {
      config: { permission: 'object:list' },
      schema: {
        tags,
        summary: 'List objects, with the delimiter / also what lies deeper as prefixes',
        params: IdParams,
        querystring: Type.Object({
          prefix: Type.Optional(Prefix),
          delimiter: Type.Optional(Type.Literal('/')),
          cursor: Type.Optional(Type.String({ maxLength: 8000, description: '`nextCursor` of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 1000, default: 200 }),
          bucket: BucketField,
        }),
        response: {
          200: Type.Object({
            items: Type.Array(Type.Object(OBJECT)),
            prefixes: Type.Array(Type.String({ description: 'Each ends with /' })),
            nextCursor: Nullable(Type.String()),
          }),
        },
      },
    },
    async (request) => {
      const { bucket, ...query } = request.query;
      const store = await objects.store({ storageId: request.params.id, bucket }, actorOf(request));
      const page = await store.list({ ...query, signal: request.closed });
      return { items: page.objects.map(present), prefixes: [...page.prefixes], nextCursor: page.nextCursor };
    },
  );

  app.get(
    '/storages/:id/objects/head',
    {
      config: { permission: 'object:list' },
      schema: {
        tags,
        summary: 'Read what is known of an object, without its content',
        params: IdParams,
        querystring: Type.Object({ key: Key, bucket: BucketField }),
        response: { 200: Type.Object({ ...OBJECT, contentType: Nullable(Type.String()) }) },
      },
    },
    async (request) => {
      const { key, bucket } = request.query;
      const store = await objects.store({ storageId: request.params.id, bucket }, actorOf(request));
      const head = await store.head(key, { signal: request.closed });
      return { ...present(head), contentType: head.contentType };
    },
  );

  app.post(
    '/storages/:id/objects/delete',
    {
      config: { permission: 'object:delete', audit: 'object.delete' },
      schema: {
        tags,
        summary: 'Delete objects by name, or all whose names begin with a prefix',
        params: IdParams,
        body: Type.Object(
          {
            keys: Type.Optional(Keys),
            prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 1023 })),
            bucket: BucketField,
          },
          { additionalProperties: false },
        ),
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const { bucket, ...selection } = request.body;
      const place = { storageId: request.params.id, bucket };
      const { location, view } = await accepted(
        await objects.delete(place, selection, actorOf(request), request.idempotentId),
      );
      return reply.code(202).header('location', location).send(view);
    },
  );

  app.post(
    '/storages/:id/objects/cleanup',
    {
      config: { permission: 'object:delete', audit: 'object.cleanup' },
      schema: {
        tags,
        summary: 'Remove what uploads left behind that were never finished, also those of others in the same bucket',
        params: IdParams,
        body: Type.Object(
          { olderThanHours: Type.Integer({ minimum: 1, maximum: 8760, default: 24 }), bucket: BucketField },
          { additionalProperties: false },
        ),
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const { bucket, olderThanHours } = request.body;
      const place = { storageId: request.params.id, bucket };
      const { location, view } = await accepted(
        await objects.cleanUp(place, olderThanHours * 3_600_000, actorOf(request), request.idempotentId),
      );
      return reply.code(202).header('location', location).send(view);
    },
  );

  app.post(
    '/storages/:id/objects/copy',
    {
      config: { permission: 'object:write', audit: 'object.copy' },
      schema: {
        tags,
        summary: 'Copy objects within a storage or to another one',
        params: IdParams,
        body: Type.Object(
          {
            keys: Type.Optional(Keys),
            prefix: Type.Optional(Prefix),
            bucket: BucketField,
            base: Type.Optional(
              Type.String({
                maxLength: 1023,
                description:
                  'Taken away from the front of each key before the target’s prefix is put there; when not said the ' +
                  'folder of the prefix, or the folder that all keys have in common',
              }),
            ),
            target: Type.Object(
              { storageId: Id, bucket: BucketField, prefix: Type.String({ maxLength: 1023, default: '' }) },
              { additionalProperties: false },
            ),
          },
          { additionalProperties: false },
        ),
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const { bucket, ...wish } = request.body;
      const actor = actorOf(request);
      demand(actor, 'object:read');
      const place = { storageId: request.params.id, bucket };
      const { location, view } = await accepted(await objects.copy(place, wish, actor, request.idempotentId));
      return reply.code(202).header('location', location).send(view);
    },
  );

  app.post(
    '/storages/:id/objects/presign',
    {
      config: { permission: 'object:presign', audit: 'object.presign' },
      schema: {
        tags,
        summary: 'Make a link to an object that works without keys; whoever has it may use it until it ends',
        params: IdParams,
        body: Type.Object(
          {
            key: Key,
            method: Type.Union([Type.Literal('GET'), Type.Literal('PUT')], { default: 'GET' }),
            expiresInSeconds: Type.Integer({ minimum: 60, maximum: 604_800, default: 3600 }),
            downloadName: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
            bucket: BucketField,
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ url: Type.String(), expiresAt: Time }) },
      },
    },
    async (request, reply) => {
      const { bucket, ...wish } = request.body;
      const actor = actorOf(request);
      demand(actor, wish.method === 'PUT' ? 'object:write' : 'object:read');
      if (wish.method === 'PUT' && wish.downloadName !== undefined)
        throw new SampanError('not_supported', 'A link to upload has no name to download under.');
      const link = await objects.presign({ storageId: request.params.id, bucket }, wish, actor);
      return reply.header('cache-control', 'no-store').send(link);
    },
  );
}
