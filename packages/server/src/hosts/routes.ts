import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import type { Changes } from '../platform/changes.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { checkLines, ndjson, testRecorder } from '../platform/http/connection-checks.ts';
import {
  DriverTypeProperties,
  Name,
  OptionsInput,
  OptionValue,
  presentDriverType,
} from '../platform/http/driver-schemas.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { Empty, ErrorView, Id, IdParams, Nullable, PageOf, PageQuery, Time } from '../platform/http/schemas.ts';
import type { HostService } from './service.ts';

export const HostSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  name: Type.String(),
  type: Type.String(),
  options: Type.Record(Type.String(), OptionValue, { description: 'Without secrets' }),
  sealedOptions: Type.Array(Type.String(), { description: 'Names of the secret options that are set' }),
  state: Type.String({ enum: ['new', 'synchronizing', 'ready', 'unreachable', 'refused'] }),
  error: Nullable(ErrorView),
  simulated: Type.Boolean(),
  simulatedCloudId: Nullable(Id),
  instanceCount: Type.Integer(),
  syncedAt: Nullable(Time),
  syncDurationMs: Nullable(Type.Integer()),
  createdAt: Time,
  updatedAt: Time,
});

export function addHostRoutes(
  app: App,
  parts: { hosts: HostService; operations: OperationService; changes: Changes },
): void {
  const { hosts, operations, changes } = parts;
  const tags = ['hosts'];
  const lines = { produces: ['application/x-ndjson'] };
  const testConfig = { permission: 'host:test' as const, audit: 'host.test' };

  function test(request: FastifyRequest, { driver, target }: Awaited<ReturnType<HostService['driverToTest']>>) {
    const record = testRecorder(changes, actorOf(request), target);
    return ndjson(checkLines(driver, { signal: request.closed, log: request.log, record }));
  }

  app.get(
    '/host-types',
    {
      config: { permission: 'host:read' },
      schema: {
        tags,
        summary: 'Types of host that can be added, with their options',
        response: { 200: Type.Object({ items: Type.Array(Type.Object(DriverTypeProperties)) }) },
      },
    },
    async () => ({
      items: hosts.types.all().map(presentDriverType),
    }),
  );

  app.get(
    '/hosts',
    {
      config: { permission: 'host:read' },
      schema: {
        tags,
        summary: 'List hosts',
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(HostSchema) },
      },
    },
    async (request) => hosts.queries.list(request.query),
  );

  app.post(
    '/hosts',
    {
      config: { permission: 'host:create', audit: 'host.create' },
      schema: {
        tags,
        summary: 'Add a host; its first synchronisation starts at once',
        body: Type.Object(
          { id: Type.Optional(Id), name: Name, type: Type.String(), options: OptionsInput },
          { additionalProperties: false },
        ),
        response: { 201: HostSchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const host = await hosts.create({ ...request.body, id }, actorOf(request), { repeated });
      return reply
        .code(201)
        .header('etag', etag(host.revision))
        .header('location', `/api/v1/hosts/${host.id}`)
        .send(host);
    },
  );

  app.post(
    '/hosts/test',
    {
      config: testConfig,
      schema: {
        tags,
        ...lines,
        summary: 'Test a connection before saving: one line of JSON per step, the last is `result`; stores nothing',
        body: Type.Object(
          { type: Type.String(), options: OptionsInput, hostId: Type.Optional(Id) },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const { type, options, hostId } = request.body;
      const made = await hosts.driverToTest(type, options, hostId);
      return reply.type('application/x-ndjson').send(test(request, made));
    },
  );

  app.post(
    '/hosts/:id/test',
    {
      config: testConfig,
      schema: { tags, ...lines, summary: 'Test the connection of a host as it is saved', params: IdParams },
    },
    async (request, reply) => {
      const host = await hosts.queries.get(request.params.id);
      const made = await hosts.driverToTest(host.type, {}, host.id);
      return reply.type('application/x-ndjson').send(test(request, made));
    },
  );

  app.get(
    '/hosts/:id',
    {
      config: { permission: 'host:read' },
      schema: { tags, summary: 'Read a host', params: IdParams, response: { 200: HostSchema } },
    },
    async (request, reply) => {
      const host = await hosts.queries.get(request.params.id);
      return reply.header('etag', etag(host.revision)).send(host);
    },
  );

  app.patch(
    '/hosts/:id',
    {
      config: { permission: 'host:update', audit: 'host.update' },
      schema: {
        tags,
        summary: 'Change a host: options given replace those of the same name, null clears, an absent secret is kept',
        params: IdParams,
        body: Type.Object(
          { name: Type.Optional(Name), options: Type.Optional(OptionsInput) },
          { additionalProperties: false },
        ),
        response: { 200: HostSchema },
      },
    },
    async (request, reply) => {
      const host = await hosts.update(
        request.params.id,
        request.body,
        actorOf(request),
        expectedRevision(request.headers['if-match']),
      );
      return reply.header('etag', etag(host.revision)).send(host);
    },
  );

  app.delete(
    '/hosts/:id',
    {
      config: { permission: 'host:delete', audit: 'host.delete' },
      schema: {
        tags,
        summary: 'Remove a host and its inventory from Sampan; nothing in the cloud is touched',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await hosts.remove(request.params.id, actorOf(request), expectedRevision(request.headers['if-match']));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/hosts/:id/sync',
    {
      config: { permission: 'host:sync', audit: 'host.sync' },
      schema: { tags, summary: 'Synchronise a host now', params: IdParams, response: { 202: OperationSchema } },
    },
    async (request, reply) => {
      const operation = await hosts.syncs.request(request.params.id, actorOf(request), request.idempotentId);
      return reply
        .code(202)
        .header('location', `/api/v1/operations/${operation.id}`)
        .send(await operations.get(operation.id));
    },
  );
}
