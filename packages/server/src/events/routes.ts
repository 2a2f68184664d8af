import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { isoTime } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import type { Permission } from '../policy/permissions.ts';
import { decide } from '../policy/policy.ts';
import type { EventHub, ResolvedEvent } from './hub.ts';
import type { EventKind } from './tables.ts';

const KEEP_ALIVE_MS = 15_000;
/** A reader that is so far behind is cut off; it comes back with `Last-Event-ID` and gets the rest. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What one must be allowed to read to be told of a change. */
const READ_PERMISSION: Readonly<Record<EventKind, Permission>> = {
  operation: 'operation:read',
  instance: 'instance:read',
  host: 'host:read',
  access_key: 'access_key:read',
  user: 'user:read',
  session: 'session:read',
  simulated_cloud: 'simulated_cloud:read',
};

function format(event: ResolvedEvent): string {
  const { sequence, time, kind, id, action, data } = event;
  const text = JSON.stringify({ sequence, time: isoTime(time), kind, id, action, data });
  return `id: ${sequence}\nevent: change\ndata: ${text}\n\n`;
}

function visible(actor: Actor, events: readonly ResolvedEvent[]): ResolvedEvent[] {
  return events.filter((event) => decide(actor, READ_PERMISSION[event.kind]).allowed);
}

export function addEventRoutes(
  app: App,
  parts: { hub: EventHub; stopping: AbortSignal; isStillSignedIn: (actor: Actor) => Promise<boolean> },
): void {
  const { hub } = parts;

  app.get(
    '/events',
    {
      config: { permission: 'event:read' },
      schema: {
        tags: ['events'],
        summary: 'Follow changes as server-sent events; Last-Event-ID replays what was missed',
        produces: ['text/event-stream'],
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })) }),
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const lastId = request.headers['last-event-id'];
      const output = reply.raw;
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) output.setHeader(name, value);
      output.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });

      // Subscribed before replaying: what happens meanwhile waits in `early`, so that nothing falls between.
      let early: ResolvedEvent[] | null = [];
      const send = (events: readonly ResolvedEvent[]) => {
        for (const event of visible(actor, events)) output.write(format(event));
        if (output.writableLength > BUFFER_BYTES) output.destroy();
      };
      const unsubscribe = hub.subscribe((events) => {
        if (early) early.push(...events);
        else send(events);
      });
      const until = hub.sequence;
      const timer = setInterval(() => {
        output.write(': still here\n\n');
        void parts.isStillSignedIn(actor).then((still) => still || output.end());
      }, KEEP_ALIVE_MS);
      const stop = () => output.end();
      parts.stopping.addEventListener('abort', stop, { once: true });
      output.on('close', () => {
        clearInterval(timer);
        unsubscribe();
        parts.stopping.removeEventListener('abort', stop);
      });

      try {
        output.write('retry: 1000\n\n');
        if (lastId !== undefined) {
          const after = Number(lastId);
          if (await hub.canReplay(after)) for await (const events of hub.replay(after, until)) send(events);
          else output.write('event: reset\ndata: {}\n\n');
        }
        output.write(`id: ${until}\nevent: hello\ndata: ${JSON.stringify({ sequence: until })}\n\n`);
        const waiting = early;
        early = null;
        send(waiting.filter((event) => event.sequence > until));
      } catch (error) {
        request.log.error({ err: error }, 'events could not be replayed');
        output.destroy();
      }
    },
  );
}
