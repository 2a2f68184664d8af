import type { ConnectionCheck, Endpoint, LocalizedText, OptionsSchema, OptionValues } from '@sampan/driver';

/** What an instance is doing, in Sampan's words; `unknown` is a word of the vendor that the driver has not met. */
export type InstanceState =
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
  | 'locked'
  | 'unknown';

/** What a driver can do. What is absent here is not offered by the console, the CLI or the API. */
export type ComputeCapability = 'instance.start' | 'instance.stop' | 'instance.stop.force' | 'instance.restart';

export interface RemoteRegion {
  remoteId: string;
  name: string;
  /** Address of the region's API; null when the vendor names none. */
  endpoint: string | null;
}

export interface RemoteNetwork {
  remoteId: string;
  regionId: string;
  name: string;
  cidrBlock: string;
}

export interface RemoteImage {
  remoteId: string;
  regionId: string;
  name: string;
  operatingSystem: string;
  architecture: string;
  /** Smallest system disk it fits on, in bytes. */
  minimumDiskBytes: number;
  sizeBytes: number;
  state: 'available' | 'creating' | 'reviewing' | 'deleted' | 'unknown';
  createdAt: number | null;
}

export interface RemoteFlavor {
  remoteId: string;
  regionId: string;
  name: string;
  cpuCount: number;
  memoryBytes: number;
  gpuCount: number;
  state: 'available' | 'sold_out' | 'unknown';
}

export interface RemoteNic {
  networkId: string;
  privateAddress: string | null;
  publicAddress: string | null;
}

/** An instance as the cloud describes it. Ids are the vendor's; sizes are bytes, times are milliseconds since 1970 UTC. */
export interface RemoteInstance {
  remoteId: string;
  name: string;
  description: string;
  state: InstanceState;
  /** The vendor's own word for `state`. */
  remoteState: string;
  regionId: string;
  zoneId: string;
  networkId: string;
  imageId: string;
  flavorId: string;
  cpuCount: number;
  memoryBytes: number;
  systemDiskBytes: number;
  nics: readonly RemoteNic[];
  tags: Readonly<Record<string, string>>;
  createdAt: number | null;
  expiresAt: number | null;
  /** Why the vendor locked it, e.g. unpaid; null when it is not locked. */
  lockReason: string | null;
}

/**
 * Names one wish to change something, across every attempt to send it. Saved before the first attempt and handed to
 * each further one, also after a crash.
 *
 * A driver must not perform the same `requestId` twice where the vendor offers any means to prevent it.
 */
export interface ChangeRequest {
  /** 32 lower-case hex characters. */
  requestId: string;
  /** When the wish was first saved, milliseconds since 1970 UTC. */
  issuedAt: number;
  signal: AbortSignal;
}

/**
 * - `accepted`: the vendor answered this attempt with yes. The change then goes on by itself.
 * - `already_received`: the vendor says it received this `requestId` before, so an earlier attempt arrived; whether it was
 *   accepted is to be seen from the instance.
 */
export type ChangeOutcome = 'accepted' | 'already_received';

/**
 * One connection to one account and region of a cloud.
 *
 * Every method throws `SampanError` only. Codes that callers tell apart: `not_found` (gone), `wrong_state` (not allowed in
 * this state), `invalid_signature`, `unknown_access_key`, `clock_skew`, `permission_denied`, `throttled` (retryable),
 * `cloud_unavailable` (retryable), `cloud_unreachable` (retryable), `cloud_timeout` (retryable; a change may have
 * happened), `request_expired` (the `ChangeRequest` is too old to be sent again safely), `unexpected_answer`, `cancelled`
 * (the signal aborted, or the driver was closed; a change under way may have happened).
 *
 * Reads are retried inside where the vendor allows it. Changes are only repeated with the same `requestId`.
 */
export interface ComputeDriver {
  /** Yields each step as it ends; never throws for a failed step. Changes nothing in the cloud. */
  testConnection(signal: AbortSignal): AsyncIterable<ConnectionCheck>;

  /** Lists yield pages in the vendor's order. A page shift while reading may repeat or miss an item: callers must not
   * conclude from a missing item that it is gone; ask `getInstance`. */
  listRegions(signal: AbortSignal): AsyncIterable<readonly RemoteRegion[]>;
  listNetworks(signal: AbortSignal): AsyncIterable<readonly RemoteNetwork[]>;
  listImages(signal: AbortSignal): AsyncIterable<readonly RemoteImage[]>;
  listFlavors(signal: AbortSignal): AsyncIterable<readonly RemoteFlavor[]>;
  listInstances(signal: AbortSignal): AsyncIterable<readonly RemoteInstance[]>;

  /** The instance now, or null when the cloud says that there is none of this id. */
  getInstance(remoteId: string, signal: AbortSignal): Promise<RemoteInstance | null>;

  /** Several at once, in one request where the vendor has one; ids that do not exist are absent from the answer. */
  getInstances(remoteIds: readonly string[], signal: AbortSignal): Promise<readonly RemoteInstance[]>;

  startInstance(remoteId: string, change: ChangeRequest): Promise<ChangeOutcome>;
  stopInstance(remoteId: string, change: ChangeRequest & { force: boolean }): Promise<ChangeOutcome>;
  restartInstance(remoteId: string, change: ChangeRequest & { force: boolean }): Promise<ChangeOutcome>;

  /** Whether the other side says of itself that it is a simulator; null until a first answer was seen. */
  isSimulated(): boolean | null;

  /** Ends connections. No method may be called afterwards. */
  close(): Promise<void>;
}

/** What a driver may use of the outside world; the server passes checked and bounded ones. */
export interface DriverEnvironment {
  /**
   * Sends a request; never follows a redirect by itself. An address that the egress check forbids is refused with an error
   * whose `code` is `EGRESS_FORBIDDEN`; drivers report it as `egress_forbidden`.
   */
  fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970 UTC. */
  now: () => number;
  /** Resolves after the given milliseconds; rejects when the signal aborts. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** A kind of host that can be added: everything that a form, the CLI, the API and the docs need to offer it. */
export interface ComputeDriverType {
  /** Stable, lower case, e.g. `qingzhou`. */
  type: string;
  label: LocalizedText;
  description: LocalizedText;
  /** What is assumed or missing, shown where the type is chosen and in the guide. */
  notice?: LocalizedText;
  options: OptionsSchema;
  capabilities: readonly ComputeCapability[];
  /** Refuses what the schema cannot express, e.g. a plain `http` endpoint without permission. Returns field problems. */
  validate?: (options: OptionValues) => readonly { field: string; code: string; message: string }[];
  /** Where its requests go; null when they stay in this process. */
  endpoint: (options: OptionValues) => Endpoint | null;
  /** `options` were validated by the schema; blank fields are absent. */
  create: (options: OptionValues, environment: DriverEnvironment) => ComputeDriver;
}
