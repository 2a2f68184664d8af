import { SampanError } from '@sampan/driver';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../policy/actor.ts';

/** The actor of a route that is not public: authorization has put it there. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor) return request.actor;
  throw new SampanError('not_signed_in', 'You are not signed in.', {
    hint: 'Log in, or sign the request with an AccessKey.',
  });
}
