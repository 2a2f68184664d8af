import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { Localized } from '../platform/http/driver-schemas.ts';
import { Empty, Id, IdParams, Nullable, Time } from '../platform/http/schemas.ts';
import { isoTimeOrNull } from '../platform/time.ts';
import type { BucketService } from './service.ts';

const BucketName = Type.String({ minLength: 1, maxLength: 255 });
const Zone = Type.Optional(Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-zA-Z0-9-]+$' }));
const BucketParams = Type.Object({ id: Id, bucket: BucketName });

/** Buckets of storages that have such; others answer `not_supported`. */
export function addBucketRoutes(app: App, parts: { buckets: BucketService }): void {
  const { buckets } = parts;
  const tags = ['buckets'];

  app.get(
    '/storages/:id/buckets',
    {
      config: { permission: 'bucket:read' },
      schema: {
        tags,
        summary: 'List the buckets that the key of a storage may see',
        params: IdParams,
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({ name: Type.String(), zone: Nullable(Type.String()), createdAt: Nullable(Time) }),
            ),
            nextCursor: Type.Null(),
          }),
        },
      },
    },
    async (request) => {
      const found = await buckets.list(request.params.id, request.closed);
      const items = found.map(({ name, zone, createdAt }) => ({ name, zone, createdAt: isoTimeOrNull(createdAt) }));
      return { items, nextCursor: null };
    },
  );

  app.post(
    '/storages/:id/buckets',
    {
      config: { permission: 'bucket:create', audit: 'bucket.create' },
      schema: {
        tags,
        summary: 'Create a bucket',
        params: IdParams,
        body: Type.Object(
          {
            name: BucketName,
            zone: Zone,
            access: Type.Optional(
              Type.Union([Type.Literal('private'), Type.Literal('public_read')], {
                description: 'public_read: anyone may read its objects; private when not said',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 201: Type.Object({ name: Type.String(), zone: Nullable(Type.String()) }) },
      },
    },
    async (request, reply) => {
      const { name, zone } = request.body;
      await buckets.create(request.params.id, request.body, actorOf(request), request.closed);
      return reply.code(201).send({ name, zone: zone ?? null });
    },
  );

  app.delete(
    '/storages/:id/buckets/:bucket',
    {
      config: { permission: 'bucket:delete', audit: 'bucket.delete' },
      schema: {
        tags,
        summary: 'Delete a bucket, which must be empty',
        params: BucketParams,
        querystring: Type.Object({ zone: Zone }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      const { id, bucket } = request.params;
      await buckets.delete(id, bucket, request.query.zone, actorOf(request), request.closed);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/storages/:id/buckets/:bucket/policy',
    {
      config: { permission: 'bucket:read' },
      schema: {
        tags,
        summary: 'A least-privilege policy for the key of a storage, to be pasted into the vendor’s console',
        params: BucketParams,
        querystring: Type.Object({
          prefix: Type.Optional(Type.String({ maxLength: 1023, description: 'That of the storage when not said' })),
        }),
        response: { 200: Type.Object({ document: Type.String(), note: Localized }) },
      },
    },
    async (request) => buckets.policy(request.params.id, request.params.bucket, request.query.prefix),
  );
}
