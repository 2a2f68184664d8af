import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { DriverTypeProperties, Name, OptionsInput, presentDriverType } from '../platform/http/driver-schemas.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { Empty, Id, IdParams, PageOf, PageQuery } from '../platform/http/schemas.ts';
import type { Notifications } from './notifications.ts';
import { ChannelSchema, ChannelSettings, DELIVERY_STATES, DeliverySchema, EventSchema } from './schema.ts';
import type { DeliveryState } from './tables.ts';
import { EVENT_NAMES, knownEvent } from './texts/known-events.ts';

/** Adding, reading, changing and removing channels, and what was told through them. */
export function addChannelRoutes(app: App, parts: { notifications: Notifications }): void {
  const { channels } = parts.notifications;
  const tags = ['notifications'];

  app.get(
    '/channel-types',
    {
      config: { permission: 'channel:read' },
      schema: {
        tags,
        summary: 'Types of channel that can be added, with their options',
        response: { 200: Type.Object({ items: Type.Array(Type.Object(DriverTypeProperties)) }) },
      },
    },
    async () => ({ items: channels.types.all().map(presentDriverType) }),
  );

  app.get(
    '/channel-events',
    {
      config: { permission: 'channel:read' },
      schema: {
        tags,
        summary: 'Events that channels can tell, for their rules',
        response: { 200: Type.Object({ items: Type.Array(EventSchema) }) },
      },
    },
    async () => ({
      items: EVENT_NAMES.flatMap((event) => {
        const known = event === 'test' ? undefined : knownEvent(event);
        return known
          ? [{ event, severity: known.severity, isRecovery: known.isRecovery === true, label: known.label }]
          : [];
      }),
    }),
  );

  app.get(
    '/channels',
    {
      config: { permission: 'channel:read' },
      schema: {
        tags,
        summary: 'List channels',
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(ChannelSchema) },
      },
    },
    async (request) => channels.queries.list(request.query),
  );

  app.post(
    '/channels',
    {
      config: { permission: 'channel:create', audit: 'channel.create' },
      schema: {
        tags,
        summary: 'Add a channel; without rules it tells nothing',
        body: Type.Object(
          { id: Type.Optional(Id), name: Name, type: Type.String(), options: OptionsInput, ...ChannelSettings },
          { additionalProperties: false },
        ),
        response: { 201: ChannelSchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const channel = await channels.create({ ...request.body, id }, actorOf(request), { repeated });
      return reply
        .code(201)
        .header('etag', etag(channel.revision))
        .header('location', `/api/v1/channels/${channel.id}`)
        .send(channel);
    },
  );

  app.get(
    '/channels/:id',
    {
      config: { permission: 'channel:read' },
      schema: { tags, summary: 'Read a channel', params: IdParams, response: { 200: ChannelSchema } },
    },
    async (request, reply) => {
      const channel = await channels.queries.get(request.params.id);
      return reply.header('etag', etag(channel.revision)).send(channel);
    },
  );

  app.patch(
    '/channels/:id',
    {
      config: { permission: 'channel:update', audit: 'channel.update' },
      schema: {
        tags,
        summary:
          'Change a channel: options given replace those of the same name, null clears, an absent secret is kept; rules are ' +
          'replaced as a whole; what waits follows the new settings, and is not told any more when it is switched off',
        params: IdParams,
        body: Type.Object(
          { name: Type.Optional(Name), options: Type.Optional(OptionsInput), ...ChannelSettings },
          { additionalProperties: false },
        ),
        response: { 200: ChannelSchema },
      },
    },
    async (request, reply) => {
      const revision = expectedRevision(request.headers['if-match']);
      const channel = await channels.update(request.params.id, request.body, actorOf(request), revision);
      return reply.header('etag', etag(channel.revision)).send(channel);
    },
  );

  app.delete(
    '/channels/:id',
    {
      config: { permission: 'channel:delete', audit: 'channel.delete' },
      schema: {
        tags,
        summary: 'Remove a channel, and with it the list of what was told through it',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await channels.remove(request.params.id, actorOf(request), expectedRevision(request.headers['if-match']));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/channels/:id/deliveries',
    {
      config: { permission: 'channel:read' },
      schema: {
        tags,
        summary: 'What was told through a channel, is to be told, or was kept quiet; newest first, kept for 30 days',
        params: IdParams,
        querystring: Type.Object({
          limit: PageQuery.limit,
          cursor: PageQuery.cursor,
          sort: PageQuery.sort,
          count: PageQuery.count,
          state: Type.Optional(
            Type.Array(Type.Unsafe<DeliveryState>({ type: 'string', enum: [...DELIVERY_STATES] }), { maxItems: 5 }),
          ),
        }),
        response: { 200: PageOf(DeliverySchema) },
      },
    },
    async (request) => channels.queries.deliveries(request.params.id, request.query),
  );
}
