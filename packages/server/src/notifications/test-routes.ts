import type { ConnectionCheck, OptionValues } from '@sampan/driver';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import type { Changes } from '../platform/changes.ts';
import type { Egress } from '../platform/egress.ts';
import { checkLines, ndjson, testRecorder, testTarget } from '../platform/http/connection-checks.ts';
import { OptionsInput } from '../platform/http/driver-schemas.ts';
import { Id, IdParams } from '../platform/http/schemas.ts';
import { newId } from '../platform/ids.ts';
import type { Notifications } from './notifications.ts';
import { ChannelSettings } from './schema.ts';
import type { ChannelType, Message, Sender } from './senders/contract.ts';
import { testSteps } from './senders/test-steps.ts';
import { SEND_TIMEOUT_MS } from './timing.ts';

const NDJSON = 'application/x-ndjson';

/** Tests of channels: the last step sends a real message, since only people can tell whether it arrives. */
export function addChannelTestRoutes(
  app: App,
  parts: { notifications: Notifications; egress: Egress; changes: Changes; stopping: AbortSignal },
): void {
  const { notifications, egress, changes, stopping } = parts;
  const { channels } = notifications;
  const tags = ['notifications'];
  const produces = [NDJSON];
  const config = { permission: 'channel:test' as const, audit: 'channel.test' };

  function lines(
    request: FastifyRequest,
    made: { sender: Sender; type: ChannelType; options: OptionValues; row?: { id: string; name: string } | undefined },
    message: Message,
  ) {
    const { lookup, allowsAddress, fetch } = egress;
    const environment = { lookup, allowsAddress, fetch, now: Date.now };
    const { host } = made.type.endpoint(made.options);
    const testable = {
      testConnection: (ends: AbortSignal): AsyncIterable<ConnectionCheck> =>
        testSteps({ sender: made.sender, host, message, timeoutMs: SEND_TIMEOUT_MS, environment }, ends),
      close: async () => undefined,
    };
    const record = testRecorder(changes, actorOf(request), testTarget('channel', made.type, made.options, made.row));
    const signal = AbortSignal.any([request.closed, stopping]);
    return ndjson(checkLines(testable, { signal, log: request.log, record }));
  }

  app.post(
    '/channels/test',
    {
      config,
      schema: {
        tags,
        produces,
        summary: 'Send a test message before saving: one line of JSON per step, the last is `result`; stores nothing',
        body: Type.Object(
          {
            type: Type.String(),
            options: OptionsInput,
            channelId: Type.Optional(Id),
            name: Type.Optional(Type.String({ maxLength: 100 })),
            language: ChannelSettings.language,
          },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const { type, options, channelId, name, language } = request.body;
      const made = await channels.senderToTest(type, options, channelId);
      const message = notifications.testMessage(newId(), {
        name: name || made.row?.name || 'Sampan',
        language: language ?? made.row?.language ?? 'en',
        time_zone: made.row?.time_zone ?? 'UTC',
      });
      return reply.type(NDJSON).send(lines(request, made, message));
    },
  );

  app.post(
    '/channels/:id/test',
    {
      config,
      schema: {
        tags,
        produces,
        summary: 'Send a test message through a channel as it is saved',
        params: IdParams,
      },
    },
    async (request, reply) => {
      const view = await channels.queries.get(request.params.id);
      const made = await channels.sender(view);
      const message = notifications.testMessage(newId(), {
        name: view.name,
        language: view.language,
        time_zone: view.timeZone,
      });
      return reply.type(NDJSON).send(lines(request, { ...made, row: view }, message));
    },
  );
}
