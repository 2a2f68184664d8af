export const STORAGE_CLASSES = ['STANDARD', 'STANDARD_IA'] as const;
export type StorageClass = (typeof STORAGE_CLASSES)[number];

export interface BucketRecord {
  id: number;
  name: string;
  zone: string;
  /** User id. */
  owner: string;
  /** Milliseconds since 1970 UTC. */
  created: number;
}

/** Kinds of settings that a bucket keeps as JSON. */
export type SettingKind =
  | 'acl'
  | 'cors'
  | 'policy'
  | 'lifecycle'
  | 'notification'
  | 'logging'
  | 'replication'
  | 'mirror'
  | 'cname'
  | 'versioning';

/** A stretch of an object's bytes: one data file. */
export interface Segment {
  blob: number;
  /** Bytes. */
  size: number;
  /** Where the bytes are encrypted with a customer's key: the counter they begin with, 16 bytes. */
  nonce: Uint8Array | null;
}

/** How to recognise the customer's key without keeping it. */
export interface CustomerKeyCheck {
  salt: string;
  /** Hex HMAC-SHA256 of the key. */
  proof: string;
}

/** What a client gives along with the bytes. */
export interface ObjectFields {
  mime: string;
  storageClass: StorageClass;
  /** `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires`. */
  headers: Record<string, string>;
  /** User metadata, names without the prefix. */
  meta: Record<string, string>;
}

export interface ObjectDetails {
  headers?: Record<string, string>;
  meta?: Record<string, string>;
  /** Of the whole body, as S3 clients send it: name of the header without `x-amz-checksum-`, then base64. */
  checksum?: [algorithm: string, value: string];
  customerKey?: CustomerKeyCheck;
  appendable?: true;
  /** Uploaded in this many parts. */
  parts?: number;
}

export interface ObjectRecord {
  id: number;
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  mime: string;
  /** Milliseconds since 1970 UTC. */
  modified: number;
  storageClass: StorageClass;
  details: ObjectDetails;
}

export interface NewObject {
  bucket: number;
  key: string;
  size: number;
  etag: string;
  mime: string;
  storageClass: StorageClass;
  details: ObjectDetails;
  segments: readonly Segment[];
}

export interface UploadRecord {
  id: string;
  bucket: number;
  key: string;
  created: number;
  fields: ObjectFields;
  customerKey: CustomerKeyCheck | null;
}

export interface PartRecord {
  number: number;
  size: number;
  etag: string;
  created: number;
  /** 0 when the part is empty. */
  blob: number;
  nonce: Uint8Array | null;
}

export interface Usage {
  storageClass: StorageClass;
  count: number;
  /** Bytes. */
  size: number;
}
