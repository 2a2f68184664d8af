import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { Empty, Id, IdParams, Nullable, OperationRequest, PageOf, PageQuery } from '../platform/http/schemas.ts';
import { isoTime } from '../platform/time.ts';
import type { ResticFinder } from './restic.ts';
import {
  LockSchema,
  NewRepository,
  RepositoryEdit,
  RepositoryPassword,
  RepositorySchema,
  SnapshotSchema,
} from './schema.ts';
import type { RepositoryService } from './service.ts';

/** Which backups of plans are which snapshots of a repository. */
export type BackupsOfSnapshots = (
  repositoryId: string,
  snapshotIds: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

/** Adding, adopting, changing and looking after repositories. */
export function addRepositoryRoutes(
  app: App,
  parts: {
    repositories: RepositoryService;
    operations: OperationService;
    restic: ResticFinder;
    backupsOfSnapshots: BackupsOfSnapshots;
  },
): void {
  const { repositories, operations } = parts;
  const tags = ['repositories'];

  app.get(
    '/backup-engine',
    {
      config: { permission: 'repository:read' },
      schema: {
        tags,
        summary: 'The restic of this server and what it can do',
        response: {
          200: Type.Object({
            available: Type.Boolean(),
            version: Nullable(Type.String()),
            isFull: Type.Boolean({ description: 'False: some things are refused with the reason' }),
            capabilities: Type.Array(Type.String()),
            error: Nullable(
              Type.Object({ code: Type.String(), message: Type.String(), hint: Nullable(Type.String()) }),
            ),
          }),
        },
      },
    },
    async () => parts.restic.state(),
  );

  app.get(
    '/repositories',
    {
      config: { permission: 'repository:read' },
      schema: {
        tags,
        summary: 'List repositories',
        querystring: Type.Object({ ...PageQuery, storageId: Type.Optional(Id) }),
        response: { 200: PageOf(RepositorySchema) },
      },
    },
    async (request) => repositories.queries.list(request.query),
  );

  app.post(
    '/repositories',
    {
      config: { permission: 'repository:create', audit: 'repository.create' },
      schema: {
        tags,
        summary: 'Make a repository on a storage, or adopt one that is there; its operation follows',
        body: NewRepository,
        response: { 201: RepositorySchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const wish = { ...request.body, ...(id && { id }) };
      const made = await repositories.create(wish, actorOf(request), { repeated, closed: request.closed });
      return reply
        .code(201)
        .header('etag', etag(made.revision))
        .header('location', `/api/v1/repositories/${made.id}`)
        .send(made);
    },
  );

  app.get(
    '/repositories/:id',
    {
      config: { permission: 'repository:read' },
      schema: { tags, summary: 'Read a repository', params: IdParams, response: { 200: RepositorySchema } },
    },
    async (request, reply) => {
      const found = await repositories.queries.get(request.params.id);
      return reply.header('etag', etag(found.revision)).send(found);
    },
  );

  app.patch(
    '/repositories/:id',
    {
      config: { permission: 'repository:update', audit: 'repository.update' },
      schema: {
        tags,
        summary: 'Change a repository: its name, whether it is append-only, when it is pruned and checked',
        params: IdParams,
        body: RepositoryEdit,
        response: { 200: RepositorySchema },
      },
    },
    async (request, reply) => {
      const revision = expectedRevision(request.headers['if-match']);
      const saved = await repositories.update(request.params.id, request.body, actorOf(request), revision);
      return reply.header('etag', etag(saved.revision)).send(saved);
    },
  );

  app.delete(
    '/repositories/:id',
    {
      config: { permission: 'repository:delete', audit: 'repository.delete' },
      schema: {
        tags,
        summary: 'Remove a repository from Sampan; what is stored stays and opens with its password',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await repositories.remove(request.params.id, actorOf(request), expectedRevision(request.headers['if-match']));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/repositories/:id/check',
    {
      config: { permission: 'repository:maintain', audit: 'repository.check' },
      schema: {
        tags,
        summary: 'Check a repository, reading a part of its data back',
        params: IdParams,
        body: Type.Union([
          Type.Null(),
          Type.Object(
            {
              id: Type.Optional(Id),
              readDataPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
            },
            { additionalProperties: false },
          ),
        ]),
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const operation = await repositories.ask(request.params.id, 'check', actorOf(request), {
        operationId: request.body?.id ?? request.idempotentId,
        readDataPercent: request.body?.readDataPercent,
      });
      return reply.code(202).send(await operations.get(operation.id));
    },
  );

  for (const [what, summary] of [
    ['prune', 'Remove data that no backup needs'],
    ['unlock', 'Take away locks whose owners are gone; those of living ones stay'],
  ] as const) {
    app.post(
      `/repositories/:id/${what}`,
      {
        config: { permission: 'repository:maintain', audit: `repository.${what}` },
        schema: { tags, summary, params: IdParams, body: OperationRequest, response: { 202: OperationSchema } },
      },
      async (request, reply) => {
        const operation = await repositories.ask(request.params.id, what, actorOf(request), {
          operationId: request.body?.id ?? request.idempotentId,
        });
        return reply.code(202).send(await operations.get(operation.id));
      },
    );
  }

  app.post(
    '/repositories/:id/password',
    {
      config: { permission: 'repository:reveal', audit: 'repository.change_password' },
      schema: {
        tags,
        summary: 'Give a repository a new password, made by Sampan; sheets printed before no longer open it',
        params: IdParams,
        body: OperationRequest,
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const operationId = request.body?.id ?? request.idempotentId;
      const operation = await repositories.passwords.rotate(request.params.id, actorOf(request), operationId);
      return reply.code(202).send(await operations.get(operation.id));
    },
  );

  app.put(
    '/repositories/:id/password',
    {
      config: { permission: 'repository:reveal', audit: 'repository.set_password' },
      schema: {
        tags,
        summary: 'Tell Sampan the password that a repository has; it is kept when it opens the repository',
        params: IdParams,
        body: Type.Object({ password: RepositoryPassword }, { additionalProperties: false }),
        response: { 200: RepositorySchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const saved = await repositories.passwords.set(id, request.body.password, actorOf(request), request.closed);
      return reply.header('etag', etag(saved.revision)).send(saved);
    },
  );

  app.post(
    '/repositories/:id/recovery-sheet',
    {
      config: { permission: 'repository:reveal', audit: 'repository.recovery_sheet' },
      schema: {
        tags,
        summary: 'Everything to restore without Sampan, the password included',
        params: IdParams,
        response: {
          200: Type.Object({ text: Type.String(), password: Type.String(), repositoryId: Type.String() }),
        },
      },
    },
    async (request, reply) =>
      reply
        .header('cache-control', 'no-store')
        .send(await repositories.passwords.sheet(request.params.id, actorOf(request))),
  );

  app.get(
    '/repositories/:id/locks',
    {
      config: { permission: 'repository:read' },
      schema: {
        tags,
        summary: 'Who holds locks of a repository now',
        params: IdParams,
        response: { 200: Type.Object({ items: Type.Array(LockSchema) }) },
      },
    },
    async (request) => ({ items: await repositories.locks(request.params.id, request.closed) }),
  );

  app.get(
    '/repositories/:id/snapshots',
    {
      config: { permission: 'repository:read' },
      schema: {
        tags,
        summary: 'All that restic finds in a repository, also what no plan of Sampan made',
        params: IdParams,
        response: { 200: Type.Object({ items: Type.Array(SnapshotSchema) }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const snapshots = await repositories.snapshots(id, request.closed);
      const backups = await parts.backupsOfSnapshots(
        id,
        snapshots.map((snapshot) => snapshot.id),
      );
      return {
        items: snapshots.map((snapshot) => ({
          ...{ id: snapshot.id, time: isoTime(snapshot.time), hostname: snapshot.hostname },
          ...{ paths: [...snapshot.paths], tags: [...snapshot.tags], backupId: backups.get(snapshot.id) ?? null },
        })),
      };
    },
  );
}
