import {
  flavorsByIds,
  imagesByIds,
  listRegions,
  networksByIds,
  type QingzhouClient,
  QingzhouError,
  type QingzhouRegion,
} from '@sampan/qingzhou-sdk';
import { explanations } from '../explanations.ts';
import type { ConnectionTest } from './index.ts';
import { type Finding, failed, passed } from './steps.ts';

/** Key and signature, by DescribeRegions. A refusal of permission proves both right: it is decided after them. */
export async function checkSignature(
  test: ConnectionTest,
  keep: (regions: QingzhouRegion[]) => void,
): Promise<Finding> {
  const { client, signal } = test;
  try {
    const regions = (await Array.fromAsync(listRegions(client, signal))).flat();
    keep(regions);
    return passed(`the key and its signature are accepted; ${regions.length} regions`, { count: regions.length });
  } catch (error) {
    if (error instanceof QingzhouError && error.code === 'permission_denied') return failed(error, 'warning');
    throw error;
  }
}

export async function checkRegion({ options }: ConnectionTest, regions: QingzhouRegion[] | null): Promise<Finding> {
  if (regions === null) {
    return {
      state: 'warning',
      code: 'not_testable',
      message: `Whether the region ${options.region} exists could not be asked.`,
      ...explanations.permission_denied,
    };
  }
  const region = regions.find((each) => each.id === options.region);
  if (region) return passed(`${region.id} is ${region.name}`, { region: region.id });
  const known = regions.map((each) => each.id).join(', ');
  return {
    state: 'failed',
    code: 'region_not_found',
    message: `There is no region ${options.region} at this endpoint.`,
    cause: 'The region is mistyped, or belongs to another endpoint.',
    remedy: `Use one of: ${known}.`,
    parameters: { region: options.region, known },
  };
}

/** Whether the key may read a kind of thing: one item is asked for. */
export async function checkList(
  { client, signal }: ConnectionTest,
  kind: 'instances' | 'networks' | 'images' | 'flavors',
): Promise<Finding> {
  const { action } = client.profile[kind];
  const { number, size, total } = client.profile.paging;
  const answer = await client.call(action, { [number]: 1, [size]: 1 }, { signal });
  const count = Number(answer[total] ?? Number.NaN);
  if (Number.isNaN(count)) return passed(`${action} is allowed`, { action });
  const doubt = count === 0 ? ' (some clouds answer an empty list when the permission is missing)' : '';
  return passed(`${action} is allowed: ${count} found${doubt}`, { action, count });
}

function absent(code: string, what: string, id: string, region: string): Finding {
  return {
    state: 'failed',
    code,
    message: `There is no ${what} ${id} in ${region}.`,
    ...explanations.not_found,
    parameters: { id, region },
  };
}

export async function checkNetwork(
  client: QingzhouClient,
  id: string,
  region: string,
  signal: AbortSignal,
): Promise<Finding> {
  const [network] = await networksByIds(client, [id], signal);
  if (!network) return absent('network_not_found', 'VPC', id, region);
  return passed(`${id} is ${network.name} (${network.cidrBlock})`, { id, name: network.name });
}

export async function checkImage(
  client: QingzhouClient,
  id: string,
  region: string,
  signal: AbortSignal,
): Promise<Finding> {
  const [image] = await imagesByIds(client, [id], signal);
  if (!image) return absent('image_not_found', 'image', id, region);
  if (image.state === 'available' || image.state === 'unknown')
    return passed(`${id} is ${image.name}`, { id, name: image.name });
  const why = { reviewing: 'is still in review', creating: 'is still being made', deleted: 'was deleted' }[image.state];
  return {
    state: 'failed',
    code: 'image_not_usable',
    message: `The image ${id} (${image.name}) ${why}.`,
    cause: `The image ${why}, so no instance can be made from it.`,
    remedy:
      image.state === 'deleted'
        ? 'Choose another image of this region.'
        : 'Wait until it is available, or choose another.',
    parameters: { id, name: image.name, state: image.state },
  };
}

export async function checkFlavor(
  client: QingzhouClient,
  id: string,
  region: string,
  signal: AbortSignal,
): Promise<Finding> {
  const [flavor] = await flavorsByIds(client, [id], signal);
  if (!flavor) return absent('flavor_not_found', 'flavor', id, region);
  if (flavor.state !== 'sold_out') return passed(`${id} is ${flavor.name}`, { id, name: flavor.name });
  return {
    state: 'warning',
    code: 'flavor_sold_out',
    message: `The flavor ${id} (${flavor.name}) is sold out.`,
    cause: 'The vendor has no capacity of this flavor at the moment.',
    remedy: 'Choose another flavor, or try again later.',
    parameters: { id, name: flavor.name },
  };
}
