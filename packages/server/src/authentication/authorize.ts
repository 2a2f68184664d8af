import { SampanError } from '@sampan/driver';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { plainAddress } from '../platform/addresses.ts';
import type { Changes } from '../platform/changes.ts';
import type { Permission } from '../policy/permissions.ts';
import { demand } from '../policy/policy.ts';
import type { Authentication } from './authenticate.ts';
import { RefusalLimit } from './refusal-limit.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the actor needs; `signed_in` for what anyone may who is signed in; `public` with the reason beside it. */
    permission?: Permission | 'signed_in' | 'public';
    /** Why a route is open to everyone. */
    publicBecause?: string;
  }
}

/** What is wrong with what a route says of itself; null when nothing is. */
function declarationProblem({ permission, publicBecause }: FastifyContextConfig): string | null {
  if (permission === undefined) return 'does not name its permission';
  if (permission === 'public' && !publicBecause) return 'is public without a reason';
  return null;
}

/** Refuses to start with a route that does not say what it needs. */
export function demandDeclaredPermissions(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  // Checked last, since plugins declare for the routes of the libraries they wrap.
  app.addHook('onReady', async () => {
    for (const route of routes) {
      const problem = declarationProblem(route.config ?? {});
      if (problem !== null) throw new Error(`route ${route.method} ${route.url} ${problem}`);
    }
  });
}

/** Authenticates and authorises every request before its body is read; refusals go to the audit log. */
export function addAuthorization(app: FastifyInstance, authentication: Authentication, changes: Changes): void {
  authentication.add(app);
  const limit = new RefusalLimit();
  app.addHook('onRequest', async (request) => {
    const { permission } = request.routeOptions.config;
    try {
      if (permission === undefined || permission === 'public') return;
      request.actor = await authentication.authenticate(request);
      if (!request.actor) {
        throw new SampanError('not_signed_in', 'You are not signed in.', {
          hint: 'Log in, or sign the request with an AccessKey.',
        });
      }
      if (permission !== 'signed_in') demand(request.actor, permission);
    } catch (error) {
      if (error instanceof SampanError && error.code !== 'not_signed_in')
        await auditRefusal(request, changes, error, limit);
      throw error;
    }
  });
}

async function auditRefusal(
  request: FastifyRequest,
  changes: Changes,
  error: SampanError,
  limit: RefusalLimit,
): Promise<void> {
  const { actor } = request;
  const address = plainAddress(request.ip);
  const action = `${request.method} ${request.routeOptions.url ?? ''}`;
  // A known actor is told of every time; a stranger could fill the disk.
  const repeats = actor ? 0 : limit.count(`${address} ${error.code} ${action}`, Date.now());
  if (repeats === null) return;
  const claimed = /^ZStack\s+([A-Za-z0-9._-]{1,64}):/.exec(request.headers.authorization ?? '')?.[1];
  await changes.run(async (change) =>
    change.audit({
      actor: actor ?? { kind: 'anonymous', name: claimed ?? '', address },
      action,
      result: 'refused',
      code: error.code,
      ...(repeats > 0 && { difference: { alsoRefusedBefore: repeats } }),
    }),
  );
}
