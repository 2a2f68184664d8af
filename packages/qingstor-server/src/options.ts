import type { PolicyStatement } from './access/policy.ts';

/** A key that the server accepts. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  /** Keys of one user share its buckets. The account of the server itself when absent. */
  userId?: string;
  /** Confines the key: what no statement allows is refused. Absent: everything that its user may do. */
  policy?: readonly PolicyStatement[];
  /** A disabled key is refused like an unknown one. */
  disabled?: boolean;
}

/** What the server tells whoever runs it; never a secret, never a signed URL. */
export interface ServerEvent {
  level: 'info' | 'warn' | 'error';
  message: string;
  requestId?: string;
  error?: unknown;
}

export interface QingStorServerOptions {
  /** The directory that holds everything; made when it is not there. One process serves it. */
  data: string;
  /** 127.0.0.1 when absent. */
  host?: string;
  /** Any free one when absent or 0. */
  port?: number;
  /** Zones and buckets are put before this name (`<bucket>.<zone>.<baseHost>`); `qingstor.localhost` when absent. */
  baseHost?: string;
  /** Zone of requests that name none; `pek3a` when absent. Others are served as well. */
  zone?: string;
  /** Buckets are only found through hosts of their own zone, as with the vendor; otherwise every zone serves them. */
  strictZones?: boolean;
  /** The key of the account. */
  accessKeyId: string;
  secretAccessKey: string;
  /** Further keys. */
  accessKeys?: readonly AccessKey[];
  /** How long a sender or a reader may be silent, milliseconds; 60 s when absent. */
  idleTimeoutMs?: number;
  /** How often lifecycle rules are applied, milliseconds; every hour when absent, never when 0. */
  lifecycleIntervalMs?: number;
  onEvent?: (event: ServerEvent) => void;
  /** Milliseconds since 1970 UTC. */
  now?: () => number;
}

export const DEFAULT_ZONE = 'pek3a';
export const DEFAULT_BASE_HOST = 'qingstor.localhost';
export const DEFAULT_IDLE_TIMEOUT_MS = 60_000;
export const DEFAULT_LIFECYCLE_INTERVAL_MS = 3_600_000;
/** User id of the account that the server is started with. */
export const ACCOUNT_USER_ID = 'usr-account';
