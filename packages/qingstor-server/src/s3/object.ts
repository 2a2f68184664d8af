import type { BucketCall } from '../context.ts';
import { readConditions, writeExpectation } from '../core/conditions.ts';
import type { CustomerKey } from '../core/customer-key.ts';
import { readFields, readStorageClass } from '../core/fields.ts';
import { copyObject, findObject, findSource, storeObject } from '../core/objects.ts';
import { answerObject, wireValue } from '../core/read-object.ts';
import { QingStorServerError } from '../errors.ts';
import { type AnswerHeaders, sendEmpty } from '../http/answers.ts';
import type { ObjectRecord } from '../store/records.ts';
import { sendDocument } from './answers.ts';
import { isoTime } from './listing.ts';
import { encryptionOf, incomingOf } from './payload.ts';

export const SOURCE_ENCRYPTION = 'x-amz-copy-source-server-side-encryption-customer';

export function encryptionHeaders(key: CustomerKey | undefined): AnswerHeaders {
  const prefix = 'x-amz-server-side-encryption-customer';
  return key ? { [`${prefix}-algorithm`]: 'AES256', [`${prefix}-key-MD5`]: key.md5 } : {};
}

export function checksumHeaders(object: ObjectRecord): AnswerHeaders {
  const { checksum } = object.details;
  return checksum ? { [`x-amz-checksum-${checksum[0]}`]: checksum[1], 'x-amz-checksum-type': 'FULL_OBJECT' } : {};
}

/** The header without what this server knows nothing of. */
export function sourceHeader(header: string): string {
  const [path = '', query] = header.split('?');
  if (query !== undefined && /versionId=/.test(query)) {
    throw new QingStorServerError('not_implemented', 'This server keeps no versions.');
  }
  return path.startsWith('/') ? path : `/${path}`;
}

export async function putObject(call: BucketCall): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const source = exchange.header('x-amz-copy-source');
  if (source !== undefined) return copy(call, source);
  const incoming = incomingOf(call);
  const expect = writeExpectation(readConditions((name) => exchange.header(name)));
  const object = await storeObject(context, { bucket, key }, readFields(exchange.headers, 'x-amz-'), incoming, {
    expect,
  });
  sendEmpty(exchange, 200, {
    ETag: `"${object.etag}"`,
    ...checksumHeaders(object),
    ...encryptionHeaders(incoming.customerKey),
  });
}

async function copy(call: BucketCall, header: string): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const isReplaced = exchange.header('x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  const source = findSource(
    call,
    sourceHeader(header),
    readConditions((name) => exchange.header(name), 'x-amz-copy-source-'),
  );
  const targetKey = encryptionOf(exchange);
  const object = await copyObject(
    context,
    source,
    { bucket, key },
    {
      fields: isReplaced ? readFields(exchange.headers, 'x-amz-') : null,
      storageClass: readStorageClass(exchange.header('x-amz-storage-class'), 'x-amz-'),
      sourceKey: encryptionOf(exchange, SOURCE_ENCRYPTION),
      targetKey,
    },
  );
  const result = { LastModified: isoTime(object.modified), ETag: `"${object.etag}"` };
  sendDocument(exchange, 'CopyObjectResult', result, encryptionHeaders(targetKey));
}

export async function getObject(call: BucketCall): Promise<void> {
  const { exchange } = call;
  if (exchange.query.has('partNumber'))
    throw new QingStorServerError('not_implemented', 'Objects are not read by part.');
  const object = findObject(call.context, call);
  const customerKey = encryptionOf(exchange);
  const own: AnswerHeaders = { ...encryptionHeaders(customerKey) };
  // S3 does not say STANDARD.
  if (object.storageClass !== 'STANDARD') own['x-amz-storage-class'] = object.storageClass;
  for (const [name, value] of Object.entries(object.details.meta ?? {})) own[`x-amz-meta-${name}`] = wireValue(value);
  const isWhole = exchange.header('range') === undefined;
  if (isWhole && exchange.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(own, checksumHeaders(object));
  }
  await answerObject(call, object, { own, customerKey });
}

export async function deleteObject({ context, exchange, bucket, key }: BucketCall): Promise<void> {
  await context.store.objects.delete(bucket.id, [key]);
  sendEmpty(exchange, 204);
}
