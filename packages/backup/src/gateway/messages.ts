import type { OptionValues } from '@sampan/driver';
import type { ObservedRequest } from '@sampan/storage';
import type { GatewayCounters } from './handler.ts';

/** A storage as a gateway needs it: opened options, secrets included. */
export interface GatewayStorage {
  type: string;
  options: OptionValues;
  /** Where the options name none. */
  bucket: string | null;
  /** The repository's folder below that of the storage; '' or ends with `/`. */
  prefix: string;
  limits: {
    uploadBytesPerSecond: number | null;
    downloadBytesPerSecond: number | null;
    concurrency: number | null;
  };
  /** Addresses and networks that no endpoint may lead to. */
  forbiddenNetworks: readonly string[];
  /** Only for storages with Environment Auth. */
  environment?: { variables: Readonly<Record<string, string | undefined>>; homeFolder: string };
}

/** Lines to a gateway. */
export type GatewayOrder =
  /** Which kind of storage it will be for, as far as one can guess. */
  | { kind: 'prepare'; type: string }
  | {
      kind: 'begin';
      storage: GatewayStorage;
      path: string;
      user: string;
      password: string;
      appendOnly: boolean;
    }
  /** The storage was edited: requests from now on use it so. */
  | { kind: 'storage'; storage: GatewayStorage }
  /** The restic that uses it, null when it has ended. Whoever started both may be killed: then the gateway ends it. */
  | { kind: 'child'; pid: number | null };

/** Lines from a gateway. */
export type GatewayMessage =
  | { kind: 'listening'; port: number }
  /** It cannot begin with this storage, and ends. */
  | { kind: 'refused'; code: string; message: string; hint: string | null }
  | { kind: 'counters'; counters: GatewayCounters; requests: readonly ObservedRequest[] }
  | { kind: 'failure'; code: string; message: string; hint: string | null; request: string };
