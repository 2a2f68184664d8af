export type { QingStorBucket } from './bucket.ts';
export type { BucketStats, Owner } from './buckets.ts';
export { createQingStorClient, type QingStorClient } from './client.ts';
export {
  type Environment,
  environmentCredentials,
  processEnvironment,
  type QingStorCredentials,
} from './credentials.ts';
export type { ByteRange, Download, DownloadOptions } from './download.ts';
export { isQingStorError, QingStorError, type QingStorErrorCode, type QingStorErrorDetails } from './error.ts';
export type { UploadForm, UploadFormOptions } from './form.ts';
export type { DeleteFailure, ListedObject, ListOptions, ObjectPage } from './list-objects.ts';
export type { ListUploadsOptions, PendingUpload, UploadPage } from './list-uploads.ts';
export type { UploadedPart } from './multipart.ts';
export type { ObjectHead } from './object-head.ts';
export type { Conditions, ObjectAttributes } from './object-headers.ts';
export type { CopyOptions, HeadOptions, MoveOptions } from './objects.ts';
export {
  DEFAULT_CHUNK_SIZE,
  DEFAULT_CONNECTION_RETRIES,
  DEFAULT_ENDPOINT,
  DEFAULT_UPLOAD_CONCURRENCY,
  DEFAULT_UPLOAD_CUTOFF,
  DEFAULT_ZONE,
  LARGEST_PART_COUNT,
  LARGEST_PUT,
  type QingStorOptions,
  type SentRequest,
  SMALLEST_CHUNK_SIZE,
} from './options.ts';
export { chunkSizeAt, chunkSizeFor } from './parts-plan.ts';
export type { PresignOptions } from './presign.ts';
export type { ListedBucket, ListedZone } from './service.ts';
export type {
  AclGrant,
  AclPermission,
  BucketSettings,
  CorsRule,
  LifecycleRule,
  PlainSetting,
  PolicyStatement,
  Setting,
} from './settings.ts';
export { fileSource, type QingStorBody, type RewindableSource } from './source.ts';
export type { UploadOptions, UploadProgress, UploadResult } from './upload.ts';
export type { UploadResume } from './upload-parts.ts';
