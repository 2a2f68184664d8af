import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { DriverTypeProperties, Name, OptionsInput, presentDriverType } from '../platform/http/driver-schemas.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { Empty, Id, IdParams, PageOf, PageQuery } from '../platform/http/schemas.ts';
import { LimitsInput, StorageSchema } from './schema.ts';
import type { StorageService } from './service.ts';

/** Adding, reading, changing and removing storages. */
export function addStorageRoutes(app: App, parts: { storages: StorageService }): void {
  const { storages } = parts;
  const tags = ['storages'];

  app.get(
    '/storage-types',
    {
      config: { permission: 'storage:read' },
      schema: {
        tags,
        summary: 'Types of storage that can be added, with their options',
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                ...DriverTypeProperties,
                isLocal: Type.Boolean({ description: 'A part of the server itself; for administrators' }),
              }),
            ),
          }),
        },
      },
    },
    async () => ({
      items: storages.types.all().map((type) => ({ ...presentDriverType(type), isLocal: type.isLocal === true })),
    }),
  );

  app.get(
    '/storages',
    {
      config: { permission: 'storage:read' },
      schema: {
        tags,
        summary: 'List storages',
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(StorageSchema) },
      },
    },
    async (request) => storages.queries.list(request.query),
  );

  app.post(
    '/storages',
    {
      config: { permission: 'storage:create', audit: 'storage.create' },
      schema: {
        tags,
        summary: 'Add a storage; a first look at it follows at once',
        body: Type.Object(
          {
            id: Type.Optional(Id),
            name: Name,
            type: Type.String(),
            options: OptionsInput,
            limits: Type.Optional(LimitsInput),
          },
          { additionalProperties: false },
        ),
        response: { 201: StorageSchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const storage = await storages.create({ ...request.body, id }, actorOf(request), { repeated });
      return reply
        .code(201)
        .header('etag', etag(storage.revision))
        .header('location', `/api/v1/storages/${storage.id}`)
        .send(storage);
    },
  );

  app.get(
    '/storages/:id',
    {
      config: { permission: 'storage:read' },
      schema: { tags, summary: 'Read a storage', params: IdParams, response: { 200: StorageSchema } },
    },
    async (request, reply) => {
      const storage = await storages.queries.get(request.params.id);
      return reply.header('etag', etag(storage.revision)).send(storage);
    },
  );

  app.patch(
    '/storages/:id',
    {
      config: { permission: 'storage:update', audit: 'storage.update' },
      schema: {
        tags,
        summary:
          'Change a storage: options and limits given replace those of the same name, null clears, an absent secret is kept; ' +
          'running work follows with its next request',
        params: IdParams,
        body: Type.Object(
          { name: Type.Optional(Name), options: Type.Optional(OptionsInput), limits: Type.Optional(LimitsInput) },
          { additionalProperties: false },
        ),
        response: { 200: StorageSchema },
      },
    },
    async (request, reply) => {
      const revision = expectedRevision(request.headers['if-match']);
      const storage = await storages.update(request.params.id, request.body, actorOf(request), revision);
      return reply.header('etag', etag(storage.revision)).send(storage);
    },
  );

  app.delete(
    '/storages/:id',
    {
      config: { permission: 'storage:delete', audit: 'storage.delete' },
      schema: {
        tags,
        summary: 'Remove a storage from Sampan; nothing of what is stored is touched',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await storages.remove(request.params.id, actorOf(request), expectedRevision(request.headers['if-match']));
      return reply.code(204).send(null);
    },
  );
}
