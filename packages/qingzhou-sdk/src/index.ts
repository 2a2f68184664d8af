export type { JsonRecord } from './answer.ts';
export {
  type CallOptions,
  CHANGE_LIFETIME_MS,
  createQingzhouClient,
  type QingzhouChange,
  type QingzhouClient,
  type QingzhouClientOptions,
  type QingzhouParameters,
} from './client.ts';
export { QingzhouError, type QingzhouErrorCode, type QingzhouErrorDetails } from './error.ts';
export type { QingzhouInstanceState, QingzhouProfile } from './profile.ts';
export { openapiProfile, qingzhouProfiles } from './profiles/index.ts';
export {
  changeInstance,
  dryRunInstanceChange,
  flavorsByIds,
  type InstanceChange,
  type InstanceFilter,
  imagesByIds,
  instancesByIds,
  listFlavors,
  listImages,
  listInstances,
  listNetworks,
  listRegions,
  networksByIds,
  type QingzhouFlavor,
  type QingzhouImage,
  type QingzhouInstance,
  type QingzhouNetwork,
  type QingzhouRegion,
} from './resources.ts';
