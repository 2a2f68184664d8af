import type { BucketCall, Call } from '../context.ts';
import { partitionDeletable } from '../core/deletable.ts';
import { QingStorServerError } from '../errors.ts';
import { sendEmpty } from '../http/answers.ts';
import { isRecord } from '../http/json.ts';
import { makeBucket } from '../native/bucket.ts';
import { sendDocument } from './answers.ts';
import { isoTime } from './listing.ts';
import { readSmallBody } from './payload.ts';
import { elements, parseXml, textOf } from './xml.ts';

const MOST_KEYS_AT_ONCE = 1000;

export async function listBuckets({ context, exchange, principal }: Call): Promise<void> {
  const id = principal.userId ?? '';
  const own = context.store.buckets.list().filter((bucket) => bucket.owner === id);
  sendDocument(exchange, 'ListAllMyBucketsResult', {
    Owner: { ID: id, DisplayName: id },
    Buckets: {
      Bucket: own.map(({ name, created, zone }) => ({
        Name: name,
        CreationDate: isoTime(created),
        BucketRegion: zone,
      })),
    },
  });
}

/** The zone is that of the host; a body with another place is not followed, as the vendor does not either. */
export async function createBucket(call: Call, name: string): Promise<void> {
  await readSmallBody(call);
  await makeBucket(call, name);
  sendEmpty(call.exchange, 200, { Location: `/${name}` });
}

export async function headBucket({ exchange, bucket }: BucketCall): Promise<void> {
  sendEmpty(exchange, 200, { 'x-amz-bucket-region': bucket.zone });
}

export async function deleteBucket({ context, exchange, bucket }: BucketCall): Promise<void> {
  await context.store.buckets.delete(bucket, () => context.store.uploads.dropAll(bucket.id));
  sendEmpty(exchange, 204);
}

export async function getLocation({ exchange, bucket }: BucketCall): Promise<void> {
  sendDocument(exchange, 'LocationConstraint', bucket.zone);
}

/** Never enabled: this server keeps no versions. */
export async function getVersioning({ exchange }: BucketCall): Promise<void> {
  sendDocument(exchange, 'VersioningConfiguration', {});
}

export async function deleteObjects(call: BucketCall): Promise<void> {
  const { context, exchange, principal, bucket } = call;
  if (principal.userId === null) throw new QingStorServerError('permission_denied');
  const document = parseXml(await readSmallBody(call), 'Delete');
  const keys = elements(document, 'Object').map((entry) => {
    const key = isRecord(entry) ? textOf(entry.Key) : undefined;
    if (!key) throw new QingStorServerError('invalid_json', 'An object has no key.');
    return key;
  });
  if (keys.length === 0 || keys.length > MOST_KEYS_AT_ONCE) throw new QingStorServerError('too_many_objects');
  const { allowed, refused } = partitionDeletable(call, keys);
  await context.store.objects.delete(bucket.id, allowed);
  const isQuiet = textOf(document.Quiet) === 'true';
  sendDocument(exchange, 'DeleteResult', {
    Deleted: isQuiet ? [] : allowed.map((Key) => ({ Key })),
    Error: refused.map(({ key, error }) => ({ Key: key, Code: error.row.s3, Message: error.message })),
  });
}
