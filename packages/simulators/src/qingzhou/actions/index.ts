import type { Action } from './action.ts';
import { describeFlavors, describeImages, describeRegions, describeVpcs, describeZones } from './catalogue.ts';
import { describeInstances, rebootInstance, startInstance, stopInstance } from './instances.ts';

/** Every action that the simulated cloud knows, by its name on the wire. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ['DescribeRegions', describeRegions],
  ['DescribeZones', describeZones],
  ['DescribeVpcs', describeVpcs],
  ['DescribeImages', describeImages],
  ['DescribeFlavors', describeFlavors],
  ['DescribeInstances', describeInstances],
  ['StartInstance', startInstance],
  ['StopInstance', stopInstance],
  ['RebootInstance', rebootInstance],
]);

export const actionNames: readonly string[] = [...actions.keys()];
