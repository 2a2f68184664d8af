import type { BucketCall } from '../context.ts';
import { decodeHeaderValue, readConditions } from '../core/conditions.ts';
import { checkFor, mustFit } from '../core/customer-key.ts';
import { readFields } from '../core/fields.ts';
import { checkPartNumber, completeUpload, storePart, type WantedPart } from '../core/multipart.ts';
import { findSource, readSource } from '../core/objects.ts';
import { readRange } from '../core/range.ts';
import { wireValue } from '../core/read-object.ts';
import { QingStorServerError } from '../errors.ts';
import { sendEmpty, sendJson } from '../http/answers.ts';
import { readJson } from '../http/body.ts';
import { isRecord } from '../http/json.ts';
import type { UploadRecord } from '../store/records.ts';
import { encryptionHeaders, encryptionOf, incomingOf, sourceEncryptionOf } from './object.ts';

const LARGEST_LIMIT = 1000;

function uploadOf({ context, exchange, bucket, key }: BucketCall): UploadRecord {
  return context.store.uploads.get(bucket.id, key, exchange.query.get('upload_id') ?? '');
}

/** `POST ?uploads`. */
export async function initiateUpload({ context, exchange, bucket, key }: BucketCall): Promise<void> {
  const customerKey = encryptionOf(exchange);
  const fields = readFields(exchange.headers, 'x-qs-');
  const upload = await context.store.uploads.create(bucket.id, key, fields, customerKey ? checkFor(customerKey) : null);
  sendJson(exchange, 200, { bucket: bucket.name, key, upload_id: upload.id }, encryptionHeaders(customerKey));
}

/** `PUT ?part_number&upload_id`: bytes, or a range of another object. */
export async function uploadPart(call: BucketCall): Promise<void> {
  const { context, exchange } = call;
  const number = checkPartNumber(exchange.integer('part_number', -1, 0), 0);
  const upload = uploadOf(call);
  const header = exchange.header('x-qs-copy-source');
  const customerKey = encryptionOf(exchange);
  if (header === undefined) {
    const { part } = await storePart(context, upload, number, incomingOf(call));
    sendEmpty(exchange, 201, { ETag: `"${part.etag}"`, ...encryptionHeaders(customerKey) });
    return;
  }
  const source = findSource(
    call,
    header,
    readConditions((name) => exchange.header(name), 'x-qs-copy-source-'),
  );
  const sourceKey = sourceEncryptionOf(exchange);
  mustFit(source.object.details.customerKey, sourceKey);
  const size = source.object.size;
  const range = readRange(exchange.header('x-qs-copy-range'), size) ?? { start: 0, end: size };
  const body = readSource(context, source, range, sourceKey);
  const { part } = await storePart(context, upload, number, { body, length: range.end - range.start, customerKey });
  sendEmpty(exchange, 201, {
    ETag: `"${part.etag}"`,
    'x-qs-content-copy-range': `bytes ${range.start}-${range.end - 1}/${size}`,
    ...encryptionHeaders(customerKey),
  });
}

/** `GET ?upload_id`. */
export async function listParts(call: BucketCall): Promise<void> {
  const { context, exchange } = call;
  const upload = uploadOf(call);
  const limit = Math.min(exchange.integer('limit', LARGEST_LIMIT), LARGEST_LIMIT);
  const marker = exchange.query.get('part_number_marker') ? exchange.integer('part_number_marker', 0) : -1;
  const parts = context.store.uploads.parts(upload, marker, limit);
  sendJson(exchange, 200, {
    count: parts.length,
    object_parts: parts.map(({ number, size, created, etag }) => ({
      part_number: number,
      size,
      created: new Date(created).toISOString(),
      etag: `"${etag}"`,
    })),
  });
}

function readParts(body: unknown): WantedPart[] {
  const list = isRecord(body) ? body.object_parts : undefined;
  if (!Array.isArray(list)) throw new QingStorServerError('invalid_json', 'The body must have a list: object_parts.');
  return list.map((entry: unknown) => {
    const number = isRecord(entry) ? entry.part_number : undefined;
    if (!isRecord(entry) || !Number.isSafeInteger(number))
      throw new QingStorServerError('invalid_json', 'A part has no part_number.');
    const etag = typeof entry.etag === 'string' && entry.etag !== '' ? entry.etag.replace(/^"(.*)"$/, '$1') : undefined;
    return { number: Number(number), etag, size: typeof entry.size === 'number' ? entry.size : undefined };
  });
}

/** The ETag that the client gives its object; QingStor keeps it unchecked. */
function readEtag(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  const etag = decodeHeaderValue(header)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  if (!/^[!#-~]{1,128}$/.test(etag)) throw new QingStorServerError('invalid_argument', 'This cannot be an ETag.');
  return etag;
}

/** `POST ?upload_id`. */
export async function finishUpload(call: BucketCall): Promise<void> {
  const { context, exchange } = call;
  const upload = uploadOf(call);
  const parts = readParts(await readJson(exchange, context.idleMs));
  const object = await completeUpload(context, upload, parts, readEtag(exchange.header('etag')));
  sendEmpty(exchange, 201, { ETag: wireValue(`"${object.etag}"`) });
}

/** `DELETE ?upload_id`: what is gone already is no error. */
export async function abortUpload({ context, exchange, bucket, key }: BucketCall): Promise<void> {
  await context.store.uploads.abort(bucket.id, key, exchange.query.get('upload_id') ?? '');
  sendEmpty(exchange, 204);
}
