import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { Empty, Id, IdParams, Nullable, PageOf, PageQuery, Time } from '../platform/http/schemas.ts';
import { PERMISSIONS } from '../policy/permissions.ts';
import type { AccessKeyService } from './service.ts';

const properties = {
  id: Id,
  revision: Type.Integer(),
  accessKeyId: Type.String(),
  description: Type.String(),
  state: Type.String({ enum: ['enabled', 'disabled', 'expired'] }),
  scopes: Type.Array(Type.String()),
  allowedAddresses: Type.Array(Type.String()),
  expiresAt: Nullable(Time),
  userId: Id,
  username: Type.String(),
  lastUsedAt: Nullable(Time),
  lastUsedAddress: Nullable(Type.String()),
  createdAt: Time,
};
const AccessKeySchema = Type.Object(properties);

export function addAccessKeyRoutes(app: App, accessKeys: AccessKeyService): void {
  const tags = ['access-keys'];
  const { search: _, count: __, ...paging } = PageQuery;

  app.get(
    '/permissions',
    {
      config: { permission: 'signed_in' },
      schema: {
        tags,
        summary: 'What scopes of AccessKeys can name',
        response: {
          200: Type.Object({ items: Type.Array(Type.Object({ name: Type.String(), description: Type.String() })) }),
        },
      },
    },
    async () => ({ items: Object.entries(PERMISSIONS).map(([name, description]) => ({ name, description })) }),
  );

  app.get(
    '/access-keys',
    {
      config: { permission: 'access_key:read' },
      schema: {
        tags,
        summary: 'List one’s own AccessKeys (administrators: everyone’s)',
        querystring: Type.Object(paging),
        response: { 200: PageOf(AccessKeySchema) },
      },
    },
    async (request) => accessKeys.list(actorOf(request), request.query),
  );

  app.post(
    '/access-keys',
    {
      config: { permission: 'access_key:create', audit: 'access_key.create' },
      schema: {
        tags,
        summary: 'Create an AccessKey for oneself; its secret is in this answer only',
        body: Type.Object(
          {
            id: Type.Optional(Id),
            description: Type.Optional(Type.String({ maxLength: 200 })),
            scopes: Type.Optional(
              Type.Array(Type.String({ maxLength: 100 }), {
                maxItems: 100,
                description: 'Empty: everything its user may',
              }),
            ),
            expiresAt: Type.Optional(Nullable(Time)),
            allowedAddresses: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { maxItems: 100 })),
          },
          { additionalProperties: false },
        ),
        response: { 201: Type.Object({ ...properties, accessKeySecret: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { expiresAt, ...wish } = request.body;
      const key = await accessKeys.create(
        {
          ...wish,
          id: wish.id ?? request.idempotentId,
          expiresAt: typeof expiresAt === 'string' ? Date.parse(expiresAt) : null,
        },
        actorOf(request),
      );
      return reply
        .code(201)
        .header('etag', etag(key.revision))
        .header('location', `/api/v1/access-keys/${key.id}`)
        .header('cache-control', 'no-store')
        .send(key);
    },
  );

  app.get(
    '/access-keys/:id',
    {
      config: { permission: 'access_key:read' },
      schema: { tags, summary: 'Read an AccessKey', params: IdParams, response: { 200: AccessKeySchema } },
    },
    async (request, reply) => {
      const key = await accessKeys.get(request.params.id, actorOf(request));
      return reply.header('etag', etag(key.revision)).send(key);
    },
  );

  app.delete(
    '/access-keys/:id',
    {
      config: { permission: 'access_key:delete', audit: 'access_key.delete' },
      schema: {
        tags,
        summary: 'Delete an AccessKey: requests signed with it are refused at once',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await accessKeys.remove(request.params.id, actorOf(request), expectedRevision(request.headers['if-match']));
      return reply.code(204).send(null);
    },
  );
}
