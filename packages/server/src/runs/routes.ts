import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { etag } from '../platform/http/conditional.ts';
import { Id, IdParams, PageOf, PageQuery, Repeated } from '../platform/http/schemas.ts';
import { DrillSchema, RUN_STATES, RunSchema } from './schema.ts';
import type { RunService } from './service.ts';

/** Runs of plans and drills. A run's steps and log are those of the operation with the same id; it is cancelled there too. */
export function addRunRoutes(app: App, parts: { runs: RunService }): void {
  const { runs } = parts;
  const tags = ['runs'];
  const { search: _, count: __, ...paging } = PageQuery;

  app.get(
    '/runs',
    {
      config: { permission: 'plan:read' },
      schema: {
        tags,
        summary: 'List runs, newest first',
        querystring: Type.Object({
          ...paging,
          planId: Type.Optional(Id),
          state: Repeated(Type.String({ enum: [...RUN_STATES] })),
        }),
        response: { 200: PageOf(RunSchema) },
      },
    },
    async (request) => runs.list(request.query),
  );

  app.get(
    '/runs/:id',
    {
      config: { permission: 'plan:read' },
      schema: { tags, summary: 'Read a run', params: IdParams, response: { 200: RunSchema } },
    },
    async (request, reply) => {
      const run = await runs.get(request.params.id);
      return reply.header('etag', etag(run.revision)).send(run);
    },
  );

  app.get(
    '/runs/:id/unread',
    {
      config: { permission: 'backup:read' },
      schema: {
        tags,
        summary: 'What a run could not read; of many the first 1,000',
        params: IdParams,
        response: {
          200: Type.Object({
            items: Type.Array(Type.Object({ path: Type.String(), reason: Type.String() })),
            count: Type.Integer(),
          }),
        },
      },
    },
    async (request) => runs.unread(request.params.id),
  );

  for (const [verb, isPaused, summary] of [
    ['pause', true, 'Pause a run, for up to 15 minutes; then it is ended cleanly'],
    ['resume', false, 'Go on with a paused run; nothing is sent twice'],
  ] as const) {
    app.post(
      `/runs/:id/${verb}`,
      {
        config: { permission: 'plan:run', audit: `run.${verb}` },
        schema: { tags, summary, params: IdParams, response: { 200: RunSchema } },
      },
      async (request) => runs.setPaused(request.params.id, isPaused, actorOf(request)),
    );
  }

  app.get(
    '/plans/:id/drills',
    {
      config: { permission: 'plan:read' },
      schema: {
        tags,
        summary: 'Drills of a plan, newest first',
        params: IdParams,
        querystring: Type.Object({ limit: PageQuery.limit, cursor: PageQuery.cursor }),
        response: { 200: PageOf(DrillSchema) },
      },
    },
    async (request) => runs.drills({ ...request.query, planId: request.params.id }),
  );
}
