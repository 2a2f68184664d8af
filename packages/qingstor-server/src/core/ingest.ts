import { createHash } from 'node:crypto';
import { QingStorServerError } from '../errors.ts';
import { LARGEST_BODY_BYTES } from '../http/body.ts';
import type { BlobWriter } from '../store/blob-writer.ts';
import type { Segment } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { ChecksumAlgorithm, RunningChecksum } from './checksums.ts';
import { startChecksum } from './checksums.ts';
import { type CustomerKey, startEncryption } from './customer-key.ts';

/** A body on its way in, and what was promised about it. */
export interface Incoming {
  body: AsyncIterable<Buffer>;
  /** Bytes, where the client said how many. */
  length: number | null;
  /** Base64, from `Content-MD5`. */
  md5?: string | undefined;
  /** Hex, from `X-Amz-Content-Sha256`. */
  sha256?: string | undefined;
  /** The expected value may come in a trailer, and is asked for at the end. */
  checksum?: { algorithm: ChecksumAlgorithm; expected: () => string | undefined } | undefined;
  customerKey?: CustomerKey | undefined;
}

/** A body that is on the disk, whole, and that nothing refers to yet. */
export interface Received {
  /** None for an empty body. */
  segments: Segment[];
  size: number;
  /** Hex. */
  md5: string;
  checksum?: [ChecksumAlgorithm, string];
}

function verify(
  incoming: Incoming,
  size: number,
  md5: Buffer,
  sha256: string | undefined,
  checksum: RunningChecksum | undefined,
): string | undefined {
  if (incoming.length !== null && size !== incoming.length) {
    throw new QingStorServerError('incomplete_body', `${size} bytes came; ${incoming.length} were announced.`);
  }
  if (incoming.md5 !== undefined && md5.toString('base64') !== incoming.md5)
    throw new QingStorServerError('bad_digest');
  if (incoming.sha256 !== undefined && sha256 !== incoming.sha256)
    throw new QingStorServerError('content_sha256_mismatch');
  const computed = checksum?.digest();
  const expected = incoming.checksum?.expected();
  if (expected !== undefined && computed !== expected) {
    throw new QingStorServerError('bad_digest', `The ${checksum?.algorithm} you sent does not fit the body.`);
  }
  return computed;
}

/**
 * Writes a body aside, with its MD5 taken on the way, verifies everything that was promised, and makes it durable.
 * Memory does not depend on the size. On any failure nothing is left.
 */
export async function receiveBody(store: Store, incoming: Incoming): Promise<Received> {
  if ((incoming.length ?? 0) > LARGEST_BODY_BYTES) throw new QingStorServerError('entity_too_large');
  const { customerKey } = incoming;
  const md5 = createHash('md5');
  const sha256 = incoming.sha256 === undefined ? undefined : createHash('sha256');
  const checksum = incoming.checksum && startChecksum(incoming.checksum.algorithm);
  const encryption = customerKey && startEncryption(customerKey);
  let writer: BlobWriter | undefined;
  let size = 0;
  try {
    for await (const bytes of incoming.body) {
      if (bytes.length === 0) continue;
      size += bytes.length;
      if (size > LARGEST_BODY_BYTES) throw new QingStorServerError('entity_too_large');
      md5.update(bytes);
      sha256?.update(bytes);
      checksum?.update(bytes);
      writer ??= await store.blobs.create(incoming.length ?? 0);
      await writer.write(encryption ? encryption.cipher.update(bytes) : bytes);
    }
    const digest = md5.digest();
    const value = verify(incoming, size, digest, sha256?.digest('hex'), checksum);
    await writer?.seal();
    return {
      segments: writer ? [{ blob: writer.id, size, nonce: encryption?.nonce ?? null }] : [],
      size,
      md5: digest.toString('hex'),
      ...(checksum && value !== undefined && { checksum: [checksum.algorithm, value] }),
    };
  } catch (error) {
    await writer?.abort();
    throw error;
  }
}
