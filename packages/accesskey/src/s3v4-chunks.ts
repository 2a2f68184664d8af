import { createHmac } from 'node:crypto';
import { equalInConstantTime } from './base64.ts';
import { S3V4_ALGORITHM, type S3V4Scope, s3Scope, sha256Hex } from './s3v4.ts';

/** Values of `X-Amz-Content-Sha256` of a body that comes in chunks, and what they promise. */
export const S3_STREAMING: Readonly<Record<string, { signed: boolean; trailer: boolean }>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
};

/** What every signature of a chunked body depends on besides its own chunk. */
export interface S3ChunkContext {
  signingKey: Uint8Array;
  /** That of the request. */
  timestamp: string;
  scope: S3V4Scope;
}

const EMPTY_HASH = sha256Hex('');

function sign(context: S3ChunkContext, lines: string[]): string {
  const text = [lines[0], context.timestamp, s3Scope(context.scope), ...lines.slice(1)].join('\n');
  return createHmac('sha256', context.signingKey).update(text, 'utf8').digest('hex');
}

/**
 * Signature of one chunk, hex. Source: AWS's "Signature Calculations … Transferring Payload in Multiple Chunks".
 *
 * @param previous signature of the chunk before, or of the request for the first one
 * @param chunkHash hex SHA-256 of the chunk's bytes; the last chunk has none
 */
export function signS3Chunk(context: S3ChunkContext, previous: string, chunkHash: string): string {
  return sign(context, [`${S3V4_ALGORITHM}-PAYLOAD`, previous, EMPTY_HASH, chunkHash]);
}

/** Signature of the trailing headers, each `name:value`, names lower case, in the order in which they are sent. */
export function signS3Trailer(context: S3ChunkContext, previous: string, trailer: readonly string[]): string {
  const text = trailer.map((line) => `${line}\n`).join('');
  return sign(context, [`${S3V4_ALGORITHM}-TRAILER`, previous, sha256Hex(text)]);
}

/** Compares two hex signatures in constant time. */
export function sameS3Signature(left: string, right: string): boolean {
  return equalInConstantTime(Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1'));
}
