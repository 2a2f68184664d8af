import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { Empty, Id, IdParams, Nullable, Time } from '../platform/http/schemas.ts';
import type { SimulatedCloudService } from './service.ts';

const SimulatedCloudSchema = Type.Object({
  id: Id,
  type: Type.Literal('qingzhou'),
  name: Type.String(),
  state: Type.String({ enum: ['starting', 'running', 'stopped', 'failed'] }),
  endpoint: Type.String(),
  instanceCount: Type.Integer(),
  hostId: Nullable(Id),
  createdAt: Time,
  error: Nullable(Type.String()),
});

export function addSimulatedCloudRoutes(app: App, clouds: SimulatedCloudService): void {
  const tags = ['simulated-clouds'];

  app.get(
    '/simulated-clouds',
    {
      config: { permission: 'simulated_cloud:read' },
      schema: {
        tags,
        summary: 'List simulated clouds',
        response: { 200: Type.Object({ items: Type.Array(SimulatedCloudSchema), nextCursor: Type.Null() }) },
      },
    },
    async () => ({ items: await clouds.list(), nextCursor: null }),
  );

  app.post(
    '/simulated-clouds',
    {
      config: { permission: 'simulated_cloud:create', audit: 'simulated_cloud.create' },
      schema: {
        tags,
        summary: 'Start a simulated cloud and add it as a host, to try Sampan without an account',
        body: Type.Object(
          {
            id: Type.Optional(Id),
            type: Type.Literal('qingzhou'),
            instances: Type.Integer({ minimum: 0, maximum: 20_000, default: 24 }),
          },
          { additionalProperties: false },
        ),
        response: { 201: SimulatedCloudSchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const cloud = await clouds.create({ ...request.body, id }, actorOf(request), { repeated });
      return reply.code(201).send(cloud);
    },
  );

  app.delete(
    '/simulated-clouds/:id',
    {
      config: { permission: 'simulated_cloud:delete', audit: 'simulated_cloud.delete' },
      schema: {
        tags,
        summary: 'Remove a simulated cloud, its host and its state',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await clouds.remove(request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  );
}
