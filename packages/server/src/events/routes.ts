import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { isoTime } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import type { Permission } from '../policy/permissions.ts';
import { decide, type PolicyResource } from '../policy/policy.ts';
import { Feed } from './feed.ts';
import type { EventHub, ResolvedEvent } from './hub.ts';
import type { EventKind } from './tables.ts';

const KEEP_ALIVE_MS = 15_000;
/** A reader that missed more than this starts afresh: reading the lists again is cheaper for both sides. */
const REPLAY_AT_MOST = 2_000;

/** What one must be allowed to read to be told of a change. */
const READ_PERMISSION: Readonly<Record<EventKind, Permission>> = {
  operation: 'operation:read',
  instance: 'instance:read',
  host: 'host:read',
  storage: 'storage:read',
  repository: 'repository:read',
  plan: 'plan:read',
  run: 'plan:read',
  backup: 'backup:read',
  restore: 'restore:read',
  channel: 'channel:read',
  access_key: 'access_key:read',
  user: 'user:read',
  session: 'session:read',
  simulated_cloud: 'simulated_cloud:read',
  system: 'system:read',
};

/** What belongs to one user, whom its events name in their data. */
const PERSONAL: ReadonlySet<EventKind> = new Set(['access_key', 'session']);

function format(event: ResolvedEvent): string {
  const { sequence, time, kind, id, action } = event;
  const data = PERSONAL.has(kind) ? null : event.data;
  const text = JSON.stringify({ sequence, time: isoTime(time), kind, id, action, data });
  return `id: ${sequence}\nevent: change\ndata: ${text}\n\n`;
}

/** Whose it is; what does not say so, e.g. from before an upgrade, is nobody's. */
function resourceOf({ kind, data }: ResolvedEvent): PolicyResource {
  if (!PERSONAL.has(kind)) return {};
  const isNamed = typeof data === 'object' && data !== null && 'userId' in data && typeof data.userId === 'string';
  return { ownerId: isNamed ? String(data.userId) : '' };
}

function visible(actor: Actor, events: readonly ResolvedEvent[]): ResolvedEvent[] {
  return events.filter((event) => decide(actor, READ_PERMISSION[event.kind], resourceOf(event)).allowed);
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

      const feed = new Feed(output);
      // Subscribed before replaying: what happens meanwhile waits in `early`, so that nothing falls between.
      let early: ResolvedEvent[] | null = [];
      const text = (events: readonly ResolvedEvent[]) => visible(actor, events).map(format).join('');
      const unsubscribe = hub.subscribe((events) => {
        if (early) early.push(...events);
        else feed.write(text(events));
      });
      const until = hub.sequence;
      const timer = setInterval(() => {
        feed.write(': still here\n\n');
        // When nobody can tell now, because the database is away, the next look does.
        parts.isStillSignedIn(actor).then(
          (still) => still || feed.end(),
          (error) => request.log.warn({ err: error }, 'a stream could not be checked'),
        );
      }, KEEP_ALIVE_MS);
      const stop = () => feed.end();
      parts.stopping.addEventListener('abort', stop, { once: true });
      feed.onEnd(() => {
        clearInterval(timer);
        unsubscribe();
        parts.stopping.removeEventListener('abort', stop);
      });

      try {
        feed.write('retry: 1000\n\n');
        if (lastId !== undefined) {
          const after = Number(lastId);
          const isNear = until - after <= REPLAY_AT_MOST;
          if (isNear && (await hub.canReplay(after))) {
            for await (const events of hub.replay(after, until)) await feed.writeAndDrain(text(events));
          } else feed.write('event: reset\ndata: {}\n\n');
        }
        feed.write(`id: ${until}\nevent: hello\ndata: ${JSON.stringify({ sequence: until })}\n\n`);
        const waiting = early;
        early = null;
        feed.write(text(waiting.filter((event) => event.sequence > until)));
      } catch (error) {
        request.log.error({ err: error }, 'events could not be replayed');
        feed.end();
      }
    },
  );
}
