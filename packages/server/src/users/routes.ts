import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import type { Database } from '../platform/database/open.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { parseSort, readPage } from '../platform/http/page.ts';
import { Empty, Id, IdParams, PageOf, PageQuery, Time } from '../platform/http/schemas.ts';
import { presentUser, type UserService } from './service.ts';
import { usernameKey } from './store.ts';

const RoleSchema = Type.Union([Type.Literal('administrator'), Type.Literal('operator'), Type.Literal('read_only')]);
export const Username = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\s:/\\u0000-\\u001f]+$',
  description: 'Without blanks, colons and slashes',
});
export const Password = Type.String({ minLength: 1, maxLength: 1000 });
const DisplayName = Type.String({ maxLength: 100 });

export const UserSchema = Type.Object({
  id: Id,
  revision: Type.Integer(),
  username: Type.String(),
  displayName: Type.String(),
  role: RoleSchema,
  disabled: Type.Boolean(),
  createdAt: Time,
  updatedAt: Time,
});

export function addUserRoutes(app: App, parts: { users: UserService; database: Database }): void {
  const { users, database } = parts;
  const tags = ['users'];

  app.get(
    '/users',
    {
      config: { permission: 'user:read' },
      schema: {
        tags,
        summary: 'List users',
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(UserSchema) },
      },
    },
    async (request) => {
      const sort = parseSort(request.query.sort, { username: 'username_key', createdAt: 'created_at' }, 'username');
      let query = database.query.selectFrom('users').selectAll();
      const { search } = request.query;
      if (search) query = query.where('username_key', 'like', `%${usernameKey(search).replaceAll(/[%_]/g, '')}%`);
      const { rows, nextCursor } = await readPage(query, 'users', sort, request.query);
      return { items: rows.map(presentUser), nextCursor };
    },
  );

  app.post(
    '/users',
    {
      config: { permission: 'user:create', audit: 'user.create' },
      schema: {
        tags,
        summary: 'Create a user',
        body: Type.Object(
          {
            id: Type.Optional(Id),
            username: Username,
            displayName: Type.Optional(DisplayName),
            role: RoleSchema,
            password: Password,
          },
          { additionalProperties: false },
        ),
        response: { 201: UserSchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const user = await users.create({ ...request.body, id }, actorOf(request), { repeated });
      return reply
        .code(201)
        .header('etag', etag(user.revision))
        .header('location', `/api/v1/users/${user.id}`)
        .send(user);
    },
  );

  app.patch(
    '/users/current',
    {
      config: { permission: 'user:update_self', audit: 'user.update' },
      schema: {
        tags,
        summary: 'Change one’s own name or password',
        body: Type.Object(
          {
            displayName: Type.Optional(DisplayName),
            password: Type.Optional(Password),
            currentPassword: Type.Optional(Password),
          },
          { additionalProperties: false },
        ),
        response: { 200: UserSchema },
      },
    },
    async (request) => users.updateSelf(actorOf(request), request.body),
  );

  app.get(
    '/users/:id',
    {
      config: { permission: 'user:read' },
      schema: { tags, summary: 'Read a user', params: IdParams, response: { 200: UserSchema } },
    },
    async (request, reply) => {
      const user = await users.get(request.params.id);
      return reply.header('etag', etag(user.revision)).send(user);
    },
  );

  app.patch(
    '/users/:id',
    {
      config: { permission: 'user:update', audit: 'user.update' },
      schema: {
        tags,
        summary: 'Change a user; a new password ends their sessions',
        params: IdParams,
        body: Type.Object(
          {
            displayName: Type.Optional(DisplayName),
            role: Type.Optional(RoleSchema),
            disabled: Type.Optional(Type.Boolean()),
            password: Type.Optional(Password),
          },
          { additionalProperties: false },
        ),
        response: { 200: UserSchema },
      },
    },
    async (request, reply) => {
      const revision = expectedRevision(request.headers['if-match']);
      const user = await users.update(request.params.id, request.body, actorOf(request), {
        expectedRevision: revision,
      });
      return reply.header('etag', etag(user.revision)).send(user);
    },
  );

  app.delete(
    '/users/:id',
    {
      config: { permission: 'user:delete', audit: 'user.delete' },
      schema: {
        tags,
        summary: 'Delete a user with their sessions and AccessKeys',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await users.remove(request.params.id, actorOf(request), expectedRevision(request.headers['if-match']));
      return reply.code(204).send(null);
    },
  );
}
