import { validateOptions } from '@sampan/driver';
import { deepTest } from '@sampan/storage';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import type { Egress } from '../platform/egress.ts';
import { checkLines, ndjson } from '../platform/http/connection-checks.ts';
import { OptionsInput } from '../platform/http/driver-schemas.ts';
import { InvalidRequest } from '../platform/http/problem.ts';
import { Id, IdParams } from '../platform/http/schemas.ts';
import type { StorageService } from './service.ts';
import { measureZones } from './zones.ts';

const NDJSON = 'application/x-ndjson';

/** Tests of storages: each answers lines of JSON as it goes, and ends when who asked goes away. */
export function addStorageTestRoutes(
  app: App,
  parts: { storages: StorageService; egress: Egress; stopping: AbortSignal },
): void {
  const { storages, egress, stopping } = parts;
  const tags = ['storages'];
  const lines = { produces: [NDJSON] };
  const config = (why: string) => ({ permission: 'storage:test' as const, audit: null, auditNotBecause: why });

  app.post(
    '/storages/test',
    {
      config: config('changes nothing'),
      schema: {
        tags,
        ...lines,
        summary: 'Test a connection before saving: one line of JSON per step, the last is `result`; stores nothing',
        body: Type.Object(
          { type: Type.String(), options: OptionsInput, storageId: Type.Optional(Id) },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const { type, options, storageId } = request.body;
      const driver = await storages.driverToTest(type, options, storageId, actorOf(request));
      const signal = AbortSignal.any([request.closed, stopping]);
      return reply.type(NDJSON).send(ndjson(checkLines(driver, { signal, log: request.log })));
    },
  );

  app.post(
    '/storages/zones/test',
    {
      config: config('changes nothing'),
      schema: {
        tags,
        ...lines,
        summary: 'Measure how far away each zone of a type is: one line of JSON per zone, the last is the closest',
        body: Type.Object(
          { type: Type.String(), options: Type.Optional(OptionsInput) },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const { type: name, options = {} } = request.body;
      const type = storages.types.get(name);
      const { values, problems } = validateOptions(type.options, options);
      // Asked while the form is still being filled in: what is missing is no problem yet.
      const wrong = problems.filter((problem) => problem.code !== 'required');
      if (wrong.length > 0)
        throw new InvalidRequest(wrong.map((each) => ({ ...each, field: `options.${each.field}` })));
      const { environmentAuth: _, ...withoutEnvironment } = values;
      const driver = storages.connections.make(type, withoutEnvironment, null);
      try {
        const signal = AbortSignal.any([request.closed, stopping]);
        return reply.type(NDJSON).send(ndjson(measureZones(driver.zones(), egress, signal)));
      } finally {
        await driver.close();
      }
    },
  );

  app.post(
    '/storages/:id/test',
    {
      config: config('changes nothing but the state that is shown'),
      schema: {
        tags,
        ...lines,
        summary: 'Test the connection of a storage as it is saved; its state follows from what is found',
        params: IdParams,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { driver, optionsRevision } = await storages.savedDriver(id);
      const signal = AbortSignal.any([request.closed, stopping]);
      const keep = (verdict: Parameters<typeof storages.states.tested>[2]) =>
        storages.states.tested(id, optionsRevision, verdict);
      return reply.type(NDJSON).send(ndjson(checkLines(driver, { signal, log: request.log }, keep)));
    },
  );

  app.post(
    '/storages/:id/deep-test',
    {
      config: config('what it writes it deletes'),
      schema: {
        tags,
        ...lines,
        summary:
          'Measure latency and throughput and propose chunk size and concurrency: lines of JSON, the last is `result`; ' +
          'writes up to some gigabytes and deletes them',
        params: IdParams,
      },
    },
    async (request, reply) => {
      const storage = await storages.connections.live(request.params.id);
      const store = storage.objects();
      const signal = AbortSignal.any([request.closed, stopping]);
      return reply.type(NDJSON).send(ndjson(deepTest(store, { signal })));
    },
  );
}
