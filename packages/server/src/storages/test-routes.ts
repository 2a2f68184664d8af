import { endpointOf, toSampanError, validateOptions } from '@sampan/driver';
import { deepTest } from '@sampan/storage';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import type { Changes } from '../platform/changes.ts';
import type { Egress } from '../platform/egress.ts';
import { checkLines, endpointText, ndjson, testRecorder } from '../platform/http/connection-checks.ts';
import { OptionsInput } from '../platform/http/driver-schemas.ts';
import { InvalidRequest } from '../platform/http/problem.ts';
import { Id, IdParams } from '../platform/http/schemas.ts';
import type { StorageService } from './service.ts';
import { measureZones } from './zones.ts';

const NDJSON = 'application/x-ndjson';

/** Tests of storages: each answers lines of JSON as it goes, and ends when who asked goes away. */
export function addStorageTestRoutes(
  app: App,
  parts: { storages: StorageService; egress: Egress; changes: Changes; stopping: AbortSignal },
): void {
  const { storages, egress, changes, stopping } = parts;
  const tags = ['storages'];
  const lines = { produces: [NDJSON] };
  const config = { permission: 'storage:test' as const, audit: 'storage.test' };

  app.post(
    '/storages/test',
    {
      config,
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
      const actor = actorOf(request);
      const { driver, target } = await storages.driverToTest(type, options, storageId, actor);
      const record = testRecorder(changes, actor, target);
      const signal = AbortSignal.any([request.closed, stopping]);
      return reply.type(NDJSON).send(ndjson(checkLines(driver, { signal, log: request.log, record })));
    },
  );

  app.post(
    '/storages/zones/test',
    {
      config: { ...config, audit: 'storage.measure_zones' },
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
      const recorder = (endpoint: string | null) =>
        testRecorder(
          changes,
          actorOf(request),
          { kind: 'storage', id: null, name: null, type: name, endpoint },
          'measure_zones',
        );
      const driver = storages.connections.make(type, withoutEnvironment, null);
      try {
        const zones = driver.zones();
        const record = recorder(zones.map(endpointText).join(', '));
        const signal = AbortSignal.any([request.closed, stopping]);
        return reply.type(NDJSON).send(ndjson(measureZones(zones, egress, signal, record)));
      } catch (error) {
        const { endpoint } = withoutEnvironment;
        const typed = typeof endpoint === 'string' ? endpointText(endpointOf(endpoint)) : null;
        await recorder(typed)({ result: 'failed', code: toSampanError(error).code });
        throw error;
      } finally {
        await driver.close();
      }
    },
  );

  app.post(
    '/storages/:id/test',
    {
      config,
      schema: {
        tags,
        ...lines,
        summary: 'Test the connection of a storage as it is saved; its state follows from what is found',
        params: IdParams,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { driver, target, optionsRevision } = await storages.savedDriver(id);
      const record = testRecorder(changes, actorOf(request), target);
      const signal = AbortSignal.any([request.closed, stopping]);
      const keep = (verdict: Parameters<typeof storages.states.tested>[2]) =>
        storages.states.tested(id, optionsRevision, verdict);
      return reply.type(NDJSON).send(ndjson(checkLines(driver, { signal, log: request.log, record }, keep)));
    },
  );

  app.post(
    '/storages/:id/deep-test',
    {
      config: {
        ...config,
        audit: null,
        auditNotBecause: 'goes where the storage is saved to lie, and deletes what it writes',
      },
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
