import { authorize } from '../access/authorize.ts';
import { type Call, findBucket, questionOf, rulesOf, type ServerContext } from '../context.ts';
import { QingStorServerError } from '../errors.ts';
import type { Expectation } from '../store/objects.ts';
import type { BucketRecord, NewObject, ObjectDetails, ObjectFields, ObjectRecord, Segment } from '../store/records.ts';
import { type Conditions, decodeHeaderValue, mustHold } from './conditions.ts';
import { type CustomerKey, checkFor, mustFit } from './customer-key.ts';
import { readSegments } from './deliver.ts';
import { type Incoming, type Received, receiveBody } from './ingest.ts';
import type { ByteRange } from './range.ts';

export interface Place {
  bucket: BucketRecord;
  key: string;
}

export function detailsOf(fields: ObjectFields, more: ObjectDetails = {}): ObjectDetails {
  return {
    ...(Object.keys(fields.headers).length > 0 && { headers: fields.headers }),
    ...(Object.keys(fields.meta).length > 0 && { meta: fields.meta }),
    ...more,
  };
}

function newObject(
  place: Place,
  fields: ObjectFields,
  received: Received,
  etag: string,
  more: ObjectDetails,
): NewObject {
  return {
    bucket: place.bucket.id,
    key: place.key,
    size: received.size,
    etag,
    mime: fields.mime,
    storageClass: fields.storageClass,
    segments: received.segments,
    details: detailsOf(fields, { ...(received.checksum && { checksum: received.checksum }), ...more }),
  };
}

/** Stores a body as an object: durable when this resolves, its MD5 as ETag, the old object gone. */
export async function storeObject(
  context: ServerContext,
  place: Place,
  fields: ObjectFields,
  incoming: Incoming,
  options: { expect?: Expectation; appendable?: true } = {},
): Promise<ObjectRecord> {
  const received = await receiveBody(context.store, incoming);
  const more: ObjectDetails = {
    ...(incoming.customerKey && { customerKey: checkFor(incoming.customerKey) }),
    ...(options.appendable && { appendable: true }),
  };
  return context.store.objects.put(newObject(place, fields, received, received.md5, more), options.expect);
}

export function findObject(context: ServerContext, { bucket, key }: Place): ObjectRecord {
  const object = context.store.objects.get(bucket.id, key);
  if (!object) throw new QingStorServerError('object_not_exists');
  return object;
}

export interface Source extends Place {
  object: ObjectRecord;
}

/**
 * The object that a header `/bucket/key` names. It may be percent-encoded or, from the Go SDK, as it is; `+` is a plus.
 * The caller must be allowed to read it.
 */
export function findSource(call: Call, header: string, conditions: Conditions): Source {
  const decoded = decodeHeaderValue(header);
  for (const text of decoded === header ? [header] : [decoded, header]) {
    const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(text) ?? [];
    if (!name || !key) continue;
    const bucket = findBucket(call.context, name);
    authorize(call.principal, bucket, rulesOf(call.context, bucket), questionOf(call, 'get_object', `${name}/${key}`));
    const object = call.context.store.objects.get(bucket.id, key);
    if (!object) continue;
    mustHold(conditions, object);
    return { bucket, key, object };
  }
  throw new QingStorServerError('object_not_exists', 'The source of the copy does not exist.');
}

/** The bytes of a range of the source as a new body, decrypted. */
export async function* readSource(context: ServerContext, source: Source, range: ByteRange, key?: CustomerKey) {
  const opened = context.store.objects.openObject(source.object);
  try {
    yield* readSegments(context.store, opened.segments, range, key);
  } finally {
    opened.release();
  }
}

async function duplicateSegments(context: ServerContext, source: Source): Promise<Segment[]> {
  const { store } = context;
  const opened = store.objects.openObject(source.object);
  const copies: Segment[] = [];
  try {
    for (const segment of opened.segments) copies.push({ ...segment, blob: await store.blobs.duplicate(segment.blob) });
    return copies;
  } catch (error) {
    await store.objects.discard(copies.map(({ blob }) => blob));
    // Replaced between looking it up and reading it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new QingStorServerError('object_not_exists');
    throw error;
  } finally {
    opened.release();
  }
}

export interface CopyOptions {
  /** Null keeps those of the source. */
  fields: ObjectFields | null;
  storageClass?: ObjectFields['storageClass'] | undefined;
  /** To read the source with. */
  sourceKey?: CustomerKey | undefined;
  /** To encrypt the copy with. */
  targetKey?: CustomerKey | undefined;
  expect?: Expectation;
}

/** A copy shares the bytes on the disk with its source where no encryption is involved. */
export async function copyObject(
  context: ServerContext,
  source: Source,
  target: Place,
  options: CopyOptions,
): Promise<ObjectRecord> {
  const { object } = source;
  mustFit(object.details.customerKey, options.sourceKey);
  const kept = { mime: object.mime, headers: object.details.headers ?? {}, meta: object.details.meta ?? {} };
  const storageClass = options.storageClass ?? object.storageClass;
  const fields: ObjectFields = { ...(options.fields ?? kept), storageClass };
  const more: ObjectDetails = {
    ...(options.targetKey && { customerKey: checkFor(options.targetKey) }),
    ...(object.details.parts !== undefined && { parts: object.details.parts }),
    ...(object.details.checksum && { checksum: object.details.checksum }),
  };
  const received: Received =
    options.sourceKey || options.targetKey
      ? await receiveBody(context.store, {
          body: readSource(context, source, { start: 0, end: object.size }, options.sourceKey),
          length: object.size,
          customerKey: options.targetKey,
        })
      : { segments: await duplicateSegments(context, source), size: object.size, md5: object.etag };
  return context.store.objects.put(newObject(target, fields, received, object.etag, more), options.expect);
}

/** Another name for the same object. */
export async function moveObject(context: ServerContext, source: Source, target: Place): Promise<ObjectRecord> {
  const { object } = source;
  return context.store.objects.move(
    { bucket: source.bucket.id, object },
    {
      bucket: target.bucket.id,
      key: target.key,
      mime: object.mime,
      storageClass: object.storageClass,
      details: object.details,
    },
  );
}
