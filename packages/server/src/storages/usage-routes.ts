import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { IdParams } from '../platform/http/schemas.ts';
import { PricesSchema, StorageSchema, UsageSchema } from './schema.ts';
import type { StorageService } from './service.ts';
import type { StorageUsage } from './usage.ts';

/** What storages hold, what goes to and from them, and what that costs. */
export function addStorageUsageRoutes(
  app: App,
  parts: { storages: StorageService; usage: StorageUsage; operations: OperationService },
): void {
  const { storages, usage, operations } = parts;
  const tags = ['storages'];

  app.get(
    '/storages/:id/usage',
    {
      config: { permission: 'storage:read' },
      schema: {
        tags,
        summary: 'Space, requests, bytes and cost of a storage, day by day',
        params: IdParams,
        querystring: Type.Object({
          days: Type.Integer({ minimum: 1, maximum: 366, default: 30, description: 'Up to today, UTC' }),
        }),
        response: { 200: UsageSchema },
      },
    },
    async (request) => usage.read(request.params.id, request.query.days),
  );

  app.put(
    '/storages/:id/prices',
    {
      config: { permission: 'storage:update', audit: 'storage.set_prices' },
      schema: {
        tags,
        summary: 'Set what a storage costs; nothing but null clears it',
        params: IdParams,
        body: PricesSchema,
        response: { 200: StorageSchema },
      },
    },
    async (request, reply) => {
      const revision = expectedRevision(request.headers['if-match']);
      const storage = await storages.setPrices(request.params.id, request.body, actorOf(request), revision);
      return reply.header('etag', etag(storage.revision)).send(storage);
    },
  );

  app.post(
    '/storages/:id/measure',
    {
      config: { permission: 'storage:test', audit: 'storage.measure' },
      schema: {
        tags,
        summary: 'Count objects and bytes of a storage now; Sampan does so once a day',
        params: IdParams,
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const operation = await storages.work.measure(request.params.id, actorOf(request), request.idempotentId);
      return reply
        .code(202)
        .header('location', `/api/v1/operations/${operation.id}`)
        .send(await operations.get(operation.id));
    },
  );
}
