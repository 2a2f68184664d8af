import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { Id, IdParams, PageOf, PageQuery } from '../platform/http/schemas.ts';
import { NewRestore, RestoreSchema } from './schema.ts';
import type { RestoreService } from './service.ts';

/** Restoring. The operation with the same id has steps, progress and log, and is cancelled there. */
export function addRestoreRoutes(app: App, parts: { restores: RestoreService }): void {
  const { restores } = parts;
  const tags = ['restores'];

  app.get(
    '/restores',
    {
      config: { permission: 'restore:read' },
      schema: {
        tags,
        summary: 'List restores, newest first; previews are not listed',
        querystring: Type.Object({
          ...{ limit: PageQuery.limit, cursor: PageQuery.cursor },
          ...{ planId: Type.Optional(Id), backupId: Type.Optional(Id) },
        }),
        response: { 200: PageOf(RestoreSchema) },
      },
    },
    async (request) => restores.list(request.query),
  );

  app.post(
    '/restores',
    {
      config: { permission: 'restore:create', audit: 'restore.create' },
      schema: {
        tags,
        summary: 'Restore all of a backup or chosen things, or (preview) tell what that would do',
        body: NewRestore,
        response: { 202: RestoreSchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const made = await restores.create({ ...request.body, ...(id && { id }) }, actorOf(request), { repeated });
      return reply.code(202).header('location', `/api/v1/restores/${made.id}`).send(made);
    },
  );

  app.get(
    '/restores/:id',
    {
      config: { permission: 'restore:read' },
      schema: { tags, summary: 'Read a restore', params: IdParams, response: { 200: RestoreSchema } },
    },
    async (request) => restores.get(request.params.id),
  );
}
