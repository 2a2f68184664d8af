import type { QingzhouChange, QingzhouClient } from './client.ts';
import { itemsByIds, pagesOf } from './lists.ts';
import type { QingzhouInstanceState, QingzhouProfile } from './profile.ts';
import type { ItemReader } from './records.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

type Reader<List extends 'regions' | 'networks' | 'images' | 'flavors' | 'instances'> = ItemReader<
  Extract<keyof QingzhouProfile[List]['fields'], string>
>;

export interface QingzhouRegion {
  id: string;
  name: string;
  endpoint: string | null;
}

export interface QingzhouNetwork {
  id: string;
  name: string;
  cidrBlock: string;
}

export interface QingzhouImage {
  id: string;
  name: string;
  operatingSystem: string;
  architecture: string;
  minimumDiskBytes: number;
  sizeBytes: number;
  state: 'available' | 'creating' | 'reviewing' | 'deleted' | 'unknown';
  createdAt: number | null;
}

export interface QingzhouFlavor {
  id: string;
  name: string;
  cpuCount: number;
  memoryBytes: number;
  gpuCount: number;
  state: 'available' | 'sold_out' | 'unknown';
}

/** Sizes are bytes, times are milliseconds since 1970 UTC. */
export interface QingzhouInstance {
  id: string;
  name: string;
  description: string;
  /** `unknown` for a word that the profile does not have; `remoteState` keeps it. */
  state: QingzhouInstanceState | 'unknown';
  remoteState: string;
  regionId: string;
  zoneId: string;
  networkId: string;
  imageId: string;
  flavorId: string;
  cpuCount: number;
  memoryBytes: number;
  systemDiskBytes: number;
  privateAddresses: readonly string[];
  publicAddresses: readonly string[];
  tags: Readonly<Record<string, string>>;
  createdAt: number | null;
  expiresAt: number | null;
  lockReason: string | null;
}

export interface InstanceFilter {
  networkId?: string | undefined;
  /** The vendor's word. */
  remoteState?: string | undefined;
  /** `*` stands for any text. */
  name?: string | undefined;
}

function lookUp<Value>(table: Readonly<Record<string, Value>>, word: string): Value | 'unknown' {
  return Object.hasOwn(table, word) ? (table[word] ?? 'unknown') : 'unknown';
}

export function listRegions(client: QingzhouClient, signal: AbortSignal): AsyncIterable<readonly QingzhouRegion[]> {
  const read = (item: Reader<'regions'>): QingzhouRegion => ({
    id: item.text('id'),
    name: item.text('name'),
    endpoint: item.textOrNull('endpoint'),
  });
  return pagesOf(client, client.profile.regions, {}, read, signal);
}

const readNetwork = (item: Reader<'networks'>): QingzhouNetwork => ({
  id: item.text('id'),
  name: item.text('name'),
  cidrBlock: item.text('cidrBlock'),
});

export function listNetworks(client: QingzhouClient, signal: AbortSignal): AsyncIterable<readonly QingzhouNetwork[]> {
  return pagesOf(client, client.profile.networks, {}, readNetwork, signal);
}

export function networksByIds(
  client: QingzhouClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<QingzhouNetwork[]> {
  return itemsByIds(client, client.profile.networks, ids, readNetwork, signal);
}

const readImage =
  (profile: QingzhouProfile) =>
  (item: Reader<'images'>): QingzhouImage => ({
    id: item.text('id'),
    name: item.text('name'),
    operatingSystem: item.text('operatingSystem'),
    architecture: item.text('architecture'),
    minimumDiskBytes: item.number('minimumDiskGiB') * GIB,
    sizeBytes: item.number('sizeBytes'),
    state: lookUp(profile.imageStates, item.text('status')),
    createdAt: item.time('createdAt'),
  });

export function listImages(client: QingzhouClient, signal: AbortSignal): AsyncIterable<readonly QingzhouImage[]> {
  return pagesOf(client, client.profile.images, {}, readImage(client.profile), signal);
}

export function imagesByIds(
  client: QingzhouClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<QingzhouImage[]> {
  return itemsByIds(client, client.profile.images, ids, readImage(client.profile), signal);
}

const readFlavor =
  (profile: QingzhouProfile) =>
  (item: Reader<'flavors'>): QingzhouFlavor => ({
    id: item.text('id'),
    name: item.text('name'),
    cpuCount: item.number('cpuCount'),
    memoryBytes: item.number('memoryMiB') * MIB,
    gpuCount: item.number('gpuCount'),
    state: lookUp(profile.flavorStates, item.text('status')),
  });

export function listFlavors(client: QingzhouClient, signal: AbortSignal): AsyncIterable<readonly QingzhouFlavor[]> {
  return pagesOf(client, client.profile.flavors, {}, readFlavor(client.profile), signal);
}

export function flavorsByIds(
  client: QingzhouClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<QingzhouFlavor[]> {
  return itemsByIds(client, client.profile.flavors, ids, readFlavor(client.profile), signal);
}

const readInstance =
  (profile: QingzhouProfile) =>
  (item: Reader<'instances'>): QingzhouInstance => ({
    id: item.text('id'),
    name: item.text('name'),
    description: item.text('description'),
    state: lookUp(profile.instanceStates, item.text('status')),
    remoteState: item.text('status'),
    regionId: item.text('regionId'),
    zoneId: item.text('zoneId'),
    networkId: item.text('networkId'),
    imageId: item.text('imageId'),
    flavorId: item.text('flavorId'),
    cpuCount: item.number('cpuCount'),
    memoryBytes: item.number('memoryMiB') * MIB,
    systemDiskBytes: item.number('systemDiskGiB') * GIB,
    privateAddresses: item.texts('privateAddresses'),
    publicAddresses: item.texts('publicAddresses'),
    tags: item.textMap('tags'),
    createdAt: item.time('createdAt'),
    expiresAt: item.time('expiresAt'),
    lockReason: item.textOrNull('lockReason'),
  });

export function listInstances(
  client: QingzhouClient,
  filter: InstanceFilter,
  signal: AbortSignal,
): AsyncIterable<readonly QingzhouInstance[]> {
  const names = client.profile.instanceFilters;
  const parameters = {
    [names.networkId]: filter.networkId,
    [names.status]: filter.remoteState,
    [names.name]: filter.name,
  };
  return pagesOf(client, client.profile.instances, parameters, readInstance(client.profile), signal);
}

export function instancesByIds(
  client: QingzhouClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<QingzhouInstance[]> {
  return itemsByIds(client, client.profile.instances, ids, readInstance(client.profile), signal);
}

export type InstanceChange = 'start' | 'stop' | 'restart';

function changeParameters(client: QingzhouClient, kind: InstanceChange, instanceId: string, force: boolean) {
  const { idParameter, forceParameter } = client.profile[kind];
  return { [idParameter]: instanceId, ...(force && forceParameter !== null && { [forceParameter]: true }) };
}

/** Starts, stops or restarts; see `QingzhouClient.change` for what the result means. */
export function changeInstance(
  client: QingzhouClient,
  kind: InstanceChange,
  instanceId: string,
  how: QingzhouChange & { force?: boolean; signal: AbortSignal },
): Promise<'accepted' | 'already_received'> {
  const parameters = changeParameters(client, kind, instanceId, how.force ?? false);
  return client.change(client.profile[kind].action, parameters, how, how.signal);
}

/**
 * Asks whether a change would be allowed, without doing it. Always throws a `QingzhouError`: `dry_run_allowed` for yes.
 * Returning means that the vendor ignored the question and did it.
 */
export async function dryRunInstanceChange(
  client: QingzhouClient,
  kind: InstanceChange,
  instanceId: string,
  signal: AbortSignal,
): Promise<void> {
  const { dryRun } = client.profile;
  if (!dryRun) throw new TypeError('this profile has no dry run');
  const parameters = { ...changeParameters(client, kind, instanceId, false), [dryRun.parameter]: true };
  await client.call(client.profile[kind].action, parameters, { signal });
}
