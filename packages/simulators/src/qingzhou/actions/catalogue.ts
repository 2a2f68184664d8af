import { idList, pageOf, paging } from '../parameters.ts';
import { resourceName } from '../policy.ts';
import { flavors, images, regions, vpcs } from '../world.ts';
import type { Action } from './action.ts';

export const regionList = () =>
  regions.map(({ regionId, localName, endpoint }) => ({
    RegionId: regionId,
    LocalName: localName,
    Endpoint: endpoint,
    Status: 'Available',
  }));

export const describeRegions: Action = {
  permission: 'ecs:DescribeRegions',
  needsRegion: false,
  prepare: (_parameters, regionId) => ({
    resources: [resourceName('ecs', regionId, 'region', '*')],
    run: () => ({ Regions: regionList() }),
  }),
};

export const describeZones: Action = {
  permission: 'ecs:DescribeZones',
  needsRegion: true,
  prepare: (_parameters, regionId) => ({
    resources: [resourceName('ecs', regionId, 'zone', '*')],
    run: () => ({
      Zones: (regions.find((each) => each.regionId === regionId)?.zones ?? []).map(({ zoneId, localName }) => ({
        ZoneId: zoneId,
        LocalName: localName,
        AvailableFlavors: flavors.filter((flavor) => flavor.Status === 'OnSale').map((flavor) => flavor.FlavorId),
      })),
    }),
  }),
};

export const describeVpcs: Action = {
  permission: 'vpc:DescribeVpcs',
  needsRegion: true,
  prepare(parameters, regionId) {
    const ids = idList(parameters, 'VpcIds');
    const page = paging(parameters);
    return {
      resources: [resourceName('vpc', regionId, 'vpc', '*')],
      run() {
        const here = vpcs.filter((vpc) => vpc.regionId === regionId && (!ids || ids.includes(vpc.VpcId)));
        const { counts, items } = pageOf(here, page);
        return { ...counts, Vpcs: items.map(({ regionId: _region, ...vpc }) => vpc) };
      },
    };
  },
};

export const describeImages: Action = {
  permission: 'ecs:DescribeImages',
  needsRegion: true,
  prepare(parameters, regionId) {
    const ids = idList(parameters, 'ImageIds');
    const page = paging(parameters);
    return {
      resources: [resourceName('ecs', regionId, 'image', '*')],
      run() {
        const here = images.filter(
          (image) =>
            image.regionId === regionId &&
            (!ids || ids.includes(image.ImageId)) &&
            (!parameters.OsType || parameters.OsType === image.OsType) &&
            (!parameters.Owner || parameters.Owner === image.Owner),
        );
        const { counts, items } = pageOf(here, page);
        return { ...counts, Images: items.map(({ regionId: _region, ...image }) => image) };
      },
    };
  },
};

export const describeFlavors: Action = {
  permission: 'ecs:DescribeFlavors',
  needsRegion: true,
  prepare(parameters, regionId) {
    const ids = idList(parameters, 'FlavorIds');
    const page = paging(parameters);
    return {
      resources: [resourceName('ecs', regionId, 'flavor', '*')],
      run() {
        const { counts, items } = pageOf(
          flavors.filter((flavor) => !ids || ids.includes(flavor.FlavorId)),
          page,
        );
        return { ...counts, Flavors: items };
      },
    };
  },
};
