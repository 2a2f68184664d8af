import { sql } from 'kysely';
import type { App } from '../app.ts';
import type { Database } from '../platform/database/open.ts';
import type { Metrics } from '../platform/metrics.ts';
import { VERSION } from '../version.ts';

const READY_TIMEOUT_MS = 2_000;

/** For supervisors, load balancers and Prometheus: outside `/api`. */
export function addHealthRoutes(
  app: App,
  parts: { database: Database; metrics: Metrics; isStopping: () => boolean },
): void {
  const { database, metrics } = parts;
  const open = (publicBecause: string) => ({ permission: 'public' as const, publicBecause });
  const schema = { hide: true };

  app.get('/healthz', { config: open('a supervisor asks whether the process lives'), schema }, async () => ({
    status: 'ok',
    version: VERSION,
  }));

  app.get(
    '/readyz',
    { config: open('a load balancer asks whether to send requests here'), schema },
    async (_request, reply) => {
      if (parts.isStopping()) return reply.code(503).send({ status: 'stopping' });
      const isReady = await Promise.race([
        sql`select 1`.execute(database.query).then(
          () => true,
          () => false,
        ),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), READY_TIMEOUT_MS).unref()),
      ]);
      return isReady ? { status: 'ready' } : reply.code(503).send({ status: 'the database does not answer' });
    },
  );

  app.get(
    '/metrics',
    { config: open('numbers about the process only, no names; Prometheus has no session'), schema },
    async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
