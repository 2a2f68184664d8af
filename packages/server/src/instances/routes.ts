import type { InstanceState } from '@sampan/compute';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import { etag } from '../platform/http/conditional.ts';
import { Id, IdParams, Nullable, PageOf, PageQuery, Repeated, Time } from '../platform/http/schemas.ts';
import type { PowerAction } from './rules.ts';
import type { InstanceService } from './service.ts';

const INSTANCE_STATES: readonly InstanceState[] = [
  'pending',
  'starting',
  'running',
  'stopping',
  'stopped',
  'restarting',
  'rebuilding',
  'resizing',
  'resetting_password',
  'releasing',
  'failed',
  'locked',
  'unknown',
];

export const InstanceSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  hostId: Id,
  hostName: Type.String(),
  hostSimulated: Type.Boolean(),
  remoteId: Nullable(Type.String({ description: 'Id in the cloud' })),
  name: Type.String(),
  description: Type.String(),
  state: Type.String({ enum: [...INSTANCE_STATES] }),
  remoteState: Type.String({ description: 'The cloud’s own word for the state' }),
  regionId: Type.String(),
  zoneId: Type.String(),
  networkId: Type.String(),
  networkName: Type.String(),
  imageId: Type.String(),
  imageName: Type.String(),
  flavorId: Type.String(),
  flavorName: Type.String(),
  cpuCount: Type.Integer(),
  memoryBytes: Type.Integer(),
  systemDiskBytes: Type.Integer(),
  privateAddresses: Type.Array(Type.String()),
  publicAddresses: Type.Array(Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  lockReason: Nullable(Type.String()),
  capabilities: Type.Array(Type.String(), { description: 'What its kind of host can do' }),
  operation: Nullable(Type.Object({ id: Id, kind: Type.String(), state: Type.String() })),
  createdAt: Nullable(Time),
  expiresAt: Nullable(Time),
  syncedAt: Time,
  vanishedAt: Nullable(Time),
});

const Force = Type.Object(
  { force: Type.Optional(Type.Boolean({ description: 'As if the power was cut; false when not said' })) },
  { additionalProperties: false },
);
const NoBody = Type.Object({}, { additionalProperties: false });

export function addInstanceRoutes(app: App, parts: { instances: InstanceService; operations: OperationService }): void {
  const { instances, operations } = parts;
  const tags = ['instances'];

  app.get(
    '/instances',
    {
      config: { permission: 'instance:read' },
      schema: {
        tags,
        summary: 'List instances of all hosts',
        querystring: Type.Object({
          ...PageQuery,
          state: Repeated(Type.String({ enum: [...INSTANCE_STATES] })),
          hostId: Repeated(Id),
          regionId: Repeated(Type.String({ maxLength: 100 })),
        }),
        response: { 200: PageOf(InstanceSchema) },
      },
    },
    async (request) => instances.list({ ...request.query, state: request.query.state as InstanceState[] | undefined }),
  );

  app.get(
    '/instances/:id',
    {
      config: { permission: 'instance:read' },
      schema: { tags, summary: 'Read an instance', params: IdParams, response: { 200: InstanceSchema } },
    },
    async (request, reply) => {
      const instance = await instances.get(request.params.id);
      return reply.header('etag', etag(instance.revision)).send(instance);
    },
  );

  function addPower(action: PowerAction, schema: typeof Force | typeof NoBody, summary: string): void {
    app.post(
      `/instances/:id/${action}`,
      {
        config: { permission: `instance:${action}`, audit: `instance.${action}` },
        schema: {
          tags,
          summary,
          params: IdParams,
          body: Type.Union([schema, Type.Null()]),
          response: { 202: OperationSchema },
        },
      },
      async (request, reply) => {
        const { body } = request as { body: { force?: boolean } | null | undefined };
        const force = body?.force === true;
        const wish = { force, operationId: request.idempotentId };
        const operation = await instances.power(request.params.id, action, wish, actorOf(request));
        return reply
          .code(202)
          .header('location', `/api/v1/operations/${operation.id}`)
          .send(await operations.get(operation.id));
      },
    );
  }

  addPower('start', NoBody, 'Start an instance');
  addPower('stop', Force, 'Stop an instance');
  addPower('restart', Force, 'Restart an instance');
}
