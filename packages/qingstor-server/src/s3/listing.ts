import { percentEncodePath } from '@sampan/accesskey';
import type { BucketCall } from '../context.ts';
import { QingStorServerError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ObjectRecord } from '../store/records.ts';
import { sendDocument } from './answers.ts';
import type { XmlRecord } from './xml.ts';

const LARGEST_PAGE = 1000;

export const isoTime = (instant: number) => new Date(instant).toISOString();

/** Keys with characters that XML cannot carry come percent-encoded when the client asks for it. */
function encoder(exchange: Exchange): { encode: (text: string) => string; EncodingType: string | undefined } {
  const type = exchange.query.get('encoding-type');
  if (type !== undefined && type !== 'url') throw new QingStorServerError('invalid_argument', 'encoding-type is url.');
  return { encode: type === 'url' ? percentEncodePath : (text) => text, EncodingType: type };
}

function contents(object: ObjectRecord, encode: (text: string) => string): XmlRecord {
  return {
    Key: encode(object.key),
    LastModified: isoTime(object.modified),
    ETag: `"${object.etag}"`,
    Size: object.size,
    StorageClass: object.storageClass,
  };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('m:'))
    throw new QingStorServerError('invalid_argument', 'The continuation token is not one of ours.');
  return text.slice(2);
}

const writeToken = (marker: string) => Buffer.from(`m:${marker}`).toString('base64url');

function page({ context, exchange, bucket }: BucketCall, marker: string) {
  const limit = Math.min(exchange.integer('max-keys', LARGEST_PAGE), LARGEST_PAGE);
  const prefix = exchange.query.get('prefix') ?? '';
  const delimiter = exchange.query.get('delimiter') ?? '';
  const empty = { items: [], commonPrefixes: [], hasMore: false, nextMarker: '' };
  const result = limit === 0 ? empty : context.store.listing.objects(bucket.id, { prefix, delimiter, marker, limit });
  return { ...result, limit, prefix, delimiter };
}

/** `GET /bucket`, version 1. */
export async function listObjectsV1(call: BucketCall): Promise<void> {
  const { exchange, bucket } = call;
  const { encode, EncodingType } = encoder(exchange);
  const marker = exchange.query.get('marker') ?? '';
  const result = page(call, marker);
  sendDocument(exchange, 'ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(result.prefix),
    Marker: encode(marker),
    ...(result.hasMore && { NextMarker: encode(result.nextMarker) }),
    MaxKeys: result.limit,
    ...(result.delimiter !== '' && { Delimiter: encode(result.delimiter) }),
    EncodingType,
    IsTruncated: result.hasMore,
    Contents: result.items.map((object) => ({
      ...contents(object, encode),
      Owner: { ID: bucket.owner, DisplayName: bucket.owner },
    })),
    CommonPrefixes: result.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
}

/** `GET /bucket?list-type=2`. */
export async function listObjectsV2(call: BucketCall): Promise<void> {
  const { exchange, bucket } = call;
  const { encode, EncodingType } = encoder(exchange);
  const token = exchange.query.get('continuation-token');
  const startAfter = exchange.query.get('start-after');
  const result = page(call, token ? readToken(token) : (startAfter ?? ''));
  const isOwnerWanted = exchange.query.get('fetch-owner') === 'true';
  sendDocument(exchange, 'ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(result.prefix),
    MaxKeys: result.limit,
    ...(result.delimiter !== '' && { Delimiter: encode(result.delimiter) }),
    EncodingType,
    KeyCount: result.items.length + result.commonPrefixes.length,
    IsTruncated: result.hasMore,
    ContinuationToken: token,
    ...(result.hasMore && { NextContinuationToken: writeToken(result.nextMarker) }),
    ...(startAfter !== undefined && { StartAfter: encode(startAfter) }),
    Contents: result.items.map((object) => ({
      ...contents(object, encode),
      ...(isOwnerWanted && { Owner: { ID: bucket.owner, DisplayName: bucket.owner } }),
    })),
    CommonPrefixes: result.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
}

/** `GET /bucket?uploads`. */
export async function listUploads({ context, exchange, bucket }: BucketCall): Promise<void> {
  const { encode, EncodingType } = encoder(exchange);
  const request = {
    prefix: exchange.query.get('prefix') ?? '',
    delimiter: exchange.query.get('delimiter') ?? '',
    marker: exchange.query.get('key-marker') ?? '',
    idMarker: exchange.query.get('upload-id-marker') ?? '',
    limit: Math.min(exchange.integer('max-uploads', LARGEST_PAGE, 1), LARGEST_PAGE),
  };
  const result = context.store.uploads.list(bucket.id, request);
  const last = result.items.at(-1);
  sendDocument(exchange, 'ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(request.marker),
    UploadIdMarker: request.idMarker,
    ...(result.hasMore && {
      NextKeyMarker: encode(result.nextMarker),
      NextUploadIdMarker: last?.key === result.nextMarker ? last.id : '',
    }),
    Prefix: encode(request.prefix),
    ...(request.delimiter !== '' && { Delimiter: encode(request.delimiter) }),
    EncodingType,
    MaxUploads: request.limit,
    IsTruncated: result.hasMore,
    Upload: result.items.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      Initiator: { ID: bucket.owner, DisplayName: bucket.owner },
      Owner: { ID: bucket.owner, DisplayName: bucket.owner },
      StorageClass: upload.fields.storageClass,
      Initiated: isoTime(upload.created),
    })),
    CommonPrefixes: result.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
}
