import type { BucketCall, Call } from '../context.ts';
import { partitionDeletable } from '../core/deletable.ts';
import { QingStorServerError } from '../errors.ts';
import { sendEmpty, sendJson } from '../http/answers.ts';
import { readJson } from '../http/body.ts';
import { isRecord } from '../http/json.ts';
import { bucketUrl } from './service.ts';

const MOST_KEYS_AT_ONCE = 1000;

/** Throws `invalid_bucket_name`. Source: the vendor's page on buckets; the minimum is 6, not 3 as in S3. */
export function checkBucketName(name: string): void {
  if (!/^[a-z0-9][a-z0-9-]{4,61}[a-z0-9]$/.test(name)) throw new QingStorServerError('invalid_bucket_name');
}

/** Makes a bucket for the caller, in the zone of the host. */
export async function makeBucket({ context, exchange, principal }: Call, name: string): Promise<void> {
  checkBucketName(name);
  const userId = principal.userId;
  if (userId === null) throw new QingStorServerError('permission_denied');
  const acl = [{ grantee: { type: 'user', id: userId }, permission: 'FULL_CONTROL' }];
  await context.store.buckets.create(name, exchange.address.zone, userId, acl);
}

export async function headBucket({ exchange }: BucketCall): Promise<void> {
  sendEmpty(exchange, 200);
}

export async function deleteBucket({ context, exchange, bucket }: BucketCall): Promise<void> {
  await context.store.buckets.delete(bucket, () => context.store.uploads.dropAll(bucket.id));
  sendEmpty(exchange, 204);
}

/** `GET ?stats`. Clients rely on `count` and `status` being there. */
export async function bucketStatistics({ context, exchange, bucket }: BucketCall): Promise<void> {
  const usage = context.store.buckets.usage(bucket).filter(({ count }) => count > 0);
  const classes = usage.map(({ storageClass, count, size }) => [storageClass, { count, size, billing_size: size }]);
  sendJson(exchange, 200, {
    count: usage.reduce((sum, { count }) => sum + count, 0),
    size: usage.reduce((sum, { size }) => sum + size, 0),
    status: 'active',
    name: bucket.name,
    location: bucket.zone,
    url: bucketUrl(context, exchange, bucket),
    created: new Date(bucket.created).toISOString(),
    status_time: new Date(bucket.created).toISOString(),
    storage_classes: Object.fromEntries(classes),
  });
}

/**
 * `POST ?delete`: many objects at once; those that are not there count as deleted. Each key is judged by itself, since a
 * policy may speak about some of them.
 */
export async function deleteObjects(call: BucketCall): Promise<void> {
  const { context, exchange, principal, bucket } = call;
  if (principal.userId === null) throw new QingStorServerError('permission_denied');
  if (exchange.header('content-md5') === undefined) {
    throw new QingStorServerError('invalid_request', 'The header Content-MD5 is needed here.');
  }
  const body = await readJson(exchange, context.idleMs);
  const list = isRecord(body) ? body.objects : undefined;
  if (!Array.isArray(list)) throw new QingStorServerError('invalid_json', 'The body must have a list: objects.');
  if (list.length > MOST_KEYS_AT_ONCE) throw new QingStorServerError('too_many_objects');
  const keys = list.map((entry: unknown) => {
    const key = isRecord(entry) ? entry.key : undefined;
    if (typeof key !== 'string' || key === '') throw new QingStorServerError('invalid_json', 'An object has no key.');
    return key;
  });
  const { allowed, refused } = partitionDeletable(call, keys);
  await context.store.objects.delete(bucket.id, allowed);
  const isQuiet = isRecord(body) && body.quiet === true;
  sendJson(exchange, 200, {
    deleted: isQuiet ? [] : allowed.map((key) => ({ key })),
    errors: refused.map(({ key, error }) => ({ key, code: error.code, message: error.message })),
  });
}
