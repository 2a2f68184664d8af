import type { QingzhouSignatureMethod } from '@sampan/accesskey';
import type { QingzhouErrorCode } from './error.ts';

/** What a vendor's word for the state of an instance means. */
export type QingzhouInstanceState =
  | 'pending'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'stopped'
  | 'restarting'
  | 'rebuilding'
  | 'resizing'
  | 'resetting_password'
  | 'releasing'
  | 'failed'
  | 'locked';

/** Names of an answer's fields, ours on the left. `a.b` reads inside an object. */
export type FieldNames<Name extends string> = Readonly<Record<Name, string>>;

export interface ListAction<Name extends string> {
  action: string;
  /** Where the answer holds the list, plain or wrapped once more. */
  items: string;
  /** Parameter that takes a JSON array of ids; null when there is none. */
  idsParameter: string | null;
  paged: boolean;
  fields: FieldNames<Name>;
}

export interface ChangeAction {
  action: string;
  idParameter: string;
  /** Parameter that asks for cutting the power; null when there is none. */
  forceParameter: string | null;
}

export interface ErrorRule {
  /** The vendor's code; `*` stands for any text. The first rule that fits counts. */
  match: string;
  code: QingzhouErrorCode;
  /** What was not found or is missing, for the message. */
  resource?: string;
}

/**
 * Everything that is assumed about the vendor's API, as data: a correction is a change of such a file, not of code.
 */
export interface QingzhouProfile {
  name: string;
  version: string;
  /** Appended to the endpoint. */
  path: string;
  /** Answers the regions without a signature; null when there is no such address. */
  publicRegionsPath: string | null;
  signatureMethod: QingzhouSignatureMethod;
  regionParameter: string;
  paging: { number: string; size: string; total: string; largest: number };
  /**
   * Parameter that makes a changing call check everything and do nothing, and how sure that is. `assumed`: it was never
   * seen to work with the vendor, so it is not sent with a call that would do harm if it were ignored.
   */
  dryRun: { parameter: string; trust: 'assumed' | 'verified' } | null;
  endpoints: readonly { regionId: string; name: string; nameZh: string; endpoint: string }[];
  regions: ListAction<'id' | 'name' | 'endpoint'>;
  networks: ListAction<'id' | 'name' | 'cidrBlock'>;
  images: ListAction<
    'id' | 'name' | 'operatingSystem' | 'architecture' | 'minimumDiskGiB' | 'sizeBytes' | 'status' | 'createdAt'
  >;
  flavors: ListAction<'id' | 'name' | 'cpuCount' | 'memoryMiB' | 'gpuCount' | 'status'>;
  instances: ListAction<
    | 'id'
    | 'name'
    | 'description'
    | 'status'
    | 'regionId'
    | 'zoneId'
    | 'networkId'
    | 'imageId'
    | 'flavorId'
    | 'cpuCount'
    | 'memoryMiB'
    | 'systemDiskGiB'
    | 'privateAddresses'
    | 'publicAddresses'
    | 'tags'
    | 'createdAt'
    | 'expiresAt'
    | 'lockReason'
  >;
  instanceFilters: { networkId: string; status: string; name: string };
  start: ChangeAction;
  stop: ChangeAction;
  restart: ChangeAction;
  instanceStates: Readonly<Record<string, QingzhouInstanceState>>;
  imageStates: Readonly<Record<string, 'available' | 'creating' | 'reviewing' | 'deleted'>>;
  flavorStates: Readonly<Record<string, 'available' | 'sold_out'>>;
  errors: readonly ErrorRule[];
}
