import type { Instance } from '../api/resources.ts';
import { canDo, INSTANCE_ACTIONS } from '../instances/instance-actions.ts';
import { signedCall } from './signed-call.ts';

/** What the panel of an instance shows, and the action that fits its state, for the command line and the API. */
export function instanceCommands(instance: Instance, origin: string): { cli: string; api: string } {
  const able = INSTANCE_ACTIONS.filter((action) => canDo(instance, action));
  const path = `/api/v1/instances/${instance.id}`;
  return {
    cli: [
      `sampan instance show ${instance.id}`,
      ...able.map((action) => `sampan instance ${action} ${instance.id}`),
    ].join('\n'),
    api: [
      signedCall(origin, { method: 'GET', path }),
      ...able.map((action) => signedCall(origin, { method: 'POST', path: `${path}/${action}`, body: {} })),
    ].join('\n\n'),
  };
}
