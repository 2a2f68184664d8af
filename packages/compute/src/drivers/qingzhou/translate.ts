import type {
  QingzhouFlavor,
  QingzhouImage,
  QingzhouInstance,
  QingzhouNetwork,
  QingzhouRegion,
} from '@sampan/qingzhou-sdk';
import type {
  RemoteFlavor,
  RemoteImage,
  RemoteInstance,
  RemoteNetwork,
  RemoteNic,
  RemoteRegion,
} from '../../contract.ts';

export function toRegion({ id, name, endpoint }: QingzhouRegion): RemoteRegion {
  return { remoteId: id, name, endpoint };
}

export function toNetwork({ id, name, cidrBlock }: QingzhouNetwork, regionId: string): RemoteNetwork {
  return { remoteId: id, regionId, name, cidrBlock };
}

export function toImage({ id, ...image }: QingzhouImage, regionId: string): RemoteImage {
  return { remoteId: id, regionId, ...image };
}

export function toFlavor({ id, ...flavor }: QingzhouFlavor, regionId: string): RemoteFlavor {
  return { remoteId: id, regionId, ...flavor };
}

function toNics({ networkId, privateAddresses, publicAddresses }: QingzhouInstance): RemoteNic[] {
  // The vendor gives two lists and no interfaces: addresses of the same place are taken to belong together.
  const count = Math.max(privateAddresses.length, publicAddresses.length);
  return Array.from({ length: count }, (_, index) => ({
    networkId,
    privateAddress: privateAddresses[index] ?? null,
    publicAddress: publicAddresses[index] ?? null,
  }));
}

export function toInstance(instance: QingzhouInstance, regionId: string): RemoteInstance {
  const { id, privateAddresses: _private, publicAddresses: _public, ...rest } = instance;
  return { ...rest, remoteId: id, regionId: instance.regionId || regionId, nics: toNics(instance) };
}
