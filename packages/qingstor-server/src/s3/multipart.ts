import type { BucketCall } from '../context.ts';
import { readConditions, writeExpectation } from '../core/conditions.ts';
import { checkFor, mustFit } from '../core/customer-key.ts';
import { readFields } from '../core/fields.ts';
import { checkPartNumber, completeUpload, storePart } from '../core/multipart.ts';
import { findSource, readSource } from '../core/objects.ts';
import { readRange } from '../core/range.ts';
import { QingStorServerError } from '../errors.ts';
import { type AnswerHeaders, sendEmpty } from '../http/answers.ts';
import { isRecord } from '../http/json.ts';
import type { UploadRecord } from '../store/records.ts';
import { sendDocument } from './answers.ts';
import { isoTime } from './listing.ts';
import { encryptionHeaders, SOURCE_ENCRYPTION, sourceHeader } from './object.ts';
import { encryptionOf, incomingOf, readSmallBody } from './payload.ts';
import { elements, parseXml, textOf } from './xml.ts';

const LARGEST_PAGE = 1000;

function uploadOf({ context, exchange, bucket, key }: BucketCall): UploadRecord {
  return context.store.uploads.get(bucket.id, key, exchange.query.get('uploadId') ?? '');
}

export async function createUpload({ context, exchange, bucket, key }: BucketCall): Promise<void> {
  const customerKey = encryptionOf(exchange);
  const fields = readFields(exchange.headers, 'x-amz-');
  const upload = await context.store.uploads.create(bucket.id, key, fields, customerKey ? checkFor(customerKey) : null);
  const headers: AnswerHeaders = encryptionHeaders(customerKey);
  const algorithm = exchange.header('x-amz-checksum-algorithm');
  if (algorithm !== undefined) headers['x-amz-checksum-algorithm'] = algorithm;
  sendDocument(
    exchange,
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: upload.id },
    headers,
  );
}

export async function uploadPart(call: BucketCall): Promise<void> {
  const { context, exchange } = call;
  const number = checkPartNumber(exchange.integer('partNumber', 0, 0), 1);
  const upload = uploadOf(call);
  const header = exchange.header('x-amz-copy-source');
  if (header !== undefined) return copyPart(call, upload, number, header);
  const incoming = incomingOf(call);
  const { part, received } = await storePart(context, upload, number, incoming);
  const { checksum } = received;
  sendEmpty(exchange, 200, {
    ETag: `"${part.etag}"`,
    ...(checksum && { [`x-amz-checksum-${checksum[0]}`]: checksum[1] }),
    ...encryptionHeaders(incoming.customerKey),
  });
}

async function copyPart(call: BucketCall, upload: UploadRecord, number: number, header: string): Promise<void> {
  const { context, exchange } = call;
  const source = findSource(
    call,
    sourceHeader(header),
    readConditions((name) => exchange.header(name), 'x-amz-copy-source-'),
  );
  const sourceKey = encryptionOf(exchange, SOURCE_ENCRYPTION);
  mustFit(source.object.details.customerKey, sourceKey);
  const { size } = source.object;
  const range = readRange(exchange.header('x-amz-copy-source-range'), size) ?? { start: 0, end: size };
  const body = readSource(context, source, range, sourceKey);
  const incoming = { body, length: range.end - range.start, customerKey: encryptionOf(exchange) };
  const { part } = await storePart(context, upload, number, incoming);
  sendDocument(exchange, 'CopyPartResult', { LastModified: isoTime(part.created), ETag: `"${part.etag}"` });
}

export async function listParts(call: BucketCall): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const upload = uploadOf(call);
  const limit = Math.min(exchange.integer('max-parts', LARGEST_PAGE, 1), LARGEST_PAGE);
  const marker = exchange.integer('part-number-marker', 0);
  const found = context.store.uploads.parts(upload, marker || -1, limit + 1);
  const parts = found.slice(0, limit);
  const hasMore = found.length > limit;
  sendDocument(exchange, 'ListPartsResult', {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    Owner: { ID: bucket.owner, DisplayName: bucket.owner },
    Initiator: { ID: bucket.owner, DisplayName: bucket.owner },
    StorageClass: upload.fields.storageClass,
    PartNumberMarker: marker,
    ...(hasMore && { NextPartNumberMarker: parts.at(-1)?.number }),
    MaxParts: limit,
    IsTruncated: hasMore,
    Part: parts.map(({ number, size, etag, created }) => ({
      PartNumber: number,
      LastModified: isoTime(created),
      ETag: `"${etag}"`,
      Size: size,
    })),
  });
}

export async function completeMultipart(call: BucketCall): Promise<void> {
  const { context, exchange, bucket, key } = call;
  const upload = uploadOf(call);
  const document = parseXml(await readSmallBody(call), 'CompleteMultipartUpload');
  const parts = elements(document, 'Part').map((entry) => {
    const number = isRecord(entry) ? Number(textOf(entry.PartNumber)) : Number.NaN;
    const etag = isRecord(entry) ? textOf(entry.ETag) : undefined;
    if (!Number.isSafeInteger(number) || !etag)
      throw new QingStorServerError('invalid_json', 'A part has no number, or no ETag.');
    return { number, etag: etag.trim().replace(/^"(.*)"$/, '$1') };
  });
  const expect = writeExpectation(readConditions((name) => exchange.header(name)));
  const object = await completeUpload(context, upload, parts, null, expect);
  const location = `http://${exchange.header('host') ?? ''}/${bucket.name}/${encodeURIComponent(key)}`;
  sendDocument(exchange, 'CompleteMultipartUploadResult', {
    Location: location,
    Bucket: bucket.name,
    Key: key,
    ETag: `"${object.etag}"`,
  });
}

export async function abortUpload(call: BucketCall): Promise<void> {
  const upload = uploadOf(call);
  await call.context.store.uploads.abort(upload.bucket, upload.key, upload.id);
  sendEmpty(call.exchange, 204);
}
