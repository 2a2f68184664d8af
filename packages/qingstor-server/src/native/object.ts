import { createHash } from 'node:crypto';
import { authorize } from '../access/authorize.ts';
import type { BucketCall } from '../context.ts';
import { questionOf, rulesOf } from '../context.ts';
import { readConditions, writeExpectation } from '../core/conditions.ts';
import { type CustomerKey, readCustomerKey } from '../core/customer-key.ts';
import { readFields, readStorageClass } from '../core/fields.ts';
import { type Incoming, receiveBody } from '../core/ingest.ts';
import { copyObject, findObject, findSource, moveObject, storeObject } from '../core/objects.ts';
import { answerObject, wireValue } from '../core/read-object.ts';
import { QingStorServerError } from '../errors.ts';
import { type AnswerHeaders, sendEmpty } from '../http/answers.ts';
import { announcedLength, receive } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ObjectRecord } from '../store/records.ts';

const ENCRYPTION = 'x-qs-encryption-customer';
const SOURCE_ENCRYPTION = 'x-qs-copy-source-encryption-customer';

export function encryptionOf(exchange: Exchange): CustomerKey | undefined {
  return readCustomerKey((name) => exchange.header(name), ENCRYPTION);
}

export function sourceEncryptionOf(exchange: Exchange): CustomerKey | undefined {
  return readCustomerKey((name) => exchange.header(name), SOURCE_ENCRYPTION);
}

export function encryptionHeaders(key: CustomerKey | undefined): AnswerHeaders {
  return key ? { [`${ENCRYPTION}-algorithm`]: 'AES256', [`${ENCRYPTION}-key-md5`]: key.md5 } : {};
}

/** The body of a request, with what was promised about it. */
export function incomingOf({ context, exchange }: BucketCall): Incoming {
  return {
    body: receive(exchange, context.idleMs),
    length: announcedLength(exchange),
    md5: exchange.header('content-md5'),
    customerKey: encryptionOf(exchange),
  };
}

const etagHeader = (object: { etag: string }) => ({ ETag: wireValue(`"${object.etag}"`) });

/** `PUT /bucket/key`: a new object, a copy, a move or a fetch. */
export async function putObject(call: BucketCall): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const source = exchange.header('x-qs-copy-source');
  if (source !== undefined) return copy(call, source);
  const from = exchange.header('x-qs-move-source');
  if (from !== undefined) return move(call, from);
  if (exchange.header('x-qs-fetch-source') !== undefined) {
    throw new QingStorServerError('upstream_failed', 'This server fetches nothing from other addresses.');
  }
  const incoming = incomingOf(call);
  const expect = writeExpectation(readConditions((name) => exchange.header(name)));
  const object = await storeObject(context, { bucket, key }, readFields(exchange.headers, 'x-qs-'), incoming, {
    expect,
  });
  sendEmpty(exchange, 201, { ...etagHeader(object), ...encryptionHeaders(incoming.customerKey) });
}

async function copy(call: BucketCall, header: string): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const directive = exchange.header('x-qs-metadata-directive')?.toUpperCase() ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw new QingStorServerError('invalid_argument', 'x-qs-metadata-directive is COPY or REPLACE.');
  }
  const source = findSource(
    call,
    header,
    readConditions((name) => exchange.header(name), 'x-qs-copy-source-'),
  );
  const targetKey = encryptionOf(exchange);
  const object = await copyObject(
    context,
    source,
    { bucket, key },
    {
      fields: directive === 'REPLACE' ? readFields(exchange.headers, 'x-qs-') : null,
      storageClass: readStorageClass(exchange.header('x-qs-storage-class'), 'x-qs-'),
      sourceKey: sourceEncryptionOf(exchange),
      targetKey,
    },
  );
  sendEmpty(exchange, 201, { ...etagHeader(object), ...encryptionHeaders(targetKey) });
}

async function move(call: BucketCall, header: string): Promise<void> {
  const { context, exchange, principal, bucket, key } = call;
  const source = findSource(
    call,
    header,
    readConditions((name) => exchange.header(name), 'x-qs-move-source-'),
  );
  const question = questionOf(call, 'delete_object', `${source.bucket.name}/${source.key}`);
  authorize(principal, source.bucket, rulesOf(context, source.bucket), question);
  const object = await moveObject(context, source, { bucket, key });
  sendEmpty(exchange, 201, etagHeader(object));
}

export function ownHeaders(object: ObjectRecord, key: CustomerKey | undefined): AnswerHeaders {
  const headers: AnswerHeaders = { 'x-qs-storage-class': object.storageClass, ...encryptionHeaders(key) };
  for (const [name, value] of Object.entries(object.details.meta ?? {}))
    headers[`x-qs-meta-${name}`] = wireValue(value);
  if (object.details.appendable) headers['x-qs-next-append-position'] = object.size;
  return headers;
}

/** `GET` and `HEAD /bucket/key`. */
export async function getObject(call: BucketCall): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const object = context.store.objects.get(bucket.id, key);
  if (!object) {
    if (exchange.method === 'GET' && context.store.buckets.setting(bucket, 'mirror')) {
      throw new QingStorServerError('upstream_failed', 'The object is not here, and this server asks no mirror.');
    }
    throw new QingStorServerError('object_not_exists');
  }
  const customerKey = encryptionOf(exchange);
  await answerObject(call, object, { own: ownHeaders(object, customerKey), customerKey });
}

/** `GET ?image`. */
export async function processImage(call: BucketCall): Promise<void> {
  findObject(call.context, call);
  throw new QingStorServerError('invalid_request', 'This server does not process images.');
}

export async function deleteObject({ context, exchange, bucket, key }: BucketCall): Promise<void> {
  await context.store.objects.delete(bucket.id, [key]);
  sendEmpty(exchange, 204);
}

/** `POST ?append&position=N`. */
export async function appendObject(call: BucketCall): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const position = exchange.integer('position', 0);
  const current = context.store.objects.get(bucket.id, key);
  const incoming = incomingOf(call);
  if (incoming.customerKey)
    throw new QingStorServerError('invalid_request', 'An encrypted object cannot be appended to.');
  let object: ObjectRecord;
  if (!current) {
    if (position !== 0) throw new QingStorServerError('invalid_position');
    const fields = readFields(exchange.headers, 'x-qs-');
    const expect = (now: ObjectRecord | undefined) => {
      if (now) throw new QingStorServerError('invalid_position');
    };
    object = await storeObject(context, { bucket, key }, fields, incoming, { appendable: true, expect });
  } else {
    if (!current.details.appendable)
      throw new QingStorServerError('invalid_object_state', 'The object cannot be appended to.');
    if (current.size !== position) throw new QingStorServerError('invalid_position');
    const received = await receiveBody(context.store, incoming);
    const segment = received.segments[0] ?? { blob: 0, size: 0, nonce: null };
    // It depends on all pieces, and does not look like the MD5 of the whole, which it is not.
    const etag = (before: string) => `${createHash('md5').update(`${before} ${received.md5}`).digest('hex')}-a`;
    object = await context.store.objects.append(bucket.id, key, segment, etag, position);
  }
  sendEmpty(exchange, 200, { ...etagHeader(object), 'x-qs-next-append-position': object.size });
}
