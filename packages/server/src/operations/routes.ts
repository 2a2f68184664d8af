import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import type { Database } from '../platform/database/open.ts';
import { etag } from '../platform/http/conditional.ts';
import { parseSort, readPage } from '../platform/http/page.ts';
import { Id, IdParams, PageOf, PageQuery, Repeated, Time } from '../platform/http/schemas.ts';
import { isoTime } from '../platform/time.ts';
import { OPERATION_STATES, OperationSchema } from './schema.ts';
import type { OperationService } from './service.ts';

const LOG_LINES = 1000;

export function addOperationRoutes(app: App, parts: { operations: OperationService; database: Database }): void {
  const { operations, database } = parts;
  const tags = ['operations'];
  const { search: _, count: __, ...paging } = PageQuery;

  app.get(
    '/operations',
    {
      config: { permission: 'operation:read' },
      schema: {
        tags,
        summary: 'List operations, newest first; routine ones of Sampan itself only with background=true',
        querystring: Type.Object({
          ...paging,
          state: Repeated(Type.String({ enum: [...OPERATION_STATES] })),
          kind: Repeated(Type.String({ maxLength: 100 })),
          targetId: Type.Optional(Id),
          background: Type.Boolean({ default: false }),
        }),
        response: { 200: PageOf(OperationSchema) },
      },
    },
    async (request) => {
      const { state, kind, targetId, background } = request.query;
      let query = database.query.selectFrom('operations').selectAll();
      if (!background) query = query.where('background', '=', 0);
      if (state && state.length > 0) query = query.where('state', 'in', state as (typeof OPERATION_STATES)[number][]);
      if (kind && kind.length > 0) query = query.where('kind', 'in', kind);
      if (targetId !== undefined) query = query.where('target_id', '=', targetId);
      const sort = parseSort(request.query.sort, { createdAt: 'created_at' }, '-createdAt');
      const { rows, nextCursor } = await readPage(query, 'operations', sort, request.query);
      return { items: await operations.present(rows), nextCursor };
    },
  );

  app.get(
    '/operations/:id',
    {
      config: { permission: 'operation:read' },
      schema: { tags, summary: 'Read an operation', params: IdParams, response: { 200: OperationSchema } },
    },
    async (request, reply) => {
      const operation = await operations.get(request.params.id);
      return reply.header('etag', etag(operation.revision)).send(operation);
    },
  );

  app.get(
    '/operations/:id/log',
    {
      config: { permission: 'operation:read' },
      schema: {
        tags,
        summary: 'Read the log of an operation (the last 1,000 lines)',
        params: IdParams,
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                sequence: Type.Integer(),
                time: Time,
                level: Type.String({ enum: ['info', 'warning', 'error'] }),
                message: Type.String(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      await operations.get(request.params.id);
      const rows = await database.query
        .selectFrom('operation_logs')
        .selectAll()
        .where('operation_id', '=', request.params.id)
        .orderBy('sequence', 'desc')
        .limit(LOG_LINES)
        .execute();
      const items = rows
        .reverse()
        .map(({ sequence, time, level, message }) => ({ sequence, time: isoTime(time), level, message }));
      return { items };
    },
  );

  app.post(
    '/operations/:id/cancel',
    {
      config: { permission: 'operation:cancel', audit: 'operation.cancel' },
      schema: {
        tags,
        summary: 'Ask an operation to end; what the cloud already does goes on there',
        params: IdParams,
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => reply.code(202).send(await operations.cancel(request.params.id, actorOf(request))),
  );
}
