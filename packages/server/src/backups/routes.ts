import { addAbortSignal, Readable } from 'node:stream';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { attachment } from '../objects/content-headers.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { Id, IdParams, Nullable, PageOf, PageQuery } from '../platform/http/schemas.ts';
import { BackupEdit, BackupSchema, DifferenceSchema, FoundSchema, NodeSchema } from './schema.ts';
import type { BackupService } from './service.ts';

const Path = Type.String({ minLength: 1, maxLength: 4000 });

/** Looking into backups, naming and pinning them, downloading from them, taking them away. */
export function addBackupRoutes(
  app: App,
  parts: { backups: BackupService; operations: OperationService; stopping: AbortSignal },
): void {
  const { backups, operations, stopping } = parts;
  const tags = ['backups'];
  const { search: _, ...paging } = PageQuery;

  app.get(
    '/backups',
    {
      config: { permission: 'backup:read' },
      schema: {
        tags,
        summary: 'List backups, newest first',
        querystring: Type.Object({
          ...paging,
          ...{ planId: Type.Optional(Id), pinned: Type.Optional(Type.Boolean()) },
        }),
        response: { 200: PageOf(BackupSchema) },
      },
    },
    async (request) => backups.queries.list(request.query),
  );

  app.get(
    '/backups/:id',
    {
      config: { permission: 'backup:read' },
      schema: { tags, summary: 'Read a backup', params: IdParams, response: { 200: BackupSchema } },
    },
    async (request, reply) => {
      const backup = await backups.queries.get(request.params.id);
      return reply.header('etag', etag(backup.revision)).send(backup);
    },
  );

  app.patch(
    '/backups/:id',
    {
      config: { permission: 'backup:update', audit: 'backup.update' },
      schema: {
        tags,
        summary: 'Name, annotate, pin or unpin a backup',
        params: IdParams,
        body: BackupEdit,
        response: { 200: BackupSchema },
      },
    },
    async (request, reply) => {
      const revision = expectedRevision(request.headers['if-match']);
      const saved = await backups.update(request.params.id, request.body, actorOf(request), revision);
      return reply.header('etag', etag(saved.revision)).send(saved);
    },
  );

  app.delete(
    '/backups/:id',
    {
      config: { permission: 'backup:delete', audit: 'backup.delete' },
      schema: {
        tags,
        summary: 'Delete a backup in its repository and its mirrors; the space comes back with the next prune',
        params: IdParams,
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const { id } = await backups.remove(request.params.id, actorOf(request), request.idempotentId);
      return reply.code(202).send(await operations.get(id));
    },
  );

  app.get(
    '/backups/:id/files',
    {
      config: { permission: 'backup:read' },
      schema: {
        tags,
        summary: 'What a folder of a backup holds, by name',
        params: IdParams,
        querystring: Type.Object({
          path: Type.String({ default: '/', maxLength: 4000 }),
          after: Type.Optional(Type.String({ maxLength: 1000, description: '`nextAfter` of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 2000, default: 500 }),
        }),
        response: { 200: Type.Object({ items: Type.Array(NodeSchema), nextAfter: Nullable(Type.String()) }) },
      },
    },
    async (request) => {
      const { path, ...page } = request.query;
      return backups.files(request.params.id, path, page);
    },
  );

  app.get(
    '/plans/:id/search',
    {
      config: { permission: 'backup:read' },
      schema: {
        tags,
        summary:
          'Find names in all backups of a plan, or in one; each version with the first and last backup that has it',
        params: IdParams,
        querystring: Type.Object({
          text: Type.String({ minLength: 1, maxLength: 200 }),
          backupId: Type.Optional(Id),
          limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
        }),
        response: { 200: Type.Object({ items: Type.Array(FoundSchema) }) },
      },
    },
    async (request) => {
      const { text, ...options } = request.query;
      return { items: await backups.search(request.params.id, text, options) };
    },
  );

  app.get(
    '/backups/:id/compare',
    {
      config: { permission: 'backup:read' },
      schema: {
        tags,
        summary: 'What is not the same in two backups of a plan; the older one is `before`',
        params: IdParams,
        querystring: Type.Object({
          with: Id,
          after: Type.Optional(Type.Integer({ minimum: 0, description: '`next` of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 2000, default: 500 }),
        }),
        response: { 200: Type.Object({ items: Type.Array(DifferenceSchema), next: Nullable(Type.Integer()) }) },
      },
    },
    async (request) => {
      const { with: other, ...options } = request.query;
      return backups.compare(request.params.id, other, options);
    },
  );

  app.get(
    '/backups/:id/content',
    {
      config: { permission: 'backup:download' },
      schema: {
        tags,
        summary: 'Download a file of a backup, or a folder as an archive',
        params: IdParams,
        produces: ['application/octet-stream'],
        querystring: Type.Object({
          path: Path,
          archive: Type.Optional(Type.String({ enum: ['tar', 'zip'], description: 'For folders; tar when not said' })),
          repositoryId: Type.Optional(Type.String({ description: 'A mirror' })),
        }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { path, archive, repositoryId } = request.query;
      const node = await backups.node(id, path);
      const isFolder = node?.kind === 'folder' || path === '/' || (node === undefined && archive !== undefined);
      const format = isFolder ? ((archive ?? 'tar') as 'tar' | 'zip') : null;
      const signal = AbortSignal.any([request.closed, stopping]);
      const content = await backups.content(id, { path, archive: format, repositoryId, signal });
      // What fails before the first byte is an answer; later the connection breaks, so that nobody takes a part for the whole.
      const first = await content.next();
      const name = path.split('/').findLast((part) => part !== '') ?? 'backup';
      reply.headers({
        'content-type':
          format === 'zip' ? 'application/zip' : format ? 'application/x-tar' : 'application/octet-stream',
        'content-disposition': attachment(format ? `${name}.${format}` : name),
        'content-security-policy': 'sandbox',
        'cache-control': 'private, no-store',
        ...(node?.kind === 'file' && { 'content-length': node.size }),
      });
      async function* whole() {
        if (!first.done) yield first.value;
        yield* content;
      }
      return reply.send(addAbortSignal(signal, Readable.from(whole(), { objectMode: false })));
    },
  );
}
