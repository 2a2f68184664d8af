import { createHash } from 'node:crypto';
import { decodeS3Chunks, S3_STREAMING, S3ChunkError, UNSIGNED_PAYLOAD } from '@sampan/accesskey';
import type { Call } from '../context.ts';
import { CHECKSUM_ALGORITHMS, isChecksumAlgorithm, startChecksum } from '../core/checksums.ts';
import { readCustomerKey } from '../core/customer-key.ts';
import type { Incoming } from '../core/ingest.ts';
import { QingStorServerError } from '../errors.ts';
import { announcedLength, receive } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';

const LARGEST_DOCUMENT_BYTES = 2 * 1024 * 1024;
const CHECKSUM = 'x-amz-checksum-';

export function encryptionOf(exchange: Exchange, prefix = 'x-amz-server-side-encryption-customer') {
  if (exchange.header('x-amz-server-side-encryption') !== undefined) {
    throw new QingStorServerError('not_implemented', 'This server encrypts with keys of the customer only.');
  }
  return readCustomerKey((name) => exchange.header(name), prefix);
}

function chunkRefusal(error: S3ChunkError): QingStorServerError {
  switch (error.reason) {
    case 'signature':
      return new QingStorServerError('signature_not_matched', error.message);
    case 'incomplete':
      return new QingStorServerError('incomplete_body', error.message);
    case 'malformed':
      return new QingStorServerError('invalid_request', error.message);
  }
}

async function* translate(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw error instanceof S3ChunkError ? chunkRefusal(error) : error;
  }
}

/** Which checksum a request carries, in a header or in the trailer of its body. */
function checksumOf(exchange: Exchange, trailer: ReadonlyMap<string, string>): Incoming['checksum'] {
  const announced = exchange.header('x-amz-trailer')?.trim().toLowerCase();
  if (announced?.startsWith(CHECKSUM)) {
    const algorithm = announced.slice(CHECKSUM.length);
    if (!isChecksumAlgorithm(algorithm)) {
      throw new QingStorServerError('not_implemented', `This server does not know the checksum ${algorithm}.`);
    }
    const expected = () => {
      const value = trailer.get(announced);
      if (value === undefined)
        throw new QingStorServerError('invalid_request', 'The checksum in the trailer is missing.');
      return value;
    };
    return { algorithm, expected };
  }
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => exchange.header(`${CHECKSUM}${name}`) !== undefined);
  return algorithm && { algorithm, expected: () => exchange.header(`${CHECKSUM}${algorithm}`) };
}

/** The body of a request out of its chunks, with everything that was promised about it. */
export function incomingOf({ context, exchange, principal }: Call): Incoming {
  const hash = principal.payload?.hash ?? exchange.header('x-amz-content-sha256') ?? UNSIGNED_PAYLOAD;
  const trailer = new Map<string, string>();
  const raw = receive(exchange, context.idleMs);
  const common = {
    md5: exchange.header('content-md5'),
    checksum: checksumOf(exchange, trailer),
    customerKey: encryptionOf(exchange),
  };
  const streaming = S3_STREAMING[hash];
  if (streaming) {
    const verify = principal.payload?.chunks;
    if (streaming.signed && !verify)
      throw new QingStorServerError('invalid_request', 'Signed chunks need a signed request.');
    const length = Number(exchange.header('x-amz-decoded-content-length') ?? Number.NaN);
    if (!Number.isSafeInteger(length)) {
      throw new QingStorServerError('invalid_request', 'The header x-amz-decoded-content-length is missing.');
    }
    const body = translate(decodeS3Chunks(raw, { verify, trailer, hasTrailer: streaming.trailer }));
    return { ...common, body, length };
  }
  if (hash !== UNSIGNED_PAYLOAD && !/^[0-9a-f]{64}$/.test(hash)) {
    throw new QingStorServerError('invalid_request', 'x-amz-content-sha256 is not understood.');
  }
  return {
    ...common,
    body: raw,
    length: announcedLength(exchange),
    sha256: hash === UNSIGNED_PAYLOAD ? undefined : hash,
  };
}

/** A small body whole, checked like any other. */
export async function readSmallBody(call: Call): Promise<Buffer> {
  const incoming = incomingOf(call);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const bytes of incoming.body) {
    size += bytes.length;
    if (size > LARGEST_DOCUMENT_BYTES) throw new QingStorServerError('entity_too_large', 'The body is too large.');
    parts.push(bytes);
  }
  const body = Buffer.concat(parts);
  const md5 = incoming.md5 === undefined || createHash('md5').update(body).digest('base64') === incoming.md5;
  const checksum = incoming.checksum && startChecksum(incoming.checksum.algorithm);
  checksum?.update(body);
  if (!md5 || checksum?.digest() !== incoming.checksum?.expected()) throw new QingStorServerError('bad_digest');
  if (incoming.sha256 !== undefined && createHash('sha256').update(body).digest('hex') !== incoming.sha256) {
    throw new QingStorServerError('content_sha256_mismatch');
  }
  return body;
}
