import type { LookupFunction } from 'node:net';
import type {
  ConnectionCheck,
  Endpoint,
  LocalizedText,
  OptionsProblem,
  OptionsSchema,
  OptionValues,
} from '@sampan/driver';
import type { ObjectSource } from './source.ts';

/**
 * What a storage can do beyond what all of them must. What is absent is not offered by the console, the CLI or the API.
 *
 * - `buckets`: lists, creates and deletes buckets; `bucket.policy`: proposes a least-privilege policy for Sampan's key;
 *   `zones`: has several places, see `StorageDriver.zones`.
 * - `copy`: copies within itself without the bytes passing through Sampan.
 * - `presign`: makes links that work without keys.
 * - `stats`: knows count and size without a listing.
 * - `multipart`: sends large objects in chunks that go on after a broken connection.
 * - `md5`: listings tell the MD5 of (most) objects.
 * - `keys.any`: every key of up to 1,023 bytes can be stored. Without it, keys are paths of a file system: a name is
 *   either an object or a folder, no part of it is longer than 255 bytes, empty, `.` or `..`.
 * - `modified`: keeps the modification time that it is given with an object.
 * - `listing.ordered`: pages come in the order of the keys' UTF-8 bytes.
 */
export type StorageCapability =
  | 'buckets'
  | 'bucket.policy'
  | 'zones'
  | 'copy'
  | 'presign'
  | 'stats'
  | 'multipart'
  | 'md5'
  | 'keys.any'
  | 'modified'
  | 'listing.ordered';

export interface StoredObject {
  /** Relative to the prefix of the storage. */
  key: string;
  /** Bytes. */
  size: number;
  /** When it was stored, milliseconds since 1970 UTC; null when the storage does not say. */
  modified: number | null;
  /** Of the content, lower-case hex; null when the storage does not tell it. */
  md5: string | null;
  /** Changes when the content changes; null when the storage has none. */
  etag: string | null;
  /**
   * When content, name or rights last changed, which nobody can set, milliseconds since 1970 UTC; file systems of this
   * machine only.
   */
  changedAt?: number;
}

export interface ObjectHead extends StoredObject {
  contentType: string | null;
}

export interface ListRequest {
  /** Only keys that begin with it. */
  prefix?: string | undefined;
  /** With `/`, what lies deeper is told as one prefix. */
  delimiter?: '/' | undefined;
  /** `nextCursor` of the page before, unchanged. */
  cursor?: string | undefined;
  /** Objects and prefixes of one page together, 1 to 1,000; 1,000 when not said. A page may have fewer, even none. */
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface ObjectPage {
  objects: readonly StoredObject[];
  /** Each ends with `/`. A prefix may be told on more than one page. */
  prefixes: readonly string[];
  /** Null at the end. */
  nextCursor: string | null;
}

/** Bytes from `start` to `end`, both included; to the end of the object without `end`. */
export interface ByteRange {
  start: number;
  end?: number | undefined;
}

export interface GetOptions {
  range?: ByteRange | undefined;
  /** Who reads knows by itself whether the content is right, and wants all that is stored, also when it was damaged there. */
  withoutMd5?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface ObjectDownload extends ObjectHead {
  /** Bytes that the body has: fewer than `size` when a range was asked for. */
  contentLength: number;
  /**
   * Fails instead of ending when fewer bytes came than were promised, or when the whole content has another MD5 than is
   * stored and that was asked for. Stop reading it (`break`, `return`) to let the connection go.
   */
  body: AsyncIterable<Uint8Array>;
}

/** A large upload that another process may go on with; what was sent of it stays when it fails. */
export interface PutResume {
  /** What an earlier attempt was told to save; null for none. */
  token: string | null;
  onBegin: (token: string) => void | Promise<void>;
}

export interface PutOptions {
  /** Only storages that can go on with an upload look at it. */
  resume?: PutResume | undefined;
  contentType?: string | undefined;
  /** With capability `modified`: the time that the object shall have, milliseconds since 1970 UTC. */
  modified?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Bytes that arrived so far; starts again at a lower number when something had to be sent again. */
  onProgress?: ((sent: number) => void) | undefined;
  /** Nobody will ask for the MD5: a storage that has no use for it itself spares computing it, and answers ''. */
  withoutMd5?: boolean | undefined;
}

export interface PutResult {
  size: number;
  /** Of the content, hex; computed while it was sent. May be '' when it was not asked for. */
  md5: string;
  etag: string | null;
}

export interface DeleteFailure {
  key: string;
  /** Of `SampanError`. */
  code: string;
  message: string;
}

export interface PresignRequest {
  method?: 'GET' | 'PUT' | undefined;
  /** How long the link works; an hour when not said. */
  expiresInSeconds?: number | undefined;
  /** The name under which a browser saves it. */
  downloadName?: string | undefined;
}

/**
 * The objects under one bucket and prefix.
 *
 * Every method throws `SampanError` only. Codes that callers tell apart: `object_not_found`, `bucket_not_found`,
 * `wrong_zone`, `unknown_access_key`, `invalid_signature`, `login_refused` (user name, password or private key),
 * `clock_skew`, `permission_denied`, `account_problem`,
 * `invalid_key` (this name cannot be stored here), `key_conflict` (a folder has the name, or an object the name of a folder
 * above), `range_not_satisfiable`, `storage_full`, `too_large`, `size_mismatch` and `source_failed` (what was to be stored),
 * `corrupted_upload`, `corrupted_download`, `object_changed` (while it was read), `storage_unreachable`,
 * `storage_untrusted` (TLS certificate or host key), `storage_timeout`, `storage_unavailable`, `throttled`,
 * `unexpected_answer`, `not_supported`, `egress_forbidden`, `cancelled`. Of these only `storage_unreachable`,
 * `storage_timeout`, `storage_unavailable` and `throttled` may be retryable.
 */
export interface ObjectStore {
  readonly capabilities: ReadonlySet<StorageCapability>;

  /** @throws `object_not_found` */
  head(key: string, options?: { signal?: AbortSignal | undefined }): Promise<ObjectHead>;

  /**
   * Resolves when the first bytes may be read. An `end` beyond the object is its end; a `start` beyond it is
   * `range_not_satisfiable`.
   */
  get(key: string, options?: GetOptions): Promise<ObjectDownload>;

  /**
   * Stores an object, replacing what had the key. Readers see the old or the new object whole, never a mixture; the last to
   * finish wins. When it fails, whatever the reason, the old object is still there and nothing is left behind.
   */
  put(key: string, source: ObjectSource, options?: PutOptions): Promise<PutResult>;

  /** One page. What is written meanwhile may be missing. */
  list(request?: ListRequest): Promise<ObjectPage>;

  /** What is not there is no error. */
  delete(key: string, options?: { signal?: AbortSignal | undefined }): Promise<void>;

  /** Deletes many; answers those that are still there. What is not there is no error. */
  deleteMany(keys: readonly string[], options?: { signal?: AbortSignal | undefined }): Promise<DeleteFailure[]>;

  /** With capability `copy`: within the storage. */
  copy?(from: string, to: string, options?: { signal?: AbortSignal | undefined }): Promise<void>;

  /** With capability `presign`. The link is a secret: it is shown, never logged. */
  presign?(key: string, request?: PresignRequest): Promise<string>;

  /** With capability `stats`: of the whole bucket or, where there is none, of everything below the prefix. */
  stats?(options?: { signal?: AbortSignal | undefined }): Promise<{ objects: number; bytes: number }>;

  /** Removes what unfinished uploads older than this left behind; answers how many. Storages without such have no method. */
  removeUnfinished?(olderThanMs: number, options?: { signal?: AbortSignal | undefined }): Promise<number>;
}

export interface Bucket {
  name: string;
  /** Where it is; null when the storage has no zones. */
  zone: string | null;
  createdAt: number | null;
}

export interface NewBucket {
  name: string;
  zone?: string | undefined;
  /** `private` when not said. `public_read`: anyone may read its objects. */
  access?: 'private' | 'public_read' | undefined;
}

export interface BucketPolicy {
  /** JSON, ready to be pasted into the vendor's console. */
  document: string;
  /** Where to paste it, and what is assumed. */
  note: LocalizedText;
}

/** With capability `buckets`. */
export interface Buckets {
  list(options?: { signal?: AbortSignal | undefined }): Promise<readonly Bucket[]>;
  /** @throws `bucket_exists`, `invalid_bucket_name` */
  create(wish: NewBucket, options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** @throws `bucket_not_empty`, `bucket_not_found` */
  delete(name: string, options?: { zone?: string | undefined; signal?: AbortSignal | undefined }): Promise<void>;
  /** With capability `bucket.policy`: what Sampan's key needs for one bucket and prefix, and nothing more. */
  policy?(bucket: string, prefix: string): BucketPolicy;
}

/** A place that a storage can be in, with the address by which its distance is measured. */
export interface StorageZone {
  zone: string;
  label: LocalizedText;
  host: string;
  port: number;
}

/** One connection to one storage. Make it anew when its options change. */
export interface StorageDriver {
  readonly capabilities: ReadonlySet<StorageCapability>;
  /** The bucket of the options; null when they name none, or when this kind of storage has none. */
  readonly bucketName: string | null;
  /** @throws `bucket_needed` when neither the options nor the caller name a bucket */
  objects(bucket?: string): ObjectStore;
  /** With capability `buckets`. */
  readonly buckets: Buckets | null;
  /** With capability `zones`. */
  zones(): readonly StorageZone[];
  /** Yields each step as it ends; never throws for a failed step. What it writes it deletes. */
  testConnection(signal: AbortSignal): AsyncIterable<ConnectionCheck>;
  /** Ends connections. No method may be called afterwards. */
  close(): Promise<void>;
}

/** Billing classes of requests, as vendors price them. */
export type RequestClass = 'write' | 'read' | 'list' | 'delete';

/** One request as it went over the wire; a failed attempt is one too. */
export interface ObservedRequest {
  class: RequestClass;
  /** Null when no answer came. */
  status: number | null;
  bytesSent: number;
  bytesReceived: number;
}

/** What a driver may use of the outside world; the server passes checked and bounded ones. */
export interface StorageEnvironment {
  /** For `net.connect` and TLS: refuses names that lead to forbidden addresses, with an error whose `code` is `EGRESS_FORBIDDEN`. */
  lookup?: LookupFunction | undefined;
  /** Whether a literal address may be connected to: `lookup` is not asked for those. */
  allowsAddress?: ((address: string) => boolean) | undefined;
  /** Variables and home folder for Environment Auth; none means that it is not enabled here. */
  environment?: { variables: Readonly<Record<string, string | undefined>>; homeFolder: string } | undefined;
  /** Refuses folders that a local storage may not be in, by throwing. */
  checkFolder?: ((folder: string) => void) | undefined;
  observe?: ((request: ObservedRequest) => void) | undefined;
  /** Milliseconds since 1970 UTC. */
  now?: (() => number) | undefined;
}

/** A kind of storage that can be added: everything that a form, the CLI, the API and the docs need to offer it. */
export interface StorageDriverType {
  /** Stable, lower case, e.g. `qingstor`. */
  type: string;
  label: LocalizedText;
  description: LocalizedText;
  /** What is assumed or missing, shown where the type is chosen and in the guide. */
  notice?: LocalizedText;
  options: OptionsSchema;
  capabilities: readonly StorageCapability[];
  /** Bound to the machine that it was made on: work on it runs nowhere else. */
  isLocal?: boolean;
  /** Refuses what the schema cannot express. Returns field problems. */
  validate?: (options: OptionValues) => readonly OptionsProblem[];
  /** Where its requests go; null when they stay on this machine. */
  endpoint: (options: OptionValues) => Endpoint | null;
  /** `options` were validated by the schema; blank fields are absent. May load its library when first used. */
  create: (options: OptionValues, environment?: StorageEnvironment) => StorageDriver;
}
