import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { plainAddress } from '../platform/addresses.ts';
import { Empty, Id, IdParams, Nullable, Time } from '../platform/http/schemas.ts';
import { isoTime } from '../platform/time.ts';
import { userIdOf } from '../policy/actor.ts';
import { permissionsOf } from '../policy/policy.ts';
import type { SetupService } from '../setup/service.ts';
import { Password, Username, UserSchema } from '../users/routes.ts';
import { presentUser, type UserService } from '../users/service.ts';
import { VERSION } from '../version.ts';
import { presentSession, SESSION_COOKIE, type SessionService } from './service.ts';
import type { SessionRow } from './tables.ts';

const SessionSchema = Type.Object({
  id: Id,
  createdAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
  address: Type.String(),
  userAgent: Type.String(),
  current: Type.Boolean(),
});

const Credentials = Type.Object(
  { username: Type.String({ minLength: 1, maxLength: 200 }), password: Password },
  { additionalProperties: false },
);

interface Parts {
  sessions: SessionService;
  users: UserService;
  setup: SetupService;
  /** Whether browsers reach this server by https: the cookie is then sent by https only. */
  isSecure: (request: FastifyRequest) => boolean;
  publicUrl: string | null;
}

function origin(request: FastifyRequest) {
  return { address: plainAddress(request.ip), userAgent: request.headers['user-agent'] ?? '' };
}

export function addSessionRoutes(app: App, parts: Parts): void {
  const { sessions, users, setup } = parts;
  const tags = ['sessions'];

  function setCookie(request: FastifyRequest, reply: FastifyReply, token: string, row: SessionRow): void {
    reply.setCookie(SESSION_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: parts.isSecure(request),
      expires: new Date(row.expires_at),
    });
  }

  app.get(
    '/setup',
    {
      config: {
        permission: 'public',
        publicBecause: 'the log in page asks whether the first administrator is still to be made',
      },
      schema: {
        tags,
        summary: 'Whether the first administrator is still to be made',
        response: { 200: Type.Object({ needed: Type.Boolean() }) },
      },
    },
    async () => ({ needed: await setup.isNeeded() }),
  );

  app.post(
    '/setup',
    {
      config: {
        permission: 'public',
        publicBecause: 'nobody can log in yet; the token of the one-time link is demanded',
        audit: 'user.create',
      },
      schema: {
        tags,
        summary: 'Create the first administrator with the token of the one-time link',
        body: Type.Object(
          { token: Type.String({ maxLength: 200 }), username: Username, password: Password },
          { additionalProperties: false },
        ),
        response: { 201: Type.Object({ user: UserSchema }) },
      },
    },
    async (request, reply) => {
      const user = await setup.complete(request.body, plainAddress(request.ip));
      const row = await users.findActive(user.id);
      if (row) {
        const session = await sessions.open(row, origin(request));
        setCookie(request, reply, session.token, session.row);
      }
      return reply.code(201).send({ user });
    },
  );

  app.post(
    '/sessions',
    {
      config: { permission: 'public', publicBecause: 'this is how one signs in', audit: 'session.create' },
      schema: {
        tags,
        summary: 'Log in: sets the session cookie',
        body: Credentials,
        response: { 201: Type.Object({ session: SessionSchema, user: UserSchema }) },
      },
    },
    async (request, reply) => {
      const { row, token, user } = await sessions.logIn(request.body, origin(request));
      setCookie(request, reply, token, row);
      return reply.code(201).send({ session: presentSession(row, row.id), user: presentUser(user) });
    },
  );

  app.get(
    '/sessions/current',
    {
      config: { permission: 'signed_in' },
      schema: {
        tags,
        summary: 'Who one is and what one may do',
        response: {
          200: Type.Object({
            user: UserSchema,
            permissions: Type.Array(Type.String()),
            session: Nullable(Type.Object({ id: Id })),
            accessKeyId: Nullable(Type.String()),
            server: Type.Object({ version: Type.String(), publicUrl: Nullable(Type.String()), time: Time }),
          }),
        },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      return {
        user: await users.get(userIdOf(actor) ?? ''),
        permissions: permissionsOf(actor),
        session: actor.kind === 'user' ? { id: actor.sessionId } : null,
        accessKeyId: actor.kind === 'access_key' ? actor.accessKeyId : null,
        server: { version: VERSION, publicUrl: parts.publicUrl, time: isoTime(Date.now()) },
      };
    },
  );

  app.get(
    '/sessions',
    {
      config: { permission: 'session:read' },
      schema: {
        tags,
        summary: 'List one’s own sessions',
        response: { 200: Type.Object({ items: Type.Array(SessionSchema), nextCursor: Type.Null() }) },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const current = actor.kind === 'user' ? actor.sessionId : null;
      const rows = await sessions.listOwn(userIdOf(actor) ?? '');
      return { items: rows.map((row) => presentSession(row, current)), nextCursor: null };
    },
  );

  app.delete(
    '/sessions/current',
    {
      config: { permission: 'signed_in', audit: 'session.delete' },
      schema: { tags, summary: 'Log out', response: { 204: Empty } },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      if (actor.kind === 'user') await sessions.end(actor.sessionId, actor);
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/sessions/:id',
    {
      config: { permission: 'session:delete', audit: 'session.delete' },
      schema: { tags, summary: 'End a session', params: IdParams, response: { 204: Empty } },
    },
    async (request, reply) => {
      await sessions.end(request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  );
}
