import type { Instance } from '../api/resources.ts';

export type InstanceAction = 'start' | 'stop' | 'restart';
export const INSTANCE_ACTIONS: readonly InstanceAction[] = ['start', 'stop', 'restart'];

/** The state in which an action begins. */
const FROM: Readonly<Record<InstanceAction, readonly string[]>> = {
  start: ['stopped'],
  stop: ['running'],
  restart: ['running'],
};

type Actionable = Pick<Instance, 'state' | 'capabilities' | 'operation' | 'vanishedAt' | 'lockReason'>;

/** Whether the host of the instance can do it at all, in whatever state. */
export function supports(instance: Pick<Instance, 'capabilities'>, action: InstanceAction): boolean {
  return instance.capabilities.includes(`instance.${action}`);
}

/** Whether it can be asked for now. The server decides; this only keeps from offering what would be refused. */
export function canDo(instance: Actionable, action: InstanceAction): boolean {
  return (
    supports(instance, action) &&
    FROM[action].includes(instance.state) &&
    instance.operation === null &&
    instance.vanishedAt === null &&
    instance.lockReason === null
  );
}

/** Whether the power may be cut instead of asking the operating system. */
export function canForce(instance: Pick<Instance, 'capabilities'>, action: InstanceAction): boolean {
  return action !== 'start' && instance.capabilities.includes('instance.stop.force');
}

/** The selected ones that can do it now, and the others. */
export function divide<T extends Actionable>(
  instances: readonly T[],
  action: InstanceAction,
): { able: T[]; unable: T[] } {
  return {
    able: instances.filter((instance) => canDo(instance, action)),
    unable: instances.filter((instance) => !canDo(instance, action)),
  };
}
