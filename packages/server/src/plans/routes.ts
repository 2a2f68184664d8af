import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import { etag, expectedRevision } from '../platform/http/conditional.ts';
import { creationId } from '../platform/http/idempotency.ts';
import { presentNextRuns, readSchedule } from '../platform/http/schedule-schema.ts';
import { Empty, Id, IdParams, OperationRequest, PageOf, PageQuery, Time } from '../platform/http/schemas.ts';
import { SHORTEST_ID } from './adopt-kind.ts';
import { PRESETS } from './presets.ts';
import {
  NewPlan,
  PlanEdit,
  PlanSchema,
  PresetSchema,
  RetentionPreview,
  RetentionVerdicts,
  SchedulePreview,
  SourcePreviewSchema,
  SourcesInput,
} from './schema.ts';
import type { PlanService } from './service.ts';

/** Making, changing and running backup plans. */
export function addPlanRoutes(app: App, parts: { plans: PlanService; operations: OperationService }): void {
  const { plans, operations } = parts;
  const tags = ['plans'];

  app.get(
    '/plans',
    {
      config: { permission: 'plan:read' },
      schema: {
        tags,
        summary: 'List backup plans with how fresh their backups are',
        querystring: Type.Object({ ...PageQuery, repositoryId: Type.Optional(Id) }),
        response: { 200: PageOf(PlanSchema) },
      },
    },
    async (request) => plans.queries.list(request.query),
  );

  app.post(
    '/plans',
    {
      config: { permission: 'plan:create', audit: 'plan.create' },
      schema: {
        tags,
        summary: 'Make a backup plan, with a new repository on a storage or into one that is there',
        body: NewPlan,
        response: { 201: PlanSchema },
      },
    },
    async (request, reply) => {
      const { id, repeated } = creationId(request);
      const made = await plans.create({ ...request.body, ...(id && { id }) }, actorOf(request), { repeated });
      return reply
        .code(201)
        .header('etag', etag(made.revision))
        .header('location', `/api/v1/plans/${made.id}`)
        .send(made);
    },
  );

  app.get(
    '/plans/:id',
    {
      config: { permission: 'plan:read' },
      schema: { tags, summary: 'Read a plan', params: IdParams, response: { 200: PlanSchema } },
    },
    async (request, reply) => {
      const plan = await plans.queries.get(request.params.id);
      return reply.header('etag', etag(plan.revision)).send(plan);
    },
  );

  app.patch(
    '/plans/:id',
    {
      config: { permission: 'plan:update', audit: 'plan.update' },
      schema: {
        tags,
        summary: 'Change a plan: what is given replaces what is there; lists are replaced whole',
        params: IdParams,
        body: PlanEdit,
        response: { 200: PlanSchema },
      },
    },
    async (request, reply) => {
      const revision = expectedRevision(request.headers['if-match']);
      const saved = await plans.update(request.params.id, request.body, actorOf(request), revision);
      return reply.header('etag', etag(saved.revision)).send(saved);
    },
  );

  app.delete(
    '/plans/:id',
    {
      config: { permission: 'plan:delete', audit: 'plan.delete' },
      schema: {
        tags,
        summary: 'Delete a plan; its backups stay in the repository and can be adopted again',
        params: IdParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await plans.remove(request.params.id, actorOf(request), expectedRevision(request.headers['if-match']));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/plans/:id/run',
    {
      config: { permission: 'plan:run', audit: 'plan.run' },
      schema: {
        tags,
        summary: 'Back up now; the run has the id of the operation',
        params: IdParams,
        body: OperationRequest,
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const operationId = request.body?.id ?? request.idempotentId;
      const { id } = await plans.work.run(request.params.id, { actor: actorOf(request), operationId });
      return reply.code(202).send(await operations.get(id));
    },
  );

  for (const [verb, isPaused, summary] of [
    ['pause', true, 'Nothing of the plan runs by itself from now on'],
    ['resume', false, 'The plan runs by itself again; what was missed is not made up for'],
  ] as const) {
    app.post(
      `/plans/:id/${verb}`,
      {
        config: { permission: 'plan:run', audit: `plan.${verb}` },
        schema: { tags, summary, params: IdParams, response: { 200: PlanSchema } },
      },
      async (request) => plans.setPaused(request.params.id, isPaused, actorOf(request)),
    );
  }

  app.post(
    '/plans/:id/skip',
    {
      config: { permission: 'plan:run', audit: 'plan.skip' },
      schema: { tags, summary: 'Pass over the next run', params: IdParams, response: { 200: PlanSchema } },
    },
    async (request) => plans.skipNext(request.params.id, actorOf(request)),
  );

  app.post(
    '/plans/:id/drill',
    {
      config: { permission: 'plan:run', audit: 'plan.drill' },
      schema: {
        tags,
        summary: 'Prove a backup by restoring samples of it and comparing them with what the source was',
        params: IdParams,
        body: Type.Union([
          Type.Null(),
          Type.Object(
            {
              id: Type.Optional(Id),
              backupId: Type.Optional(Type.String({ description: 'The latest when not said' })),
            },
            { additionalProperties: false },
          ),
        ]),
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const { id } = await plans.work.drill(request.params.id, {
        actor: actorOf(request),
        operationId: request.body?.id ?? request.idempotentId,
        backupId: request.body?.backupId,
      });
      return reply.code(202).send(await operations.get(id));
    },
  );

  app.post(
    '/plans/:id/mirror',
    {
      config: { permission: 'plan:run', audit: 'plan.mirror' },
      schema: {
        tags,
        summary: 'Copy what is missing to the mirrors, or to one',
        params: IdParams,
        body: Type.Union([
          Type.Null(),
          Type.Object(
            {
              repositoryId: Type.Optional(Type.String()),
              recreate: Type.Optional(Type.Boolean({ description: 'Make a mirror anew that was deleted' })),
            },
            { additionalProperties: false },
          ),
        ]),
        response: { 202: Type.Object({ items: Type.Array(OperationSchema) }) },
      },
    },
    async (request, reply) => {
      const queued = await plans.work.mirror(request.params.id, { actor: actorOf(request), ...request.body });
      const views = await operations.views(queued.map(({ id }) => id));
      return reply.code(202).send({ items: [...views.values()] });
    },
  );

  app.post(
    '/plans/:id/index',
    {
      config: { permission: 'plan:run', audit: 'plan.index' },
      schema: {
        tags,
        summary: 'Make the list of the files of its backups complete',
        params: IdParams,
        body: OperationRequest,
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const operationId = request.body?.id ?? request.idempotentId;
      const { id } = await plans.work.index(request.params.id, { actor: actorOf(request), operationId });
      return reply.code(202).send(await operations.get(id));
    },
  );

  app.post(
    '/plans/:id/adopt',
    {
      config: { permission: 'plan:update', audit: 'plan.adopt' },
      schema: {
        tags,
        summary: 'Make snapshots of its repository that no plan knows backups of the plan',
        params: IdParams,
        body: Type.Union([
          Type.Null(),
          Type.Object(
            {
              id: Type.Optional(Id),
              snapshotIds: Type.Optional(
                Type.Array(Type.String({ pattern: `^[0-9a-f]{${SHORTEST_ID},64}$` }), {
                  ...{ minItems: 1, maxItems: 10_000 },
                  description: 'All that are not known when not said',
                }),
              ),
            },
            { additionalProperties: false },
          ),
        ]),
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const { id } = await plans.work.adopt(request.params.id, {
        actor: actorOf(request),
        operationId: request.body?.id ?? request.idempotentId,
        snapshotIds: request.body?.snapshotIds,
      });
      return reply.code(202).send(await operations.get(id));
    },
  );

  app.post(
    '/plans/preview-schedule',
    {
      config: { permission: 'plan:read', audit: null, auditNotBecause: 'it changes nothing' },
      schema: {
        tags,
        summary: 'When a schedule would run next',
        body: SchedulePreview,
        response: { 200: Type.Object({ items: Type.Array(Time) }) },
      },
    },
    async (request) => {
      const schedule = readSchedule(request.body.schedule, 'schedule');
      return { items: presentNextRuns(schedule, Date.now(), Date.now(), 10) };
    },
  );

  app.post(
    '/plans/preview-retention',
    {
      config: { permission: 'plan:read', audit: null, auditNotBecause: 'it changes nothing' },
      schema: {
        tags,
        summary: 'What a policy would keep and why: of the backups of a plan, or of those of a schedule',
        body: RetentionPreview,
        response: { 200: RetentionVerdicts },
      },
    },
    async (request) => {
      const { planId, schedule, retention, timeZone = 'UTC' } = request.body;
      const policy = Object.fromEntries(Object.entries(retention).filter(([, count]) => count));
      const items = await plans.queries.retention({
        ...{ planId, policy, timeZone, now: Date.now() },
        schedule: schedule ? readSchedule(schedule, 'schedule') : null,
      });
      return { items };
    },
  );

  app.post(
    '/plans/preview-sources',
    {
      config: { permission: 'plan:create', audit: null, auditNotBecause: 'it changes nothing' },
      schema: {
        tags,
        summary: 'What a backup of these sources would read: counts, what is left out, the largest; ends after 15 s',
        body: SourcesInput,
        response: { 200: SourcePreviewSchema },
      },
    },
    async (request) => plans.previewSources(request.body, actorOf(request), request.closed),
  );

  app.get(
    '/source-presets',
    {
      config: { permission: 'plan:read' },
      schema: {
        tags,
        summary: 'Sets of patterns that can be left out of backups',
        response: { 200: Type.Object({ items: Type.Array(PresetSchema) }) },
      },
    },
    async () => ({ items: PRESETS.map(({ patterns, ...preset }) => ({ ...preset, patterns: [...patterns] })) }),
  );

  app.get(
    '/source-folders',
    {
      config: { permission: 'plan:create' },
      schema: {
        tags,
        summary: 'What a folder of the server holds, to choose sources and targets; without a path the allowed folders',
        querystring: Type.Object({ path: Type.Optional(Type.String({ maxLength: 4000 })) }),
        response: {
          200: Type.Object({
            path: Type.Union([Type.String(), Type.Null()]),
            items: Type.Array(Type.Object({ name: Type.String(), path: Type.String(), isFolder: Type.Boolean() })),
            isCut: Type.Boolean({ description: 'There are more than are told' }),
          }),
        },
      },
    },
    async (request) => {
      const { path } = request.query;
      if (path === undefined) {
        const items = plans.roots.roots.map((root) => ({ name: root, path: root, isFolder: true }));
        return { path: null, items, isCut: false };
      }
      const folder = plans.roots.checkForm(path, 'path');
      const { entries, isCut } = await plans.roots.list(folder, actorOf(request));
      return { path: folder, items: entries, isCut };
    },
  );
}
