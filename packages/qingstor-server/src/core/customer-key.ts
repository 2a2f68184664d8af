import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { QingStorServerError } from '../errors.ts';
import type { CustomerKeyCheck } from '../store/records.ts';

const BLOCK_BYTES = 16;

/** A key that the customer sends with every request and that is never kept. */
export interface CustomerKey {
  bytes: Buffer;
  /** As it was sent, to be answered. */
  md5: string;
}

/**
 * The key among the headers `<prefix>-algorithm`, `<prefix>-key` (base64 of 32 bytes) and `<prefix>-key-md5`. Throws
 * `invalid_argument` when they do not belong together.
 */
export function readCustomerKey(header: (name: string) => string | undefined, prefix: string): CustomerKey | undefined {
  const algorithm = header(`${prefix}-algorithm`);
  const key = header(`${prefix}-key`);
  const md5 = header(`${prefix}-key-md5`);
  if (algorithm === undefined && key === undefined) return undefined;
  if (algorithm !== 'AES256') throw new QingStorServerError('invalid_argument', 'The only encryption is AES256.');
  const bytes = Buffer.from(key ?? '', 'base64');
  if (bytes.length !== 32) throw new QingStorServerError('invalid_argument', 'The encryption key must have 32 bytes.');
  const computed = createHash('md5').update(bytes).digest('base64');
  if (md5 !== undefined && md5 !== computed) {
    throw new QingStorServerError('invalid_argument', 'The MD5 of the encryption key does not belong to it.');
  }
  return { bytes, md5: computed };
}

function proofOf(key: CustomerKey, salt: string): string {
  return createHmac('sha256', key.bytes).update(salt).digest('hex');
}

export function checkFor(key: CustomerKey): CustomerKeyCheck {
  const salt = randomBytes(16).toString('hex');
  return { salt, proof: proofOf(key, salt) };
}

/** Throws when an encrypted object is asked for without its key, or a plain one with a key. */
export function mustFit(check: CustomerKeyCheck | null | undefined, key: CustomerKey | undefined): void {
  if (!check) {
    if (key) throw new QingStorServerError('invalid_request', 'The object is not encrypted with a key.');
    return;
  }
  if (!key)
    throw new QingStorServerError('invalid_request', 'The object is encrypted; send the key it was stored with.');
  const given = Buffer.from(proofOf(key, check.salt), 'hex');
  if (!timingSafeEqual(given, Buffer.from(check.proof, 'hex'))) {
    throw new QingStorServerError('permission_denied', 'The object is encrypted with another key.');
  }
}

export function startEncryption(key: CustomerKey): { nonce: Buffer; cipher: Cipheriv } {
  const nonce = randomBytes(BLOCK_BYTES);
  return { nonce, cipher: createCipheriv('aes-256-ctr', key.bytes, nonce) };
}

/** Decrypts from `offset` on. The counter of AES-CTR is a number of 16 bytes, so any place can be reached at once. */
export function decryptFrom(key: CustomerKey, nonce: Uint8Array, offset: number): (bytes: Buffer) => Buffer {
  const counter =
    (BigInt(`0x${Buffer.from(nonce).toString('hex')}`) + BigInt(Math.floor(offset / BLOCK_BYTES))) &
    ((1n << 128n) - 1n);
  const start = Buffer.from(counter.toString(16).padStart(BLOCK_BYTES * 2, '0'), 'hex');
  const decipher = createDecipheriv('aes-256-ctr', key.bytes, start);
  decipher.update(Buffer.alloc(offset % BLOCK_BYTES));
  return (bytes) => decipher.update(bytes);
}
