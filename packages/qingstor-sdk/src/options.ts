import type { LookupFunction } from 'node:net';
import type { Environment } from './credentials.ts';
import { QingStorError } from './error.ts';

const KIB = 1024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;

/** Where the vendor's service is. */
export const DEFAULT_ENDPOINT = 'https://qingstor.com:443';
export const DEFAULT_ZONE = 'pek3a';
export const DEFAULT_CONNECTION_RETRIES = 3;
export const DEFAULT_UPLOAD_CUTOFF = 200 * MIB;
export const DEFAULT_CHUNK_SIZE = 4 * MIB;
export const DEFAULT_UPLOAD_CONCURRENCY = 1;

/** The vendor refuses a smaller part unless it is the last, and a larger part or put. */
export const SMALLEST_CHUNK_SIZE = 4 * MIB;
export const LARGEST_PUT = 5 * GIB;
/** Parts of one object. */
export const LARGEST_PART_COUNT = 10_000;

export interface QingStorOptions {
  /** Blank, with the secret: anonymous access, or what the environment says when `environmentAuth` is set. */
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  /** Take the keys from the environment; only looked at when both keys are blank. */
  environmentAuth?: boolean | undefined;
  /** `https://qingstor.com:443` when blank. */
  endpoint?: string | undefined;
  /**
   * `pek3a` when not said. Put before the endpoint's host unless that is an address, `localhost`, or begins with the
   * zone; the empty text puts nothing.
   */
  zone?: string | undefined;
  /** How often a request is sent again after a broken connection, 429 or 5xx; 3 when not said. */
  connectionRetries?: number | undefined;
  /** Bytes; larger objects are uploaded in chunks. 200 MiB when not said, 0 to 5 GiB. */
  uploadCutoff?: number | undefined;
  /** Bytes; 4 MiB when not said, 4 MiB to 5 GiB. Grows by itself so that an object has at most 10,000 parts. */
  chunkSize?: number | undefined;
  /** Chunks of one object on their way at the same time; 1 when not said. */
  uploadConcurrency?: number | undefined;
  /** `<bucket>.<zone>.<host>` instead of `<zone>.<host>/<bucket>`. */
  virtualHostStyle?: boolean | undefined;
  /** Connections to one host at most; 64 when not said. */
  maximumConnections?: number | undefined;
  /** Until a connection must stand, milliseconds; 30 s when not said. */
  connectTimeoutMs?: number | undefined;
  /** How long the other side may be silent, milliseconds; 60 s when not said. */
  idleTimeoutMs?: number | undefined;
  /** PEM; trusted instead of the usual authorities. */
  caCertificates?: string | undefined;
  /** Instead of the system's name look-up, e.g. to refuse addresses. */
  lookup?: LookupFunction | undefined;
  /** Called for every attempt when it is over, e.g. to count what the vendor bills. */
  onRequest?: ((request: SentRequest) => void) | undefined;
  /** Where `environmentAuth` looks; the process's own when not said. */
  environment?: Environment | undefined;
  userAgent?: string | undefined;
  /** Milliseconds since 1970 UTC. */
  now?: (() => number) | undefined;
  /** Between 0 and 1, for the jitter. */
  random?: (() => number) | undefined;
}

/** One attempt at one request, as it went over the wire. */
export interface SentRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  bucket: string | undefined;
  key: string | undefined;
  /** Names of the query parameters, e.g. `upload_id`. */
  query: readonly string[];
  /** Undefined when no answer came. */
  status: number | undefined;
  /** Of the bodies. */
  bytesSent: number;
  bytesReceived: number;
}

export interface UploadLimits {
  uploadCutoff: number;
  chunkSize: number;
  uploadConcurrency: number;
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new QingStorError('invalid_option', `${name} must be a whole number from ${least} to ${most}`);
}

/** Checked limits of uploads; throws `invalid_option`. */
export function uploadLimits(options: Partial<Record<keyof UploadLimits, number | undefined>>): UploadLimits {
  return {
    uploadCutoff: whole('uploadCutoff', options.uploadCutoff ?? DEFAULT_UPLOAD_CUTOFF, 0, LARGEST_PUT),
    chunkSize: whole('chunkSize', options.chunkSize ?? DEFAULT_CHUNK_SIZE, SMALLEST_CHUNK_SIZE, LARGEST_PUT),
    uploadConcurrency: whole('uploadConcurrency', options.uploadConcurrency ?? DEFAULT_UPLOAD_CONCURRENCY, 1, 1000),
  };
}

/** How often a request is sent again; throws `invalid_option`. */
export function retriesOf(options: QingStorOptions): number {
  return whole('connectionRetries', options.connectionRetries ?? DEFAULT_CONNECTION_RETRIES, 0, 100);
}
