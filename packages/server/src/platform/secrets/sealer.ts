import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type RootKey, WrongSecretKey } from './root-key.ts';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES;

/** Where a sealed value lives. It is authenticated with the value: a value copied to another row does not open there. */
export interface SealedPlace {
  table: string;
  column: string;
  row: string;
}

function additionalData(place: SealedPlace): Buffer {
  return Buffer.from([place.table, place.column, place.row].join('\0'), 'utf8');
}

/**
 * Seals secrets field by field. Format: version (1 byte), key id (8), nonce (12), ciphertext, tag (16).
 * The key id in front lets values of an older key be told apart while a rotation runs.
 */
export class Sealer {
  readonly #key: RootKey;

  constructor(key: RootKey) {
    this.#key = key;
  }

  get keyId(): string {
    return this.#key.id;
  }

  seal(plain: string, place: SealedPlace): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key.bytes, nonce).setAAD(additionalData(place));
    const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), Buffer.from(this.#key.id, 'hex'), nonce, text, cipher.getAuthTag()]);
  }

  /** @throws WrongSecretKey when it was sealed with another key, for another place, or was changed. */
  open(sealed: Uint8Array, place: SealedPlace): string {
    const bytes = Buffer.from(sealed);
    const keyId = bytes.subarray(1, 1 + KEY_ID_BYTES).toString('hex');
    const shown = `${place.table}.${place.column}`;
    if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION)
      throw new WrongSecretKey(`The sealed value in ${shown} is damaged.`);
    if (keyId !== this.#key.id)
      throw new WrongSecretKey(`The sealed value in ${shown} belongs to key ${keyId}, not ${this.#key.id}.`);
    const decipher = createDecipheriv(ALGORITHM, this.#key.bytes, bytes.subarray(1 + KEY_ID_BYTES, HEADER_BYTES))
      .setAAD(additionalData(place))
      .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    try {
      const plain = decipher.update(bytes.subarray(HEADER_BYTES, bytes.length - TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    } catch {
      throw new WrongSecretKey(`The sealed value in ${shown} was changed or belongs to another row.`);
    }
  }
}
