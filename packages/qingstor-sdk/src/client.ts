import { createBucketClient, type QingStorBucket } from './bucket.ts';
import { globalOrigin, zoneOrigin } from './endpoint.ts';
import type { QingStorOptions } from './options.ts';
import { uploadLimits } from './options.ts';
import { createRequests } from './requests.ts';
import { findZone, type ListedBucket, type ListedZone, listBuckets, listZones } from './service.ts';

interface Cancel {
  signal?: AbortSignal | undefined;
}

export interface QingStorClient {
  /** '' where the endpoint has none. */
  readonly zone: string;
  readonly isAnonymous: boolean;
  /** Where buckets of the zone are asked: scheme, host and port. */
  readonly origin: string;
  /** Where the list of buckets is asked. */
  readonly globalOrigin: string;
  /** A bucket of the client's zone; made without a request. */
  bucket(name: string): QingStorBucket;
  /** The buckets of the account, of every zone unless one is named. */
  listBuckets(options?: Cancel & { zone?: string | undefined }): Promise<ListedBucket[]>;
  listZones(options?: Cancel): Promise<ListedZone[]>;
  /** Where a bucket is; rejects with `bucket_not_found`. */
  findZone(bucket: string, options?: Cancel): Promise<string>;
  /** The same in another zone, with connections of its own. */
  inZone(zone: string): QingStorClient;
  /** Ends kept connections; requests on their way fail. */
  close(): Promise<void>;
}

/**
 * A client of QingStor or of a compatible server. Throws `QingStorError` (`invalid_option`, `incomplete_credentials`,
 * `credentials_not_found`); makes no request.
 *
 * ```ts
 * const client = createQingStorClient({ accessKeyId, secretAccessKey, zone: 'sh1a' });
 * const { md5 } = await client.bucket('my-bucket').upload('notes/a.txt', 'hello');
 * ```
 */
export function createQingStorClient(options: QingStorOptions = {}): QingStorClient {
  const requests = createRequests(options);
  uploadLimits(options);
  return {
    zone: requests.endpoint.zone,
    isAnonymous: requests.credentials === null,
    origin: zoneOrigin(requests.endpoint),
    globalOrigin: globalOrigin(requests.endpoint),
    bucket: (name) => createBucketClient(requests, name),
    listBuckets: (given) => listBuckets(requests, given),
    listZones: (given) => listZones(requests, given),
    findZone: (bucket, given) => findZone(requests, bucket, given),
    inZone: (zone) => createQingStorClient({ ...options, zone }),
    close: () => requests.close(),
  };
}
