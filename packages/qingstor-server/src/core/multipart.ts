import { createHash } from 'node:crypto';
import type { ServerContext } from '../context.ts';
import { QingStorServerError } from '../errors.ts';
import type { Expectation } from '../store/objects.ts';
import type { ObjectRecord, PartRecord, UploadRecord } from '../store/records.ts';
import { mustFit } from './customer-key.ts';
import { type Incoming, type Received, receiveBody } from './ingest.ts';
import { detailsOf } from './objects.ts';

/** Every part but the last. */
export const SMALLEST_PART_BYTES = 4 * 1024 * 1024;
const MOST_PARTS = 10_000;

/** Throws `max_parts_exceeded`. @param first 0 for QingStor, 1 for S3 */
export function checkPartNumber(number: number, first: 0 | 1): number {
  if (number < first || number > MOST_PARTS) throw new QingStorServerError('max_parts_exceeded');
  return number;
}

/** Stores one part, durably; the same number again replaces it. */
export async function storePart(
  context: ServerContext,
  upload: UploadRecord,
  number: number,
  incoming: Incoming,
): Promise<{ part: PartRecord; received: Received }> {
  mustFit(upload.customerKey, incoming.customerKey);
  const received = await receiveBody(context.store, incoming);
  const [segment] = received.segments;
  const stored = {
    number,
    size: received.size,
    etag: received.md5,
    blob: segment?.blob ?? 0,
    nonce: segment?.nonce ?? null,
  };
  return { part: await context.store.uploads.putPart(upload, stored), received };
}

export interface WantedPart {
  number: number;
  etag?: string | undefined;
  size?: number | undefined;
}

function choose(all: readonly PartRecord[], wanted: readonly WantedPart[]): PartRecord[] {
  const byNumber = new Map(all.map((part) => [part.number, part]));
  let before = -1;
  const chosen = wanted.map(({ number, etag, size }) => {
    if (number <= before) throw new QingStorServerError('invalid_part_order');
    before = number;
    const part = byNumber.get(number);
    if (!part || (etag !== undefined && etag !== part.etag) || (size !== undefined && size !== part.size)) {
      throw new QingStorServerError('invalid_part', `Part ${number} was not uploaded, or is another one.`);
    }
    return part;
  });
  for (const part of chosen.slice(0, -1)) {
    if (part.size < SMALLEST_PART_BYTES) {
      throw new QingStorServerError(
        'entity_too_small',
        `Part ${part.number} has ${part.size} bytes; only the last may have less than 4 MiB.`,
      );
    }
  }
  return chosen;
}

/** MD5 over the MD5s, then the number of parts: it cannot be taken for the MD5 of the object. */
function etagOfParts(parts: readonly PartRecord[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

/**
 * Makes the object out of the wanted parts. No byte is read again.
 *
 * @param etag what the client says the ETag is, without quotes: QingStor keeps it unchecked. Null makes one from the parts.
 */
export function completeUpload(
  context: ServerContext,
  upload: UploadRecord,
  wanted: readonly WantedPart[],
  etag: string | null,
  expect?: Expectation,
): Promise<ObjectRecord> {
  if (wanted.length === 0) throw new QingStorServerError('invalid_request', 'There must be at least one part.');
  return context.store.uploads.complete(
    upload,
    (all) => {
      const parts = choose(all, wanted);
      const { fields, customerKey } = upload;
      const details = detailsOf(fields, { parts: parts.length, ...(customerKey && { customerKey }) });
      const object = {
        etag: etag ?? etagOfParts(parts),
        mime: fields.mime,
        storageClass: fields.storageClass,
        details,
      };
      return { parts, object };
    },
    expect,
  );
}
