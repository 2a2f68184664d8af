import type { ConnectionCheck } from '@sampan/driver';
import type { QingzhouClient, QingzhouRegion } from '@sampan/qingzhou-sdk';
import type { QingzhouHostOptions } from '../options.ts';
import { checkFlavor, checkImage, checkList, checkNetwork, checkRegion, checkSignature } from './account.ts';
import { checkChange } from './changes.ts';
import { compareClocks, connectEndpoint, resolveEndpoint } from './reach.ts';
import { runSteps, type Step } from './steps.ts';

export interface ConnectionTest {
  client: QingzhouClient;
  options: QingzhouHostOptions;
  now: () => number;
  signal: AbortSignal;
}

/** Test Connection: from the name of the endpoint to the permission of each action. Changes nothing. */
export function testQingzhouConnection(test: ConnectionTest): AsyncIterable<ConnectionCheck> {
  const { client, options, signal } = test;
  const { region, vpcId, defaultImage, defaultFlavor } = options;
  let regions: QingzhouRegion[] | null = null;
  const keep = (found: QingzhouRegion[]): void => {
    regions = found;
  };
  const account = ['connect', 'clock', 'signature', 'region'];
  const steps: (Step | undefined)[] = [
    { name: 'resolve', needs: [], run: () => resolveEndpoint(test) },
    { name: 'connect', needs: ['resolve'], run: () => connectEndpoint(test) },
    { name: 'clock', needs: ['connect'], run: () => compareClocks(test) },
    { name: 'signature', needs: ['connect', 'clock'], run: () => checkSignature(test, keep) },
    { name: 'region', needs: ['signature'], run: () => checkRegion(test, regions) },
    { name: 'list_instances', needs: account, run: () => checkList(test, 'instances') },
    { name: 'list_networks', needs: account, run: () => checkList(test, 'networks') },
    { name: 'list_images', needs: account, run: () => checkList(test, 'images') },
    { name: 'list_flavors', needs: account, run: () => checkList(test, 'flavors') },
    vpcId === undefined
      ? undefined
      : { name: 'network', needs: ['list_networks'], run: () => checkNetwork(client, vpcId, region, signal) },
    defaultImage === undefined
      ? undefined
      : { name: 'default_image', needs: ['list_images'], run: () => checkImage(client, defaultImage, region, signal) },
    defaultFlavor === undefined
      ? undefined
      : {
          name: 'default_flavor',
          needs: ['list_flavors'],
          run: () => checkFlavor(client, defaultFlavor, region, signal),
        },
    { name: 'start_permission', needs: ['list_instances'], run: () => checkChange(test, 'start') },
    { name: 'stop_permission', needs: ['list_instances'], run: () => checkChange(test, 'stop') },
    { name: 'restart_permission', needs: ['list_instances'], run: () => checkChange(test, 'restart') },
  ];
  return runSteps(
    steps.filter((step): step is Step => step !== undefined),
    test.now,
    signal,
  );
}
